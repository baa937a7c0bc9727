"""Forms as people fill them in: fields become inputs, and what was typed becomes facts.

*Typed* is what a browser sends: a list of strings for each name. It is kept as it came, so that a form with a
mistake in it comes back just as it was filled in. Names of controls begin with ``f.`` and go on with the name of the
field; in a table with the number of the row and the name of the column: ``f.communities.0.need_fen``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, get_args

from msgspec import Struct

from linli.errors import BadInput, LinliError, ManyFaults
from linli.forms import Field, Mark, Widget, fields, read
from linli.intake import DOCUMENT, SEALED
from linli.money import parse_yuan, yuan_exact
from linli.places import Level, Places

Typed = Mapping[str, Sequence[str]]

PREFIX = "f."
KEPT = ".kept"
EMPTY_ROWS = 3
MOST_BOXES = 60
MOST_RADIOS = 4
MOST_OFFERED_RADIOS = 20
"""So many options that an action offers are all shown at once: whoever chooses among them should see them all."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_ROW = re.compile(r"\.[0-9]+\.")
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")


class Option(Struct, frozen=True):
    """Something to choose: its value, its label, and the heading that it stands under."""

    value: str
    label: str
    group: str = ""


class Input(Struct, frozen=True, kw_only=True):
    """One control of a page. ``kind`` says how it is drawn; ``values`` what is in it; ``rows`` the rows of a table.

    ``kept`` says of a personal field or a document that one was given before, ``chosen`` that it cannot be left open.
    """

    name: str
    id: str
    title: str
    hint: str
    kind: str
    mark: str
    required: bool
    chosen: bool = False
    values: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    errors: tuple[str, ...] = ()
    kept: str = ""
    most: int | None = None
    columns: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[Input, ...], ...] = ()

    @property
    def value(self) -> str:
        """What stands in a control that holds one thing."""
        return self.values[0] if self.values else ""

    def groups(self) -> list[tuple[str, list[Option]]]:
        """The options under their headings, in order."""
        found: dict[str, list[Option]] = {}
        for option in self.options:
            found.setdefault(option.group, []).append(option)
        return list(found.items())


class Section(Struct, frozen=True):
    """Inputs that belong together. ``folded`` ones may well be left out."""

    title: str
    hint: str
    inputs: tuple[Input, ...]
    folded: bool = False


class Offers(Struct, frozen=True):
    """What can be chosen where the form itself does not say it: communities, all places, and lines by name.

    ``asked`` is what the action itself offers, by field; ``<field>.<column>`` for every row of a table.
    """

    communities: tuple[Option, ...] = ()
    places: tuple[Option, ...] = ()
    lines: Mapping[str, tuple[Option, ...]] = {}
    asked: Mapping[str, tuple[Option, ...]] = {}


class Parsed(Struct, frozen=True):
    """Facts made of what was typed, and what could not be read."""

    facts: dict[str, Any]
    faults: list[LinliError]


def offers(places: Places, place: str, on: date, among: Sequence[str] = ()) -> Offers:
    """What a form at a place offers; ``among`` narrows the communities to those named."""
    communities = [p for p in places.below(place, Level.COMMUNITY) if p.exists(on)]
    if among:
        communities = [p for p in communities if p.code in among]
    streets = (
        [p for p in places.below(place, Level.STREET) if p.exists(on)]
        if places[place].level != "community"
        else []
    )
    above = [Option(code, places[code].title) for code in (place,)]
    return Offers(
        communities=tuple(Option(p.code, p.title, places[p.parent].title) for p in communities),
        places=(
            *above,
            *(Option(p.code, p.title, "街道") for p in streets if p.code != place),
            *(Option(p.code, p.title, places[p.parent].title) for p in communities if p.code != place),
        ),
    )


def names_a_place(field: Field) -> bool:
    """Whether a line asks for the code of a place: its hint says so."""
    return field.widget is Widget.LINE and "区划代码" in field.hint


def shown_fields(form: type) -> tuple[Field, ...]:
    """The fields of a form that people fill in; one without a title is the program's own."""
    return tuple(field for field in fields(form) if field.title != field.name)


