"""The pages of funds: where money came from, what became of it, and what is still there; every entry with its decision.

They read JSON values of the record only, and what they add up are the postings that were published. Targets and what is
missing of one stand nowhere: pledges are not published before a meeting is over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from linli.funds.accounts import committed, parts
from linli.funds.tracing import trace
from linli.funds.wording import ANONYMOUS
from linli.ledger import FEN
from linli.money import yuan, yuan_exact
from linli.pages import PageKind, PagePlan, Panel, Reader

PACKAGE = "linli.funds"
ENTRY = "funds/index.html"
CLOSED_STAGES = ("closed", "settled", "void")


class Move(Struct, frozen=True):
    """A posting of a fund with the matter that caused it: when, what, between which accounts, how much in fen."""

    matter: str
    name: str
    day: str
    title: str
    source: str
    destination: str
    amount: int


class Account(Struct, frozen=True):
    """A fund's books as its public postings give them, in fen.

    ``held`` by (source, purpose); ``came`` and ``went`` by account, in order, net of reversals; ``waiting`` is what is
    committed and not paid.
    """

    moves: tuple[Move, ...]
    held: dict[tuple[str, str], int]
    came: dict[tuple[str, str], list[tuple[str, int]]]
    went: dict[tuple[str, str], list[tuple[str, int]]]
    waiting: int
    names: dict[str, str]

    @property
    def income(self) -> dict[str, int]:
        """What came in, by kind of source."""
        found: dict[str, int] = {}
        for (source, _), entries in self.came.items():
            found[source] = found.get(source, 0) + sum(amount for _, amount in entries)
        return found


def _matters(reader: Reader, procedure: str) -> Iterator[Mapping[str, Any]]:
    top = str(reader.get("deployment")["place"])
    for key in reader.keys(f"at/{top}/{procedure}/"):
        matter = reader.get(f"matters/{key.rsplit('/', 1)[1]}")
        if matter:
            yield matter


def _facts(matter: Mapping[str, Any], slot: str) -> Mapping[str, Any]:
    """The last facts of a slot."""
    found: Mapping[str, Any] = {}
    for step in matter["steps"]:
        if step.get("slot") == slot:
            found = step.get("facts", {})
    return found


def _account(reader: Reader, fund: str) -> Account:
    """The books of a fund from its contributions and payments."""
    moves: list[Move] = []
    names: dict[str, str] = {}
    came: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    went: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    held: dict[tuple[str, str], int] = defaultdict(int)
    waiting = 0
    for procedure, slot in (("contribution", "contribution"), ("payment", "request")):
        for matter in _matters(reader, procedure):
            facts, id = _facts(matter, slot), matter["id"]
            if facts.get("fund") != fund:
                continue
            given = f"{facts.get('donor') or ANONYMOUS}（{facts.get('source', '')}）"
            names[id] = given if procedure == "contribution" else str(facts.get("reason", id))
            for step in matter["steps"]:
                for posting in step.get("postings", ()):
                    if posting.get("commodity", FEN) != FEN or posting["source"].startswith(
                        ("allowance:", "used:")
                    ):
                        continue
                    if posting["destination"].startswith(("allowance:", "used:")):
                        continue
                    source, destination, amount = posting["source"], posting["destination"], posting["amount"]
                    moves.append(
                        Move(id, names[id], step["decided"], step["title"], source, destination, amount)
                    )
                    for account, sign in ((source, -1), (destination, 1)):
                        named = parts(account)
                        if named is not None and named[0] == fund:
                            held[named[1:]] += sign * amount
                            book, change = (came, sign) if procedure == "contribution" else (went, -sign)
                            # A change of purpose comes out of one account and into another under the same gift.
                            book[named[1:]][id] = book[named[1:]].get(id, 0) + change * amount
                        if account == committed(id):
                            waiting += sign * amount
    moves.sort(key=lambda move: move.day)
    return Account(
        tuple(moves),
        dict(held),
        {key: [pair for pair in entries.items() if pair[1]] for key, entries in came.items()},
        {key: [pair for pair in entries.items() if pair[1]] for key, entries in went.items()},
        waiting,
        names,
    )


# A page for each fund


def _plan(reader: Reader) -> Iterable[PagePlan]:
    for matter in _matters(reader, "fund"):
        if _facts(matter, "fund") and matter["steps"][-1]["stage"] not in ("refused", "returned"):
            yield PagePlan(address(matter["id"]), matter["id"], str(_facts(matter, "fund").get("title", "")))


def address(fund: str) -> str:
    """Where the page of a fund lies."""
    return f"funds/{fund}.html"


def _page(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    matter = reader.get(f"matters/{page.subject}")
    facts, book = _facts(matter, "fund"), _account(reader, page.subject)
    paid = _paid(book)
    left = sum(book.held.values())
    sources = sorted(book.income.items())
    uses = [(name, amount) for _, name, amount in paid]
    uses += [(title, amount) for title, amount in (("已批准待付款", book.waiting), ("结余", left)) if amount]
    whole = not any(amount % 100 for _, amount in (*sources, *uses))
    scale, unit = (100, "元") if whole else (1, "分")
    return {
        "title": page.title,
        "path": [("社区基金", ENTRY)],
        "answer": _answer(book, left),
        "as_of": max((move.day for move in book.moves), default=matter["steps"][-1]["decided"]),
        "facts": _described(facts),
        "matter": f"matters/{page.subject}/index.html",
        "unit": unit,
        "flow_sources": [(name, amount // scale) for name, amount in sources],
        "flow_uses": [(name, amount // scale) for name, amount in uses],
        "flow_rows": [["来源", name, yuan_exact(amount)] for name, amount in sources]
        + [["去向", name, yuan_exact(amount)] for name, amount in uses],
        "total": yuan_exact(sum(book.income.values())),
        "held": [
            [source, purpose, yuan_exact(amount)] for (source, purpose), amount in sorted(book.held.items())
        ],
        "left": yuan_exact(left),
        "programmes": _programmes(reader, page.subject, facts),
        "traces": list(_traces(book)),
        # What left for the bank was taken out of the fund with the approval, and is not counted again.
        "moves": [_row(move) for move in book.moves if parts(move.source) or parts(move.destination)],
        "due": _due(reader, matter),
    }


def _row(move: Move) -> list[Any]:
    leaves = parts(move.source) is not None and parts(move.destination) is None
    name = {"text": move.name, "address": f"matters/{move.matter}/index.html"}
    return [name, move.day, move.title, ("－" if leaves else "") + yuan_exact(move.amount)]


def _answer(book: Account, left: int) -> str:
    total = sum(book.income.values())
    if not book.moves:
        return "这个基金还没有收入。"
    said = f"收入 {yuan(total)}，结余 {yuan(left)}"
    return said + (f"，另有 {yuan(book.waiting)} 已经批准、还没有付款。" if book.waiting else "。")


def _paid(book: Account) -> list[tuple[str, str, int]]:
    """What each payment has paid out, net of what came back: matter, name, fen."""
    found: dict[str, int] = {}
    for move in book.moves:
        for account, sign in ((move.destination, 1), (move.source, -1)):
            if account.startswith("outside:payee/"):
                found[move.matter] = found.get(move.matter, 0) + sign * move.amount
    return [(matter, book.names[matter], amount) for matter, amount in found.items() if amount]


def _described(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = [("持有单位", facts.get("holder", ""))]
    if facts.get("custodian"):
        rows.append(("代管单位和子账户", f"{facts['custodian']}，“{facts.get('sub_account', '')}”"))
    purposes = "、".join(each["name"] for each in facts.get("purposes", ()))
    rows.append(("可以限定的用途", purposes or "没有另设"))
    if facts.get("yearly_fen"):
        rows.append(("每年最多支出", yuan(facts["yearly_fen"])))
    if facts.get("basis"):
        rows.append(("设立依据", facts["basis"]))
    return rows


def _programmes(reader: Reader, fund: str, facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """What each programme has committed, by year; the sums by programme add up to the total."""
    names = [each["name"] for each in facts.get("programmes", ())]
    if not names:
        return None
    sums: dict[tuple[int, str], int] = {}
    for matter in _matters(reader, "payment"):
        request = _facts(matter, "request")
        if request.get("fund") != fund:
            continue
        for step in matter["steps"]:
            for posting in step.get("postings", ()):
                for account, sign in ((posting["destination"], 1), (posting["source"], -1)):
                    if account == committed(matter["id"]) and parts(
                        posting["source"] if sign > 0 else posting["destination"]
                    ):
                        key = (request["year"], request.get("programme", ""))
                        sums[key] = sums.get(key, 0) + sign * posting["amount"]
    years = sorted({year for year, _ in sums}) or [reader.today().year]
    rows = [[name, *(yuan_exact(sums.get((year, name), 0)) for year in years)] for name in names]
    totals = [yuan_exact(sum(sums.get((year, name), 0) for name in names)) for year in years]
    return {"years": years, "rows": rows, "foot": ["合计", *totals]}


def _traces(book: Account) -> Iterator[list[Any]]:
    """Each gift with what it was spent on, first in first out within a source and a purpose."""
    for (source, purpose), came in sorted(book.came.items()):
        given = [(id, amount) for id, amount in came if amount > 0]
        spent = [(id, amount) for id, amount in book.went.get((source, purpose), ()) if amount > 0]
        for portion in trace(given, spent):
            used: Any = "还没有用"
            if portion.spent:
                used = {"text": book.names[portion.spent], "address": f"matters/{portion.spent}/index.html"}
            name = {"text": book.names[portion.given], "address": f"matters/{portion.given}/index.html"}
            yield [name, purpose, used, yuan_exact(portion.amount)]


def _due(reader: Reader, matter: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What has to be made public by when, and whether that day has passed."""
    found = []
    for due in matter["steps"][-1].get("due", ()):
        day = date.fromisoformat(due["day"])
        late = reader.reached(date.fromordinal(day.toordinal() + 1))
        found.append({"title": due.get("title", ""), "day": due["day"], "late": late})
    return found


