"""The package of an audit: journal, balances, decisions with their reasons, vouchers, and what auditors look for first.

===================== ======================================================================================
file                  content
===================== ======================================================================================
``说明.txt``           what this is, of which place and period, what may be checked and how
``账册.xlsx``          journal, balances, late entries, overrides, bank states and the list of vouchers, as sheets
``journal.csv``       the journal of the period
``ledger.beancount``  the same with what was there before, for beancount's checker
``decisions.json``    every step of the matters concerned, up to the end of the period, with its reasons
``vouchers/…``        the documents, by the hash of their bytes
``sha256.txt``        the hash of each file
===================== ======================================================================================

Personal data is not in it: sealed fields and documents are named and stay sealed. Of what a step withholds there are
its postings and the basis, and no facts. The same books give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence

from linli.audit_books import AuditBooks, Moved, sums_agree
from linli.audit_decisions import Decisions, Vouchers
from linli.audit_sheets import sheets
from linli.audits import Audit
from linli.bank import Line
from linli.canonical import canonical
from linli.journals import Entry, Held, as_beancount, as_csv
from linli.ledger import OUTSIDE, Posting
from linli.sequencing import read_head
from linli.service import Service
from linli.workbooks import workbook

_BEGINNING = (1980, 1, 1, 0, 0, 0)  # no entry in a zip file is older


def package(service: Service, audit: Audit, statement: Sequence[Line] = ()) -> bytes:
    """The bytes of the package: a zip file. ``statement`` are lines of the bank to compare with."""
    books = AuditBooks(service.desk, audit.place)
    posted = books.within(audit.since, audit.until)
    moved = books.moved(audit.since, audit.until)
    decisions = Decisions(service.desk, books, audit)
    vouchers = Vouchers(service, decisions.steps)
    entries = [each.entry for each in posted]
    return _zipped(
        {
            "说明.txt": _readme(service, audit, moved, decisions, vouchers),
            "账册.xlsx": workbook(sheets(books, audit, decisions, vouchers, statement)),
            "journal.csv": as_csv(entries),
            "ledger.beancount": _beancount(audit, moved, entries),
            "decisions.json": canonical(decisions.told()) + b"\n",
            **vouchers.files,
        }
    )


def _zipped(files: Mapping[str, bytes]) -> bytes:
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in [*sorted(files.items()), ("sha256.txt", sums.encode())]:
            entry = zipfile.ZipInfo(name, _BEGINNING)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


def _beancount(audit: Audit, moved: Sequence[Moved], entries: Sequence[Entry]) -> bytes:
    opening = [
        Entry(
            audit.since,
            "",
            0,
            0,
            "期初结余",
            Posting(f"{OUTSIDE}opening", each.account, each.before, each.commodity),
        )
        for each in moved
        if each.before > 0
    ]
    kept = [Held(each.account, each.commodity, each.after) for each in moved]
    return as_beancount([*opening, *entries], kept, f"{audit.title} {audit.since} {audit.until}").encode()


def _readme(
    service: Service, audit: Audit, moved: Sequence[Moved], decisions: Decisions, vouchers: Vouchers
) -> bytes:
    head, _ = read_head(service.store)
    place = service.deployment.places.title(audit.place) or audit.place
    said = (
        "每个账户的账目合计都与余额相符。" if sums_agree(moved) else "有账户的账目合计与余额不符，见“余额”。"
    )
    lines = (
        f"{audit.title}（{audit.id}）",
        f"审计范围：{place}（{audit.place}）和下面的地方；{audit.since} 到 {audit.until} 决定的收支。",
        f"办理步骤 {len(decisions.steps)} 步，账户 {len(moved)} 个，凭证 {len(vouchers.rows)} 份。{said}",
        f"公开日志此时有 {head.size} 条，根哈希 {head.root}；与公开网站上的检查点比对，可以知道有没有换过。",
        "账目按决定日期归入期间；录入晚于决定的，在“补录”里逐条列出。",
        "人员以代号表示，同一件事项里是同一个人；个人信息没有提供，需要时在工作台写明理由逐项查看。",
        "sha256.txt 是每个文件的摘要。ledger.beancount 可以用 beancount 重新合计。",
    )
    return ("\n".join(lines) + "\n").encode()
