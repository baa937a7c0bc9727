"""The rulebook: every rule and every figure of a place, in force and past, and the texts that they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from linli.parameters import Bound
from linli.record import CiteFact, ParameterFact, PlaceFact, ProcedureFact, RulebookFact, RuleFact
from linli_site.derived import ParameterCard, SourceCard, article_fragment
from linli_site.facts import Reader
from linli_site.plan import FileKind, Kind, Page, PageKind
from linli_site.rules_links import rule_address, rulebook_address, source_address
from linli_site.wording import day as in_words

INDEX = "rules/index.html"
FIGURES_A_PAGE = 40
"""So many figures stand on one page, with all their values: more would make it heavy for a phone."""
SOURCES = "sources/index.html"

_FORCES = {"exemption": "豁免", "guarantee": "保障"}
_POWERS = {"refuse": "可以不予通过", "require": "可以要求补充", "review": "只能提请人工审核"}


def kinds() -> list[Kind]:
    """Return the pages of rules, figures and texts, and the rulebooks as data."""
    return [
        PageKind("site.rules", lambda _: [Page(INDEX)], _index, "pages/rules.html"),
        PageKind("site.rulebook", _books, _book, "pages/rulebook.html"),
        PageKind("site.moment", _moment_pages, _moment_rules, "pages/moment.html"),
        PageKind("site.figures", _figure_pages, _figures, "pages/figures.html"),
        PageKind("site.rule", _rule_pages, _rule, "pages/rule.html"),
        PageKind("site.sources", lambda _: [Page(SOURCES)], _sources, "pages/sources.html"),
        PageKind("site.source", _source_pages, _source, "pages/source.html"),
        FileKind("site.rules-data", _data_pages, _data),
    ]


def _index(reader: Reader, page: Page) -> Mapping[str, object]:
    books = []
    for key in reader.keys("rulebook/"):
        book = reader.get(key, RulebookFact)
        own = sum(rule.place == book.place for rule in book.rules)
        note = f"{len(book.rules)} 条规则，其中 {own} 条为本级规定；{len(book.parameters)} 项数值"
        books.append({"text": book.title, "address": rulebook_address(book.place), "note": note})
    return {"title": "规则", "path": (), "books": books, "sources": SOURCES}


def _books(reader: Reader) -> Iterable[Page]:
    for key in reader.keys("rulebook/"):
        place = key.removeprefix("rulebook/")
        yield Page(rulebook_address(place), key)


def _book(reader: Reader, page: Page) -> Mapping[str, object]:
    book = reader.get(page.key, RulebookFact)
    moments: dict[str, list[str]] = {}
    for rule in book.rules:
        moments.setdefault(rule.moment, []).append(_status(reader, rule.since, rule.until))
    items = [
        {
            "text": _moment(reader, moment),
            "address": _moment_address(book.place, moment),
            "note": f"有效 {statuses.count('有效')} 条"
            + (f"，已失效 {past} 条" if (past := statuses.count("已失效")) else ""),
        }
        for moment, statuses in sorted(moments.items())
    ]
    every = [status for statuses in moments.values() for status in statuses]
    return {
        "title": f"{book.title}的规则",
        "answer": f"{book.title}现在适用 {every.count('有效')} 条规则、{len(book.parameters)} 项数值；"
        f"另列出已失效的 {every.count('已失效')} 条规则，旧事项仍按当时的规则。",
        "path": [("规则", INDEX)],
        "moments": items,
        "figures": f"rules/{book.place}/figures.html",
        "data": f"rules/{book.place}/rulebook.json",
        "count": len(book.parameters),
    }


def _moment_address(place: str, moment: str) -> str:
    return f"rules/{place}/{moment}.html"


def _moment_pages(reader: Reader) -> Iterable[Page]:
    for key in reader.keys("rulebook/"):
        book = reader.get(key, RulebookFact)
        for moment in sorted({rule.moment for rule in book.rules}):
            yield Page(_moment_address(book.place, moment), key, moment)


def _moment_rules(reader: Reader, page: Page) -> Mapping[str, object]:
    """The rules of one moment at one place; those of the highest text first."""
    book = reader.get(page.key, RulebookFact)
    rules = [rule for rule in book.rules if rule.moment == page.part]
    items = [
        {
            "title": rule.title,
            "address": rule_address(rule.id),
            "article": rule.cites[0].label if rule.cites else "",
            "rank": rule.cites[0].rank_title if rule.cites else "",
            "dates": _dates(rule.since, rule.until),
            "status": _status(reader, rule.since, rule.until),
        }
        for rule in rules
    ]
    in_force = sum(item["status"] == "有效" for item in items)
    return {
        "title": _moment(reader, page.part),
        "answer": f"{book.title}在这一环节有 {in_force} 条规则有效；已失效的也列出，旧事项仍按当时的规则。",
        "path": [("规则", INDEX), (book.title, rulebook_address(book.place))],
        "rules": items,
    }


def _figure_pages(reader: Reader) -> Iterable[Page]:
    for key in reader.keys("rulebook/"):
        book = reader.get(key, RulebookFact)
        for first in range(0, max(1, len(book.parameters)), FIGURES_A_PAGE):
            yield Page(_figures_address(book.place, first), key, str(first))


def _figures_address(place: str, first: int) -> str:
    number = first // FIGURES_A_PAGE + 1
    return f"rules/{place}/figures.html" if number == 1 else f"rules/{place}/figures-{number}.html"


def _figures(reader: Reader, page: Page) -> Mapping[str, object]:
    book, first = reader.get(page.key, RulebookFact), int(page.part)
    count = len(book.parameters)
    last = min(first + FIGURES_A_PAGE, count)
    others = [
        {
            "text": f"第 {start + 1} 至 {min(start + FIGURES_A_PAGE, count)} 项",
            "address": _figures_address(book.place, start),
        }
        for start in range(0, count, FIGURES_A_PAGE)
        if start != first
    ]
    title = f"{book.title}的数值"
    return {
        "title": f"{title}（第 {first + 1} 至 {last} 项）" if others else title,
        "heading": title,
        "path": [("规则", INDEX), (book.title, rulebook_address(book.place))],
        "figures": [_figure(reader, each) for each in book.parameters[first:last]],
        "count": count,
        "others": others,
    }


def _figure(reader: Reader, parameter: ParameterFact) -> dict[str, object]:
    rows = []
    for setting in parameter.settings:
        cite: Any = "示例"
        if setting.cite is not None:
            fragment = article_fragment(setting.cite.article)
            cite = {
                "text": setting.cite.label,
                "address": source_address(setting.cite.source),
                "fragment": fragment,
            }
        rows.append(
            [
                setting.readable + ("（示例）" if setting.example else ""),
                setting.place_title,
                _dates(setting.since, setting.until),
                _status(reader, setting.since, setting.until),
                cite,
            ]
        )
    note = Bound(parameter.bound).title_for(next((each.value for each in parameter.settings), None))
    return {"id": parameter.id, "title": parameter.title, "bound": note, "note": parameter.note, "rows": rows}


def _rules(reader: Reader) -> dict[str, tuple[str, RuleFact]]:
    """Every rule once, with the rulebook that shows it: that of the place where it is bound, if there is one."""
    found: dict[str, tuple[str, RuleFact]] = {}
    for key in reader.keys("rulebook/"):
        for rule in reader.get(key, RulebookFact).rules:
            if rule.id not in found or rule.place == key.removeprefix("rulebook/"):
                found[rule.id] = (key, rule)
    return found


def _rule_pages(reader: Reader) -> Iterable[Page]:
    return [Page(rule_address(id), key, id) for id, (key, _) in sorted(_rules(reader).items())]


def _rule(reader: Reader, page: Page) -> Mapping[str, object]:
    book = reader.get(page.key, RulebookFact)
    rule = next(each for each in book.rules if each.id == page.part)
    place = reader.find(f"places/{rule.place}", PlaceFact)
    where = place.title if place and int(rule.place[:2]) else "全国"
    status = _status(reader, rule.since, rule.until)
    word = {"已失效": "已失效", "尚未施行": "尚未施行"}.get(status, "现行有效")
    governed = "申请当天" if rule.governed_by == "happened" else "决定当天"
    pairs = [
        ("管哪个环节", _moment(reader, rule.moment)),
        ("适用地方", where),
        ("施行日期", _dates(rule.since, rule.until)),
        ("按哪一天的规则", governed),
        ("作用", _FORCES.get(rule.force) or _POWERS.get(rule.power, rule.power)),
        ("集体决议能否另定", "可以" if rule.overridable else "不可以"),
        ("第几次修订", str(rule.revision)),
    ]
    used = [reader.find(f"parameter/{use}", ParameterCard) for use in rule.uses]
    return {
        "title": rule.title,
        "path": [("规则", INDEX), (book.title, rulebook_address(book.place))],
        "answer": f"{word}：{_dates(rule.since, rule.until)}，{where}适用。",
        "cites": [_cited(cite) for cite in rule.cites],
        "pairs": pairs,
        "uses": [card.title for card in used if card],
        "figures": f"rules/{book.place}/figures.html",
    }


def _cited(cite: CiteFact) -> dict[str, object]:
    return {
        "label": cite.label,
        "address": source_address(cite.source),
        "fragment": article_fragment(cite.article),
        "rank": cite.rank_title,
        "dates": _dates(cite.since, cite.until),
        "gist": cite.gist,
        "held": cite.held,
    }


def _sources(reader: Reader, page: Page) -> Mapping[str, object]:
    cards = [reader.get(key, SourceCard) for key in reader.keys("source/")]
    cards.sort(key=lambda card: (-card.rank_order, card.title, card.since))
    rows = [
        [
            {"text": f"《{card.title}》", "address": source_address(card.id)},
            card.rank,
            _dates(card.since, card.until),
            "已收录" if card.held else "未收录",
        ]
        for card in cards
    ]
    missing = sum(not card.held for card in cards)
    return {
        "title": "依据的文本",
        "path": [("规则", INDEX)],
        "answer": f"规则依据 {len(cards)} 个文本，其中 {missing} 个没有收录原文。",
        "rows": rows,
    }


def _source_pages(reader: Reader) -> Iterable[Page]:
    return [Page(source_address(key.removeprefix("source/")), key) for key in reader.keys("source/")]


def _source(reader: Reader, page: Page) -> Mapping[str, object]:
    card = reader.get(page.key, SourceCard)
    articles: dict[str, dict[str, Any]] = {}
    for _, rule in _rules(reader).values():
        for cite in rule.cites:
            if cite.source == card.id:
                _noted(articles, cite)["rules"].setdefault(rule.title, rule_address(rule.id))
    for key in reader.keys("rulebook/"):
        for parameter in reader.get(key, RulebookFact).parameters:
            for setting in parameter.settings:
                if setting.cite is not None and setting.cite.source == card.id:
                    _noted(articles, setting.cite)["figures"].setdefault(parameter.title, setting.readable)
    successor = reader.find(f"source/{card.replaced_by}", SourceCard) if card.replaced_by else None
    status = _status(reader, card.since, card.until)
    said = f"《{card.title}》是{card.rank}，{_dates(card.since, card.until)}施行，{status}。"
    place = reader.find(f"places/{card.place}", PlaceFact)
    pairs = [
        ("文号", card.number),
        ("适用地方", place.title if place and int(card.place[:2]) else "全国"),
        ("原文", "已收录，条文逐条核对过" if card.held else "没有收录原文，引用只作说明"),
        ("说明", card.note),
    ]
    return {
        "title": f"《{card.title}》",
        "path": [("规则", INDEX), ("依据的文本", SOURCES)],
        "answer": said,
        "pairs": [pair for pair in pairs if pair[1]],
        "successor": {"text": f"《{successor.title}》", "address": source_address(successor.id)}
        if successor
        else None,
        "articles": sorted(articles.values(), key=lambda each: each["order"]),
    }


def _noted(articles: dict[str, dict[str, Any]], cite: CiteFact) -> dict[str, Any]:
    number = int(cite.article) if cite.article.isdigit() else 10_000
    noted = articles.setdefault(
        cite.article,
        {
            "label": cite.label,
            "fragment": article_fragment(cite.article),
            "gists": {},
            "rules": {},
            "figures": {},
            "order": (number, cite.article),
        },
    )
    if cite.gist:
        noted["gists"][cite.gist] = None
    return noted


def _data_pages(reader: Reader) -> Iterable[Page]:
    return [
        Page(f"rules/{key.removeprefix('rulebook/')}/rulebook.json", key) for key in reader.keys("rulebook/")
    ]


def _data(reader: Reader, page: Page) -> bytes:
    return bytes(reader.get(page.key, msgspec.Raw))


def _moment(reader: Reader, moment: str) -> str:
    """A moment in words: 社区工作准入：提交申请."""
    id, _, action = moment.partition(".")
    procedure = reader.find(f"procedures/{id}", ProcedureFact)
    return f"{procedure.title}：{procedure.actions.get(action, action)}" if procedure else moment


def _dates(since: date, until: date | None) -> str:
    if since.year <= 1:
        return f"到{in_words(until)}" if until else "一直有效"
    return f"{in_words(since)}起" + (f"，到{in_words(until)}" if until else "")


def _status(reader: Reader, since: date, until: date | None) -> str:
    """Whether something is in force on the as-of day; asks only for its first day and the day after its last."""
    if not reader.reached(since):
        return "尚未施行"
    if until is not None and reader.reached(date.fromordinal(until.toordinal() + 1)):
        return "已失效"
    return "有效"