def sections(
    form: type, typed: Typed, faults: Sequence[LinliError], offered: Offers, kept: Mapping[str, str] = {}
) -> list[Section]:
    """The form as sections: what must be given, what may be, what stays inside. A short form folds what may be."""
    all_fields = shown_fields(form)
    drawn = {
        field.name: _input(field, PREFIX + field.name, typed, faults, offered, kept) for field in all_fields
    }
    needed = [drawn[f.name] for f in all_fields if f.required]
    open_ones = [drawn[f.name] for f in all_fields if not f.required and f.mark is Mark.PUBLIC]
    inside = [drawn[f.name] for f in all_fields if not f.required and f.mark is not Mark.PUBLIC]
    if len(all_fields) <= 6:
        # Which places is the heart of a decision, even where leaving it open means all of them; so is what an action
        # itself offers to choose from, and what is secret.
        asked = {name.partition(".")[0] for name in offered.asked}
        heart = {f.name for f in all_fields if f.widget is Widget.PLACES or f.mark is Mark.SECRET} | asked
        needed = [drawn[f.name] for f in all_fields if f.required or f.name in heart]
        optional = tuple(drawn[f.name] for f in all_fields if drawn[f.name] not in needed)
        filled = any(each.errors or any(each.values) for each in optional)
        folded = len(optional) > 1 and bool(needed) and not filled
        found = [
            Section("", "", tuple(needed)),
            Section("可以不填的" if needed else "", "", optional, folded),
        ]
    else:
        found = [
            Section("必须填写", "", tuple(needed)),
            Section("按情况填写", "填了会公开；缺了什么，试判会告诉您。", tuple(open_ones)),
            Section(
                "不公开的内容", "只有办理这件事的人看得到；个人信息加密保存，查看要留理由。", tuple(inside)
            ),
        ]
    return [section for section in found if section.inputs]


def _input(
    field: Field,
    name: str,
    typed: Typed,
    faults: Sequence[LinliError],
    offered: Offers,
    kept: Mapping[str, str],
) -> Input:
    path = name.removeprefix(PREFIX)
    kind, options = _kind(field, path, offered)
    errors = tuple(_said(fault) for fault in faults if fault.where == path)
    rows: tuple[tuple[Input, ...], ...] = ()
    if kind == "rows":
        rows = tuple(
            tuple(
                _input(column, f"{name}.{index}.{column.name}", typed, faults, offered, kept)
                for column in field.columns
            )
            for index in range(row_count(name, typed))
        )
    return Input(
        name=name,
        id=name.replace(".", "-"),
        title=field.title,
        hint="选择地方" if options and names_a_place(field) else field.hint,
        kind=kind,
        mark=field.mark.value,
        required=field.required,
        chosen=field.required or (field.widget is Widget.CHOICE and field.default is not None),
        values=_shown(field, kind, tuple(typed.get(name, ())), offered),
        options=options,
        errors=errors,
        kept=kept.get(path, "") or "".join(typed.get(name + KEPT, ())),
        most=field.limits[1] if kind in ("line", "text") else None,
        columns=tuple((column.title, column.hint) for column in field.columns),
        rows=rows,
    )


def _shown(field: Field, kind: str, typed: tuple[str, ...], offered: Offers) -> tuple[str, ...]:
    """What stands in a control: what was typed, else what the form itself would take; places by their names."""
    if field.widget is Widget.CHOICE and not typed and field.default is not None:
        return (str(field.default.value),)
    if field.widget is Widget.PLACES and kind == "lines":
        names = {code: name for name, code in _codes_by_name(offered).items()}
        return tuple(names.get(each, each) for each in typed)
    return typed


