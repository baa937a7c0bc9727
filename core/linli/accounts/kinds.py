"""The pages and files of a kind of books: a page for each year, sheets of entries and of gifts, each year as files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from linli.accounts.files import CURRENT, FORMATS, content, file_links
from linli.accounts.reading import APART, Books, in_words, this_year
from linli.money import yuan, yuan_exact
from linli.pages import Each, FileKind, PageKind, PagePlan, Reader
from linli.statements import OPENING, Book, BookEntry, Flow, Gift, apart, came, flow, held, income, went

PACKAGE = "linli.accounts"
MOST_PARTS = 6
"""So many sources and uses are drawn by themselves; the rest of them are drawn together."""


def account_kinds(books: Books, *, gifts: bool = False) -> list[PageKind | FileKind]:
    """The kinds of pages and files of a kind of books; ``gifts`` for those that tell what each gift was used for."""

    def year(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
        return _year(books, reader, page)

    def entries(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
        return _entries(books, reader, page)

    def given(reader: Reader, page: PagePlan) -> Mapping[str, Any]:
        return _given(books, reader, page)

    def below(suffix: str) -> str:
        return f"{books.folder}/{suffix}"

    kinds: list[PageKind | FileKind] = [
        PageKind(
            f"{books.owner}.year",
            "一年的账目",
            Each(f"books/{books.id}/", lambda key: below(f"{key}.html")),
            year,
            "accounts/year.html",
            PACKAGE,
        ),
        PageKind(
            f"{books.owner}.entries",
            "一个月的账目",
            Each(f"sheets/entries/{books.id}/", lambda key: below(entries_page(key))),
            entries,
            "accounts/entries.html",
            PACKAGE,
        ),
    ]
    for suffix in FORMATS:
        kinds += [_year_file(books, suffix), _current_file(books, suffix)]
    if gifts:
        plan = Each(f"sheets/gifts/{books.id}/", lambda key: below(gifts_page(key)))
        title = "每笔收入用到了哪里"
        kinds.append(PageKind(f"{books.owner}.gifts", title, plan, given, "accounts/gifts.html", PACKAGE))
    return kinds


def _year_file(books: Books, suffix: str) -> FileKind:
    def told(reader: Reader, page: PagePlan) -> bytes:
        _, _, book, year = page.subject.split("/")
        return content(books, reader, book, year, suffix)

    plan = Each(f"books/{books.id}/", lambda key: f"{books.folder}/{key}.{suffix}")
    return FileKind(f"{books.owner}.{suffix}", f"一年的账目（{suffix}）", plan, told)


def _current_file(books: Books, suffix: str) -> FileKind:
    def told(reader: Reader, page: PagePlan) -> bytes:
        return content(books, reader, page.subject.rpartition("/")[2], CURRENT, suffix)

    plan = Each(f"kept/{books.id}/", lambda key: f"{books.folder}/{key}/{CURRENT}.{suffix}")
    return FileKind(f"{books.owner}.current-{suffix}", f"还没有结束的月份的账目（{suffix}）", plan, told)


def entries_page(key: str) -> str:
    """The address below the folder of a sheet ``<book>/<yyyy-mm>/<nnn>``."""
    book, month, number = key.split("/")
    return f"{book}/{month}-{number}.html"


def gifts_page(key: str) -> str:
    """The address below the folder of a sheet of gifts ``<book>/<yyyy>/<nnn>``."""
    book, year, number = key.split("/")
    return f"{book}/gifts-{year}-{number}.html"


# A year


def _year(books: Books, reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    _, _, book, year = page.subject.split("/")
    whole = books.read(reader, book, year)
    name = books.title(reader, book)
    return {
        "title": f"{name}{year}年的账目",
        "path": [books.index, (name, books.address(book))],
        "answer": year_sentence(whole, year),
        "as_of": whole.periods[year].last,
        "back": books.address(book),
        "name": name,
        "year": year,
        **figure(books, whole, year),
        "held": held_rows(books, book, held(whole)),
        "left": yuan_exact(sum(held(whole).values())),
        "months": _month_rows(books, reader, book, year),
        "files": file_links(books, reader, book, year),
        "current": file_links(books, reader, book, CURRENT) if this_year(reader, year) == year else [],
    }


def year_sentence(book: Book, year: str) -> str:
    """What came and went in a year and what is left at its end; ``book`` ends with that year."""
    before = sum(held(book, year).values()) + sum(apart(book, year).values())
    before += came(book, year).get(OPENING, 0)
    left, waiting = sum(held(book).values()), sum(apart(book).values())
    said = f"{year}年收入 {yuan(income(book, year))}，支出 {yuan(sum(went(book, year).values()))}"
    if before:
        said += f"，加上以前的 {yuan(before)}"
    said += f"，结余 {yuan(left)}"
    return said + (f"，另有 {yuan(waiting)}已经安排、还没有支出。" if waiting else "。")


def figure(books: Books, book: Book, year: str = "") -> dict[str, Any]:
    """The variables of the picture of a flow, and of the table with the same numbers."""
    drawn = flow(book, APART, year, books.left)
    sources, uses = _fewer(drawn.sources, "其他来源"), _fewer(drawn.uses, "其他去向")
    rows = [[f"来源：{label}", yuan_exact(amount)] for label, amount in sources]
    rows += [[f"去向：{label}", yuan_exact(amount)] for label, amount in uses]
    total = sum(amount for _, amount in drawn.sources)
    return {"flow": Flow(sources, uses), "flow_rows": rows, "flow_total": yuan_exact(total)}


def _fewer(parts: tuple[tuple[str, int], ...], rest: str) -> tuple[tuple[str, int], ...]:
    """The largest parts in their order, and all others as one."""
    if len(parts) <= MOST_PARTS:
        return parts
    kept = sorted(parts, key=lambda part: -part[1])[: MOST_PARTS - 1]
    others = [part for part in parts if part not in kept]
    label = f"{rest}（{len(others)} 项）"
    return (*(part for part in parts if part in kept), (label, sum(amount for _, amount in others)))


def held_rows(books: Books, book: str, amounts: Mapping[str, int]) -> list[list[str]]:
    """What a book's own accounts hold: by source and purpose, or under its own name."""
    return [[*_named(books, part), yuan_exact(amount)] for part, amount in amounts.items()]


