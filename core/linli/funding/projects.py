"""A project that was awarded: agreement, tranches, reports, evaluations, changes, settlement, closing.

Evaluators move it along, the treasurer releases money, and nobody does both. The supervisor is the street in which the
project lies: nobody of another street can evaluate it.
"""

from __future__ import annotations

from calendar import isleap
from datetime import date

from linli.access.posts import COMMITTEE, STREET
from linli.bookings import last_from
from linli.errors import BadInput
from linli.funding.applications import APPLIED, agreed, forms_given, request_of
from linli.funding.conduct import (
    Closing,
    Evaluation,
    Extension,
    Income,
    Midterm,
    NewLeader,
    Opinion,
    Release,
    Repayment,
    Report,
    Settlement,
    Shift,
    Shown,
    Spent,
)
from linli.funding.posts import FUNDER, OPERATOR, ORGANIZATION, SUPERVISION, TREASURER
from linli.funding.procedure import (
    CLOSED,
    CONTRACTING,
    EVALUATED,
    NO_INTEREST,
    PAID_IN_PARTS,
    RUNNING,
    SETTLED,
    STOPPED,
    committed,
    grant,
    held,
    let_go,
    project_account,
    receivable,
)
from linli.funding.registers import BARS
from linli.funding.review import Contract
from linli.funding.tranches import missing, paid_at, tranches
from linli.funding.vocabulary import AWARD_FEN, BARRED_YEARS, FUNDED_BY, GRADE, PARTS, SHIFT_PERCENT
from linli.ledger import OUTSIDE, Posting
from linli.matters import Matter, State
from linli.money import yuan
from linli.procedures import EntryChange, Outcome, Scene, to
from linli.rulebook import Judgement
from linli.standing import Why
from linli.steps import DueBy

EVALUATORS = (OPERATOR, STREET)


def _state(matter: Matter) -> State:
    assert matter.state is not None, "a project is an open matter"
    return matter.state


def award_fen(state: State) -> int:
    """What a project was awarded, in fen."""
    judgement = state.judgements.get("grant.award")
    return 0 if judgement is None else int(judgement.term(AWARD_FEN, 0))


def spending_plan(matter: Matter) -> dict[str, int]:
    """The grant money of each line of the budget, in fen, shifts applied."""
    plan = {each.name: each.grant_fen for each in request_of(matter).budget}
    for shift in forms_given(matter, "shift", Shift):
        plan[shift.source] -= shift.amount_fen
        plan[shift.destination] += shift.amount_fen
    return plan


def _no_interest(declared: bool) -> None:
    if not declared:
        raise BadInput(
            "与项目有利益关系的，不能评估",
            where="no_interest",
            cure="请没有利益关系的人评估",
            basis=NO_INTEREST,
        )


def _known_lines(matter: Matter, spent: tuple[Spent, ...]) -> None:
    unknown = {each.name for each in spent} - spending_plan(matter).keys()
    if unknown:
        raise BadInput(
            f"预算里没有“{'、'.join(sorted(unknown))}”", where="spent", cure="按预算的支出项目填写"
        )


