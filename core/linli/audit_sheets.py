"""The sheets of an audit's workbook: journal, balances, late entries, what was set aside, the bank, the vouchers."""

from __future__ import annotations

from collections.abc import Sequence

from linli.audit_books import AuditBooks, Moved, Posted
from linli.audit_decisions import Decisions, Vouchers, is_statement
from linli.audits import Audit
from linli.bank import BankState, Line, bank_amount, reconcile
from linli.journals import UNITS, amount_text
from linli.ledger import FEN
from linli.steps import Step
from linli.workbooks import Cell, Heading, Sheet


def sheets(
    books: AuditBooks, audit: Audit, decisions: Decisions, vouchers: Vouchers, statement: Sequence[Line]
) -> list[Sheet]:
    """The sheets, in the order in which an auditor reads them."""
    return [
        _journal_sheet(decisions, books.within(audit.since, audit.until)),
        _balance_sheet(books.moved(audit.since, audit.until)),
        _late_sheet(decisions, books, audit),
        _override_sheet(decisions),
        _bank_sheet(books, audit, statement),
        _voucher_sheet(vouchers),
    ]


def _journal_sheet(decisions: Decisions, posted: Sequence[Posted]) -> Sheet:
    heads = (
        Heading("日期", "day"),
        Heading("录入日期", "day"),
        Heading("事项编号"),
        Heading("第几步", "number"),
        Heading("程序"),
        Heading("办理"),
        Heading("岗位"),
        Heading("转出账户"),
        Heading("转入账户"),
        Heading("金额（元）", "fen"),
        Heading("数量", "number"),
        Heading("单位"),
        Heading("用途"),
        Heading("冲销哪一笔"),
    )
    rows = []
    for each in posted:
        posting, step = each.entry.posting, each.step
        fen = posting.commodity == FEN
        rows.append(
            (
                step.decided,
                step.recorded,
                step.matter,
                step.number,
                decisions.procedure(step),
                decisions.title(step),
                decisions.post(step),
                posting.source,
                posting.destination,
                posting.amount if fen else None,
                None if fen else posting.amount,
                UNITS.get(posting.commodity, posting.commodity),
                posting.purpose,
                posting.reverses,
            )
        )
    return Sheet("账目", heads, rows)


def _balance_sheet(moved: Sequence[Moved]) -> Sheet:
    names = ("账户", "单位", "期初", "增加", "减少", "期末", "期后变动", "账上现在", "核对")
    return Sheet(
        "余额",
        [Heading(name) for name in names],
        [
            (
                each.account,
                UNITS.get(each.commodity, each.commodity),
                *(
                    amount_text(amount, each.commodity)
                    for amount in (each.before, each.came, each.went, each.after, each.later, each.now)
                ),
                "相符" if each.agrees else "不符",
            )
            for each in moved
        ],
    )


def _late_sheet(decisions: Decisions, books: AuditBooks, audit: Audit) -> Sheet:
    """What was entered after the day of its decision, and what was entered after a period into it."""
    heads = (
        Heading("什么"),
        Heading("事项编号"),
        Heading("第几步", "number"),
        Heading("办理"),
        Heading("决定日期", "day"),
        Heading("录入日期", "day"),
        Heading("晚几天", "number"),
    )
    moves = {(each.step.matter, each.step.number): each.step for each in books.posted}
    rows: list[tuple[Cell, ...]] = []
    for step in moves.values():
        if step.recorded > audit.until >= step.decided >= audit.since:
            rows.append(_late("期后补录本期的账", decisions, step))
        elif step.decided < audit.since <= step.recorded:
            rows.append(_late("补录期初以前的账", decisions, step))
    for step in decisions.steps:
        if step.recorded > step.decided >= audit.since:
            rows.append(_late("补录", decisions, step))
    return Sheet("补录", heads, rows)


def _late(what: str, decisions: Decisions, step: Step) -> tuple[Cell, ...]:
    days = (step.recorded - step.decided).days
    return (what, step.matter, step.number, decisions.title(step), step.decided, step.recorded, days)


def _override_sheet(decisions: Decisions) -> Sheet:
    """Rules that were set aside by a resolution, corrections, and what was undone."""
    heads = (
        Heading("什么"),
        Heading("事项编号"),
        Heading("第几步", "number"),
        Heading("办理"),
        Heading("日期", "day"),
        Heading("规则或步骤"),
        Heading("依据"),
    )
    rows: list[tuple[Cell, ...]] = []
    for step in decisions.steps:
        seen = (step.matter, step.number, decisions.title(step), step.decided)
        rows.extend(("不适用规则", *seen, rule, basis) for rule, basis in sorted(step.overrides.items()))
        if step.corrects:
            rows.append(("更正", *seen, f"第 {step.corrects} 步", str(step.facts.get("reason", ""))))
        rows.extend(("冲销", *seen, each.reverses, each.purpose) for each in step.postings if each.reverses)
    return Sheet("另行决定和更正", heads, rows)


def _bank_sheet(books: AuditBooks, audit: Audit, statement: Sequence[Line]) -> Sheet:
    """What the bank says of every entry that touches it: by statements that were recorded, and by one handed in."""
    heads = (
        Heading("账目"),
        Heading("日期", "day"),
        Heading("金额（元）", "fen"),
        Heading("银行状态"),
        Heading("流水号"),
    )
    entries = [each.entry for each in books.posted if each.step.decided <= audit.until]
    found = reconcile(entries, statement)
    known = {
        str(row["entry"]): str(row["line"])
        for matter in books.matters
        for step in books.steps(matter).values()
        if is_statement(step) and step.decided <= audit.until
        for row in step.facts["found"]
    }
    rows: list[tuple[Cell, ...]] = []
    for entry in entries:
        if not bank_amount(entry) or entry.day < audit.since:
            continue
        line = found.lines.get(entry.name) or known.get(entry.name, "")
        state = found.states[entry.name]
        said = (BankState.CLEARED if line and state is BankState.ORDERED else state).title
        rows.append((entry.name, entry.day, bank_amount(entry), said, line))
    for line_ in found.unknown:
        rows.append(("账上没有", line_.day, line_.amount, "对账单上有", line_.number))
    for number, names in found.unclear.items():
        rows.append(("对应不明：" + "、".join(names), None, None, "对账单上有", number))
    return Sheet("银行对账", heads, rows)


def _voucher_sheet(vouchers: Vouchers) -> Sheet:
    heads = (
        Heading("SHA-256"),
        Heading("文件"),
        Heading("事项编号"),
        Heading("第几步", "number"),
        Heading("哪一项"),
        Heading("在包里的位置，或为什么没有"),
    )
    return Sheet("凭证", heads, vouchers.rows)