# The list of funds


def _index(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    rows, late = [], 0
    for matter in _matters(reader, "fund"):
        stage = matter["steps"][-1]["stage"]
        if stage in ("refused", "returned"):
            continue
        facts, book = _facts(matter, "fund"), _account(reader, matter["id"])
        dues = [] if stage in CLOSED_STAGES else _due(reader, matter)
        late += sum(due["late"] for due in dues)
        rows.append(
            [
                {"text": str(facts.get("title", matter["id"])), "address": address(matter["id"])},
                facts.get("holder", ""),
                yuan_exact(sum(book.income.values())),
                yuan_exact(sum(book.held.values())),
                "逾期" if any(due["late"] for due in dues) else "",
            ]
        )
    said = f"这里有 {len(rows)} 个基金，每个都列出来源、去向和结余。" if rows else "还没有设立基金。"
    return {"title": "社区基金", "path": (), "answer": said, "rows": rows, "late": late}


def _here(_: Reader) -> Iterable[PagePlan]:
    return [PagePlan(ENTRY, "", "社区基金")]


def _panel(reader: Reader, place: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The funds of a place, on its page."""
    found: list[dict[str, str]] = []
    for key in reader.keys(f"at/{place['code']}/fund/"):
        line: Mapping[str, Any] = reader.get(key)
        matter = reader.get(f"matters/{line['id']}")
        if (
            line["place"] == place["code"]
            and matter
            and matter["steps"][-1]["stage"] not in ("refused", "returned")
        ):
            found.append({"text": line["name"], "address": address(line["id"])})
    return {"links": found} if found else None


INDEX = PageKind("funds.index", "社区基金", _here, _index, "funds/index.html", PACKAGE, entry=ENTRY)
FUND_PAGES = PageKind("funds.fund", "社区基金", _plan, _page, "funds/fund.html", PACKAGE, ("at/", "matters/"))
PANEL = Panel("funds.place", _panel, "funds/place.html", PACKAGE, 40)