def _kind(field: Field, path: str, offered: Offers) -> tuple[str, tuple[Option, ...]]:
    """How a field is drawn, and what it offers."""
    widget = field.widget
    if path in offered.lines:
        return "select", offered.lines[path]
    column = _ROW.sub(".", path)
    if column in offered.asked:
        few = column == path and len(offered.asked[column]) <= MOST_OFFERED_RADIOS
        several = widget is Widget.CHOICES
        return ("boxes" if several else "radios" if few else "select"), offered.asked[column]
    if names_a_place(field):
        options = offered.communities if "社区" in field.title else offered.places
        return ("select", options) if options else ("line", ())
    options = tuple(Option(value, label) for value, label in field.options)
    if widget is Widget.CHOICE:
        return ("radios" if len(options) <= MOST_RADIOS else "select"), options
    if widget is Widget.CHOICES:
        return ("boxes", options) if options else ("lines", ())
    if widget is Widget.PLACES:
        return ("boxes", offered.communities) if 0 < len(offered.communities) <= MOST_BOXES else ("lines", ())
    if widget is Widget.YES_NO:
        return ("radios", (Option("yes", "是"), Option("no", "否"))) if field.required else ("box", ())
    return widget.value, ()


def _said(fault: LinliError) -> str:
    said = (fault.message, fault.cure, f"依据：{fault.basis}" if fault.basis else "")
    return "".join(f"{each.rstrip('。')}。" for each in said if each)


def row_count(name: str, typed: Typed) -> int:
    """How many rows a table shows: those it was drawn with and any that were asked for, at least a few."""
    said = "".join(typed.get(f"{name}.rows", ()))
    return min(int(said), 1000) if said.isdigit() and int(said) else EMPTY_ROWS


# From what was typed to facts


def facts_of(form: type, typed: Typed, offered: Offers, kept: Mapping[str, str] = {}) -> Parsed:
    """Make raw facts of what was typed. What is left empty is left out, so that the form's own defaults hold.

    ``kept`` holds by field name what an empty personal field stands for: what was given before.
    """
    faults: list[LinliError] = []
    facts: dict[str, Any] = {}
    names = _codes_by_name(offered)
    for field in shown_fields(form):
        found = _value(field, PREFIX + field.name, typed, names, faults)
        if found is None and field.mark is Mark.PERSONAL and field.name in kept:
            found = kept[field.name]
        if found is not None:
            facts[field.name] = found
    return Parsed(facts, faults)


def _codes_by_name(offered: Offers) -> dict[str, str]:
    """The code of each place whose name nobody else here has; a name that repeats says nothing."""
    found: dict[str, set[str]] = {}
    for option in (*offered.communities, *offered.places):
        found.setdefault(option.label, set()).add(option.value)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}


def all_faults(form: type, parsed: Parsed) -> list[LinliError]:
    """What could not be read and everything else that is wrong with the form, each field once."""
    known = {fault.where.partition(".")[0] for fault in parsed.faults}
    try:
        read(form, parsed.facts)
    except ManyFaults as many:
        return [*parsed.faults, *(fault for fault in many.faults if fault.where not in known)]
    return parsed.faults


def _value(field: Field, name: str, typed: Typed, names: Mapping[str, str], faults: list[LinliError]) -> Any:
    """The fact of a field, or None where nothing was given or it could not be read (then a fault says so)."""
    given = [each.strip() for each in typed.get(name, ()) if each.strip()]
    if field.widget is Widget.ROWS:
        return list(_rows(field, name, typed, names, faults)) or None
    if field.widget is Widget.YES_NO:
        return (given[0] == "yes" if given else None) if field.required else bool(given)
    if field.widget is Widget.CHOICES:
        return (given if field.options else [line for each in given for line in _lines(each)]) or None
    if field.widget is Widget.PLACES:
        return [names.get(line, line) for each in given for line in _lines(each)] or None
    if field.widget is Widget.DOCUMENT:
        uploaded = [each for each in typed.get(name + KEPT, ()) if each]
        return next(iter((*given, *uploaded)), None)
    if not given:
        return None
    said = given[0]
    if names_a_place(field):
        return names.get(said, said)
    if field.widget in (Widget.NUMBER, Widget.MONEY):
        return _figure(field, name, said, faults)
    if field.widget is Widget.DATE:
        found = _DAY.fullmatch(said.translate(_FULL_WIDTH))
        return f"{int(found[1]):04}-{int(found[2]):02}-{int(found[3]):02}" if found else said
    return said