def _named(books: Books, part: str) -> tuple[str, str]:
    source, _, purpose = part.partition(":")
    return source or books.own, purpose


def _month_rows(books: Books, reader: Reader, book: str, year: str) -> list[list[Any]]:
    """What came and went in each month and what was left at its end, with the way to its entries."""
    told = books.by_months(reader, book, f"{year}-12")
    left = sum(held(told, year).values())
    rows: list[list[Any]] = []
    for month in books.months(reader, book, year):
        left += sum(told.periods[month].held.values())
        first = books.sheets(reader, book, month)[0]
        rows.append(
            [
                {"text": f"{int(month[5:])}月", "address": books.address(book, f"{month}-{first}.html")},
                yuan_exact(sum(came(told, month).values())),
                yuan_exact(sum(went(told, month).values())),
                yuan_exact(left),
            ]
        )
    return rows


# A sheet of entries


def _entries(books: Books, reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    _, _, _, book, month, number = page.subject.split("/")
    entries = books.sheet(reader, book, month, number)
    name, year = books.title(reader, book), month[:4]
    numbers = books.sheets(reader, book, month)
    part = f"（第 {int(number)} 页）" if len(numbers) > 1 else ""
    return {
        "title": f"{name}{year}年{int(month[5:])}月的账目{part}",
        "path": [
            books.index,
            (name, books.address(book)),
            (f"{year}年", books.address(book, f"{year}.html")),
        ],
        "answer": f"本页有 {len(entries)} 笔，按日期从早到晚排列；每一笔都连到决定它的那一步。",
        "as_of": max((entry.day for entry in entries), default=""),
        "rows": [row for entry in entries for row in entry_rows(books, book, entry)],
        "parts": [
            (f"第 {int(each)} 页", books.address(book, f"{month}-{each}.html"))
            for each in (numbers if len(numbers) > 1 else ())
        ],
        "here": page.address,
    }


def entry_rows(books: Books, book: str, entry: BookEntry) -> list[list[Any]]:
    """An entry as rows of a table: what, when, which act, from where to where, how much."""
    name: Any = entry.name or entry.title
    if entry.matter:
        address = f"matters/{entry.matter}/index.html"
        name = {"text": entry.name, "address": address, "fragment": f"step-{entry.number}"}
    return [
        [
            name,
            in_words(entry.day),
            entry.title + ("（冲销）" if posting.reverses else ""),
            f"{books.words(book, posting.source)} → {books.words(book, posting.destination)}",
            yuan_exact(posting.amount),
        ]
        for posting in entry.postings
    ]


# A sheet of gifts


def _given(books: Books, reader: Reader, page: PagePlan) -> Mapping[str, Any]:
    _, _, _, book, year, number = page.subject.split("/")
    names = reader.get(page.subject) or ()
    gifts = [gift_of(reader.get(f"gifts/{books.id}/{book}/{year}/{each}")) for each in names]
    name = books.title(reader, book)
    numbers = reader.children(f"sheets/gifts/{books.id}/{book}/{year}/")
    part = f"（第 {int(number)} 页）" if len(numbers) > 1 else ""
    return {
        "title": f"{name}{year}年的收入用到了哪里{part}",
        "path": [
            books.index,
            (name, books.address(book)),
            (f"{year}年", books.address(book, f"{year}.html")),
        ],
        "answer": f"本页有 {len(gifts)} 笔收入。同一来源、同一用途的钱，先到的算先用。",
        "as_of": max((gift.day for gift in gifts), default=""),
        "rows": [row for gift in gifts for row in gift_rows(gift)],
        "parts": [
            (f"第 {int(each)} 页", books.address(book, f"gifts-{year}-{each}.html"))
            for each in (numbers if len(numbers) > 1 else ())
        ],
        "here": page.address,
    }


def latest_gifts(books: Books, reader: Reader, book: str, most: int) -> list[Gift]:
    """The last gifts of a book, oldest first."""
    found: list[Gift] = []
    for year in reversed(reader.children(f"sheets/gifts/{books.id}/{book}/")):
        for number in reversed(reader.children(f"sheets/gifts/{books.id}/{book}/{year}/")):
            names = reader.get(f"sheets/gifts/{books.id}/{book}/{year}/{number}") or ()
            keys = (f"gifts/{books.id}/{book}/{year}/{name}" for name in names)
            found = [*(gift_of(reader.get(key)) for key in keys), *found]
            if len(found) >= most:
                return found[-most:]
    return found


def gift_rows(gift: Gift) -> list[list[Any]]:
    """A gift as rows of a table: who gave, for what purpose, what it was used for, how much."""
    name = _linked(gift.name, gift.matter)
    rows = [[name, gift.purpose, _linked(use.name, use.matter), yuan_exact(use.amount)] for use in gift.uses]
    if gift.left:
        rows.append([name, gift.purpose, "还没有用", yuan_exact(gift.left)])
    return rows


def gift_of(value: Any) -> Gift:
    """A gift from JSON values."""
    return msgspec.convert(value, Gift)


def _linked(text: str, matter: str) -> Any:
    return {"text": text, "address": f"matters/{matter}/index.html"} if matter else text
