"""How to check what stands here, how to follow a case by its receipt, and the data that can be taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from linli.record import LogFact, ProcedureFact, RulebookFact
from linli_site import log_files
from linli_site.facts import Reader
from linli_site.plan import FileKind, Kind, Page, PageKind
from linli_site.sheets import CHUNK

CHECK, RECEIPTS, DATA = "check.html", "receipts.html", "data/index.html"


def kinds() -> list[Kind]:
    """Return the pages about checking, and the lists of matters as data."""
    return [
        PageKind("site.check", lambda _: [Page(CHECK)], _check, "pages/check.html"),
        PageKind("site.receipts", lambda _: [Page(RECEIPTS)], _receipts, "pages/receipts.html"),
        PageKind("site.data", lambda _: [Page(DATA)], _data, "pages/data.html"),
        FileKind("site.month-data", _months, _month),
        *log_files.kinds(),
    ]


def _check(reader: Reader, page: Page) -> Mapping[str, object]:
    log = reader.find("log", LogFact)
    return {"title": "怎样核对", "path": (), "log": log, "checkpoint": log_files.CHECKPOINT}


def _receipts(reader: Reader, page: Page) -> Mapping[str, object]:
    return {"title": "凭回执号查询", "path": (), "target": str(reader.get("portal")["receipts"])}


def _data(reader: Reader, page: Page) -> Mapping[str, object]:
    months = [
        {"text": f"{_procedure(reader, procedure)}　{month}", "address": _address(procedure, month)}
        for procedure in reader.children("lists/")
        for month in reader.children(f"lists/{procedure}/month/")
    ]
    books = [
        {"text": reader.get(key, RulebookFact).title, "address": f"rules/{key[9:]}/rulebook.json"}
        for key in reader.keys("rulebook/")
    ]
    return {"title": "开放数据", "path": (), "months": months, "books": books, "chunk": CHUNK}


def _procedure(reader: Reader, id: str) -> str:
    fact = reader.find(f"procedures/{id}", ProcedureFact)
    return fact.title if fact else id


def _address(procedure: str, month: str) -> str:
    return f"data/{procedure}/{month}/matters.json"


def _months(reader: Reader) -> Iterable[Page]:
    for procedure in reader.children("lists/"):
        for month in reader.children(f"lists/{procedure}/month/"):
            yield Page(_address(procedure, month), procedure, month)


def _month(reader: Reader, page: Page) -> bytes:
    """The matters of a month as lists show them, one JSON object a line inside an array, oldest first."""
    import msgspec

    top = str(reader.get("deployment")["place"])
    rows = []
    for key in reader.keys(f"lists/{page.key}/month/{page.part}/"):
        for each in reader.get(key, list[str]):
            rows.append(bytes(reader.get(f"at/{top}/{page.key}/{each}", msgspec.Raw)))
    return b"[" + b",\n".join(rows) + b"]\n"