def _figure(field: Field, name: str, said: str, faults: list[LinliError]) -> int | None:
    where = name.removeprefix(PREFIX)
    if field.widget is Widget.MONEY:
        try:
            return parse_yuan(said)
        except BadInput as error:
            faults.append(BadInput(f"“{field.title}”：{error.message}", where=where))
            return None
    plain = said.translate(_FULL_WIDTH).replace(",", "")
    if not _WHOLE.fullmatch(plain):
        faults.append(BadInput(f"“{field.title}”要填整数", where=where, cure="只填数字，例如 12"))
        return None
    return int(plain)


def _rows(
    field: Field, name: str, typed: Typed, names: Mapping[str, str], faults: list[LinliError]
) -> Iterator[dict[str, Any]]:
    """The rows of a table that are not empty, each checked by itself so that a fault names its cell."""
    member = get_args(field.kind)[0]
    for index in range(row_count(name, typed)):
        row_name = f"{name}.{index}"
        found: list[LinliError] = []
        row = {c.name: _value(c, f"{row_name}.{c.name}", typed, names, found) for c in field.columns}
        row = {key: value for key, value in row.items() if value is not None and value is not False}
        if not row and not found:
            continue
        known = {fault.where for fault in found}
        path = row_name.removeprefix(PREFIX)
        try:
            read(member, row)
        except ManyFaults as many:
            for fault in many.faults:
                where = f"{path}.{fault.where}"
                if where not in known:
                    found.append(
                        BadInput(f"第 {index + 1} 行：{fault.message}", where=where, cure=fault.cure)
                    )
        faults.extend(found)
        yield row


def _lines(text: str) -> list[str]:
    return [each.strip() for each in re.split(r"[\n\r、，,；;]+", text) if each.strip()]


# From facts to what could have been typed


def typed_of(
    form: type, facts: Mapping[str, Any], text: Callable[[str], str], *, own: bool = False
) -> dict[str, list[str]]:
    """What someone would have typed to give these facts; ``text`` fetches a free text by its reference.

    A personal field stays empty, for nobody sees it by opening a form, unless it is one's ``own`` draft.
    """
    typed: dict[str, list[str]] = {}
    for field in shown_fields(form):
        if own or field.mark is not Mark.PERSONAL:
            _type(field, PREFIX + field.name, facts.get(field.name), text, typed)
    return typed


def _type(
    field: Field, name: str, value: Any, text: Callable[[str], str], typed: dict[str, list[str]]
) -> None:
    if value is None or value in ("", (), []):
        return
    if field.widget is Widget.ROWS:
        typed[f"{name}.rows"] = [str(len(value) + 1)]
        for index, row in enumerate(value):
            for column in field.columns:
                _type(column, f"{name}.{index}.{column.name}", row.get(column.name), text, typed)
    elif field.widget is Widget.YES_NO:
        if field.required or value:
            typed[name] = ["yes" if value else "no"]
    elif field.widget in (Widget.CHOICES, Widget.PLACES):
        typed[name] = [str(each) for each in value]
    elif field.widget is Widget.MONEY:
        typed[name] = [yuan_exact(value).removesuffix(".00")]
    elif field.widget is Widget.DOCUMENT:
        typed[name + KEPT] = [str(value)]
    elif field.widget is Widget.TEXT and str(value).startswith(DOCUMENT):
        typed[name] = [text(str(value))]
    elif not str(value).startswith(SEALED):
        typed[name] = [str(value)]


def a_year_later(facts: Mapping[str, Any], form: type) -> dict[str, Any]:
    """The facts with every date moved on by a year; the 29th of February becomes the 28th."""
    moved = dict(facts)
    for field in shown_fields(form):
        value = facts.get(field.name)
        if field.widget is Widget.DATE and value:
            day = date.fromisoformat(str(value))
            moved[field.name] = day.replace(
                year=day.year + 1, day=min(day.day, 28) if day.month == 2 else day.day
            ).isoformat()
        if field.mark is Mark.PERSONAL or field.widget is Widget.DOCUMENT:
            moved.pop(field.name, None)
    return moved