@grant.action(
    "sign",
    title="登记协议",
    by=(FUNDER, OPERATOR),
    at=CONTRACTING,
    form=Contract,
    slot="contract",
    apart_from=APPLIED,
)
def sign(matter: Matter, form: Contract, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The agreement is made when the public notice is over and every objection has its answer."""
    state = _state(matter)
    objected, answered = state.did("object"), state.did("answer")
    if objected is not None and (answered is None or answered.number < objected.number):
        raise BadInput("公示期间的异议还没有答复，不能签协议", where="starts", cure="先答复异议")
    if form.ends < form.starts:
        raise BadInput("结束日期早于开始日期", where="ends")
    return to(RUNNING, due=DueBy("end", form.ends, "organization", "完成项目"))


@grant.action(
    "report",
    title="报告进展和支出",
    by=(ORGANIZATION, COMMITTEE),
    at=(RUNNING, EVALUATED),
    form=Report,
    slot="report",
)
def report(matter: Matter, form: Report, judgement: Judgement | None, scene: Scene) -> Outcome:
    """What was done, and what was spent by lines of the budget; a line may not be overspent."""
    assert matter.stage is not None
    _known_lines(matter, form.spent)
    plan = spending_plan(matter)
    over = [each for each in form.spent if each.spent_fen > plan[each.name]]
    if over:
        name, most = over[0].name, plan[over[0].name]
        raise BadInput(
            f"“{name}”支出 {yuan(over[0].spent_fen)}，预算是 {yuan(most)}",
            where="spent",
            cure="先办理预算调整",
        )
    return to(matter.stage, due=_state(matter).due)


@grant.action(
    "pay",
    title="拨付一期",
    by=TREASURER,
    at=(RUNNING, EVALUATED),
    form=Release,
    slot="payment",
    apart_from=(*APPLIED, "qualify", "score", "conclude", "award", "sign", "report", "midterm", "evaluate"),
)
def pay(matter: Matter, form: Release, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A tranche is released when its gate is open; its amount follows from the award, never from the form."""
    assert matter.stage is not None
    state = _state(matter)
    parts = tranches(award_fen(state), str(agreed(matter, PARTS)))
    graded = state.judgements.get("grant.evaluate")
    closed = missing(
        [done.action for done in state.done],
        form.tranche,
        len(parts),
        passed=bool(state.facts.get("midterm", {}).get("passed")),
        grade="" if graded is None else str(graded.term(GRADE, "")),
    )
    if closed:
        raise BadInput(f"第 {form.tranche} 期不能拨付：{closed}", where="tranche", basis=PAID_IN_PARTS)
    posting = Posting(
        committed(matter.id),
        project_account(matter.id),
        parts[form.tranche - 1],
        purpose=f"第 {form.tranche} 期资助款",
    )
    return to(matter.stage, due=state.due, postings=posting)


@grant.action(
    "clear",
    title="银行已付",
    by=TREASURER,
    at=(RUNNING, EVALUATED, STOPPED, SETTLED),
    form=Shown,
    slot="clear",
    when=lambda state: bool(paid_at([done.action for done in state.done])),
)
def clear(matter: Matter, form: Shown, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The bank's statement shows the tranche that was released last."""
    assert matter.stage is not None
    if not paid_at([done.action for done in _state(matter).done]):
        raise BadInput("还没有拨付过", where="line")
    return to(matter.stage, due=_state(matter).due)


@grant.action(
    "bounce",
    title="银行退回",
    by=TREASURER,
    at=(RUNNING, EVALUATED),
    form=Why,
    slot="bounce",
    when=lambda state: bool(paid_at([done.action for done in state.done])),
)
def bounce(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The bank sent the last tranche back: its posting is reversed, and it waits to be released again."""
    assert matter.stage is not None
    if not paid_at([done.action for done in _state(matter).done]):
        raise BadInput("还没有拨付过", where="reason")
    sent = last_from(matter, committed(matter.id))
    return to(matter.stage, due=_state(matter).due, postings=sent.posting.reversed(sent.name))


@grant.action(
    "midterm",
    title="中期评估",
    by=EVALUATORS,
    at=RUNNING,
    form=Midterm,
    slot="midterm",
    apart_from=(*APPLIED, "report", "pay"),
)
def midterm(matter: Matter, form: Midterm, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Half-way: who fails gets nothing more, and the project ends; what was not paid goes back to the call."""
    _no_interest(form.no_interest)
    if form.passed:
        return to(RUNNING, due=_state(matter).due)
    return to(STOPPED, postings=let_go(_state(matter)))


@grant.action(
    "evaluate",
    title="结项评估",
    by=EVALUATORS,
    at=RUNNING,
    form=Evaluation,
    slot="evaluation",
    judged=True,
    reads=Evaluation,
    apart_from=(*APPLIED, "report", "pay"),
)
def evaluate(matter: Matter, form: Evaluation, judgement: Judgement, scene: Scene) -> Outcome:
    """At the end: the grade follows from the points; who fails loses the last tranche and is barred by this funder."""
    _no_interest(form.no_interest)
    state, years = _state(matter), int(judgement.term(BARRED_YEARS, 0))
    if not years:
        return to(EVALUATED, due=state.due)
    request = request_of(matter)
    until = _years_later(scene.happened, years).isoformat()
    key = f"{request.code}/{agreed(matter, FUNDED_BY, '')}"
    return to(
        EVALUATED,
        postings=let_go(state),
        entries=EntryChange(BARS, key, {"until": until, "grant": matter.id}),
    )


def _years_later(day: date, years: int) -> date:
    year = day.year + years
    return (
        date(year, 2, 28) if (day.month, day.day) == (2, 29) and not isleap(year) else day.replace(year=year)
    )


def _shifted(matter: Matter, form: Shift) -> int:
    """The sum of all shifts with this one, after checking that the line can give it."""
    plan = spending_plan(matter)
    for name in (form.source, form.destination):
        if name not in plan:
            raise BadInput(f"预算里没有“{name}”", where="source", cure=f"支出项目：{'、'.join(plan)}")
    if form.source == form.destination:
        raise BadInput("调出和调入是同一项", where="destination")
    if form.amount_fen > plan[form.source]:
        raise BadInput(f"“{form.source}”只有 {yuan(plan[form.source])}", where="amount_fen")
    before: list[Shift] = forms_given(matter, "shift", Shift)
    return form.amount_fen + sum(each.amount_fen for each in before)


@grant.action("shift", title="调整预算", by=ORGANIZATION, at=RUNNING, form=Shift, slot="shift")
def shift(matter: Matter, form: Shift, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Money moves between lines on the organisation's word, up to a share of the grant in all."""
    moved, whole = _shifted(matter, form), award_fen(_state(matter))
    percent = int(scene.rulebook.value(SHIFT_PERCENT, scene.happened, 0))
    if moved * 100 > percent * whole:
        raise BadInput(
            f"累计调整 {yuan(moved)}，超过资助款的 {percent}%", where="amount_fen", cure="请资助方批准调整"
        )
    return to(RUNNING, due=_state(matter).due)


@grant.action(
    "approve_shift",
    title="批准调整预算",
    by=FUNDER,
    at=RUNNING,
    form=Shift,
    slot="shift",
    apart_from=(*APPLIED, "report"),
)
def approve_shift(matter: Matter, form: Shift, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Beyond that share the funder decides."""
    _shifted(matter, form)
    return to(RUNNING, due=_state(matter).due)


@grant.action(
    "extend", title="批准延期", by=FUNDER, at=RUNNING, form=Extension, slot="extension", apart_from=APPLIED
)
def extend(matter: Matter, form: Extension, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The funder gives the project more time."""
    due = next((each for each in _state(matter).due if each.what == "end"), None)
    if due is not None and form.ends <= due.day:
        raise BadInput(f"原来的结束日期是 {due.day}，延期要晚于这一天", where="ends")
    return to(RUNNING, due=DueBy("end", form.ends, "organization", "完成项目"))


@grant.action(
    "change_leader",
    title="批准更换负责人",
    by=FUNDER,
    at=RUNNING,
    form=NewLeader,
    slot="leader",
    apart_from=APPLIED,
)
def change_leader(matter: Matter, form: NewLeader, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The funder agrees to another leader."""
    return to(RUNNING, due=_state(matter).due)


@grant.action("income", title="登记服务收入", by=COMMITTEE, at=RUNNING, form=Income, slot="income")
def income(matter: Matter, form: Income, judgement: Judgement | None, scene: Scene) -> Outcome:
    """What users pay for a service on the published price list is the community's."""
    listed = [price.service for price in request_of(matter).prices]
    if form.service not in listed:
        said = f"可以登记：{'、'.join(listed)}" if listed else "这个项目不向使用者收费"
        raise BadInput(f"公布的价目表里没有“{form.service}”", where="service", cure=said)
    posting = Posting(f"{OUTSIDE}users", f"community:{matter.place}", form.amount_fen, purpose=form.service)
    return to(RUNNING, due=_state(matter).due, postings=posting)


# Not called "settle": the clock takes an action of that name by itself, and nobody accounts for money by itself.
@grant.action(
    "settlement",
    title="决算",
    by=(ORGANIZATION, COMMITTEE),
    at=(EVALUATED, STOPPED),
    form=Settlement,
    slot="settlement",
)
def render_account(matter: Matter, form: Settlement, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Every fen received was spent on the project or has to be paid back."""
    _known_lines(matter, form.spent)
    state = _state(matter)
    received = held(state, project_account(matter.id))
    spent = sum(each.spent_fen for each in form.spent)
    if spent > received:
        raise BadInput(
            f"决算支出 {yuan(spent)}，只收到资助款 {yuan(received)}",
            where="spent",
            cure="只填资助款的支出；还有一期没有拨付的，先拨付",
        )
    postings = [
        Posting(
            project_account(matter.id),
            f"{OUTSIDE}use/{request_of(matter).theme.title}",
            each.spent_fen,
            purpose=each.name,
        )
        for each in form.spent
        if each.spent_fen
    ]
    if received > spent:
        back = Posting(project_account(matter.id), receivable(matter.id), received - spent, purpose="应退回")
        postings.append(back)
    return to(SETTLED, postings=postings)


@grant.action(
    "repay",
    title="登记退回款",
    by=TREASURER,
    at=SETTLED,
    form=Repayment,
    slot="repayment",
    apart_from=(*APPLIED, "settlement"),
)
def repay(matter: Matter, form: Repayment, judgement: Judgement | None, scene: Scene) -> Outcome:
    """What was to be paid back came in and goes back to the funder."""
    owed = held(_state(matter), receivable(matter.id))
    if form.amount_fen > owed:
        raise BadInput(f"应退回 {yuan(owed)}，不能登记 {yuan(form.amount_fen)}", where="amount_fen")
    funder = f"{OUTSIDE}funder/{agreed(matter, FUNDED_BY, '')}"
    return to(SETTLED, postings=Posting(receivable(matter.id), funder, form.amount_fen, purpose="退回资助款"))


@grant.action(
    "opine",
    title="监督意见",
    by=SUPERVISION,
    at=(EVALUATED, STOPPED, SETTLED),
    form=Opinion,
    slot="opinion",
    apart_from=(*APPLIED, "report", "evaluate", "settlement"),
)
def opine(matter: Matter, form: Opinion, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The supervision committee of the community says what it thinks of the result."""
    assert matter.stage is not None
    return to(matter.stage, due=_state(matter).due)


@grant.action(
    "close",
    title="结项",
    by=(FUNDER, OPERATOR, STREET),
    at=SETTLED,
    form=Closing,
    slot="closing",
    apart_from=(*APPLIED, "settlement", "opine"),
)
def close(matter: Matter, form: Closing, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A project is closed only with the supervision committee's opinion, and with nothing owed."""
    state = _state(matter)
    if state.did("opine") is None:
        raise BadInput(
            "还没有居务监督委员会的意见，不能结项", where="reason", cure="请社区居务监督委员会提出意见"
        )
    owed = held(state, receivable(matter.id))
    if owed:
        raise BadInput(f"还有 {yuan(owed)} 没有退回，不能结项", where="reason", cure="先退回没有用完的资助款")
    return to(CLOSED, postings=let_go(state))
