"""Forms: what an action asks for, as a typed struct whose fields say who may see them.

A form is a ``msgspec.Struct`` with ``forbid_unknown_fields=True``; every field is annotated by `line`, `text`, `choice`
and the like. The mark of a field decides its way: *public* fields may be published, *internal* ones stay in the
workbench, *personal* ones go to the vault and leave a reference in the step, one that names a *person* leaves the
pseudonym that the person has in this matter. Free text (`text`) becomes a document by hash, so that a step never holds
it. A *secret* field is acted on and then forgotten: it stands in no step, draft, hash or log, and what its action makes
of it is all that is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum, StrEnum
from typing import Any, get_type_hints

import msgspec
from msgspec import Meta, Struct

from linli.errors import BadInput, LinliError, ManyFaults


class Mark(StrEnum):
    """Who may see a field."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    PERSON = "person"
    SECRET = "secret"  # noqa: S105 - a mark of fields, no password


PUBLIC, INTERNAL, PERSONAL, SECRET = Mark.PUBLIC, Mark.INTERNAL, Mark.PERSONAL, Mark.SECRET

LINE_LENGTH = 120
TEXT_LENGTH = 20_000
LONG_TEXT_LENGTH = 100_000
"""The longest personal text, such as a list of voters: what a row of a store can hold once it is sealed."""
REFERENCE_LENGTH = 200


class Widget(StrEnum):
    """How a field is asked for."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    PLACES = "places"
    ROWS = "rows"
    DOCUMENT = "document"


# What stands in place of a secret: these kinds of fields have something that says nothing.
BLANK: Mapping[Widget, Any] = {Widget.LINE: "", Widget.CHOICES: (), Widget.ROWS: (), Widget.YES_NO: False}


def _meta(
    title: str,
    widget: Widget,
    mark: Mark,
    hint: str,
    shown_under: str = "",
    names: str = "",
    words: Mapping[str, str] | None = None,
    **limits: Any,
) -> Meta:
    extra: dict[str, Any] = {"x-mark": mark.value, "x-widget": widget.value}
    if shown_under:
        extra["x-shown-under"] = shown_under
    if names:
        extra["x-names"] = names
    if words:
        extra["x-words"] = dict(words)
    return Meta(title=title, description=hint or None, extra_json_schema=extra, extra=extra, **limits)


def line(
    title: str,
    mark: Mark = PUBLIC,
    hint: str = "",
    max_length: int = LINE_LENGTH,
    *,
    names: str = "",
    words: Mapping[str, str] | None = None,
) -> Meta:
    """One line of at most ``max_length`` characters. A public line is scanned for personal data and refused with it.

    ``names`` is the id of a register of which the line names an entry by its key: readers see the entry's ``title``,
    and whoever fills in the form chooses among the entries of the place. What names none stands as it is written.
    ``words`` says what readers see instead of identifiers that are known in advance.
    """
    limit = max(max_length, REFERENCE_LENGTH) if mark is PERSONAL else max_length
    return _meta(title, Widget.LINE, mark, hint, names=names, words=words, max_length=limit)


def text(title: str, mark: Mark = INTERNAL, hint: str = "", *, shown_under: str = "") -> Meta:
    """Free text, kept as a document; a public one goes out in a reviewed version only.

    A personal one goes to the vault. ``shown_under`` is the id of a term (a day): where a rule has set it in the step's
    judgement, the law wants the text posted until that day, and a reviewed version may go out so long, citing the rule.
    Raises TypeError for a text that is not personal.
    """
    if shown_under and mark is not PERSONAL:
        raise TypeError(
            f"{title}: only a personal text is shown under a duty; others are reviewed as they are"
        )
    longest = LONG_TEXT_LENGTH if mark is PERSONAL else TEXT_LENGTH
    return _meta(title, Widget.TEXT, mark, hint, shown_under, max_length=longest)


def person(title: str, hint: str = "") -> Meta:
    """Someone, by the subject that the issuer of identities knows; never a name.

    What the step keeps, what rules see and what the action is handed is the person's pseudonym in this matter
    (``who:…``). It is not published.
    """
    said = hint or "登录系统给出的标识，不是姓名"
    return _meta(title, Widget.LINE, Mark.PERSON, said, max_length=80)


def number(title: str, mark: Mark = PUBLIC, hint: str = "", *, least: int = 0, most: int = 10**9) -> Meta:
    """A whole number between ``least`` and ``most``."""
    return _meta(title, Widget.NUMBER, mark, hint, ge=least, le=most)


def money(title: str, mark: Mark = PUBLIC, hint: str = "", *, least: int = 0, basis: str = "") -> Meta:
    """An amount in whole fen, at most 10**13. ``basis`` says on what it rests that no other amount is taken."""
    meta = _meta(title, Widget.MONEY, mark, hint, ge=least, le=10**13)
    if basis and meta.extra is not None:
        meta.extra["x-basis"] = basis
    return meta


def day(title: str, mark: Mark = PUBLIC, hint: str = "") -> Meta:
    """A civil date in Asia/Shanghai."""
    return _meta(title, Widget.DATE, mark, hint)


def choice(title: str, mark: Mark = PUBLIC, hint: str = "") -> Meta:
    """One member of an enum whose members have a ``title``."""
    return _meta(title, Widget.CHOICE, mark, hint)


def choices(title: str, mark: Mark = PUBLIC, hint: str = "", *, least: int = 0) -> Meta:
    """Several members of an enum."""
    return _meta(title, Widget.CHOICES, mark, hint, min_length=least, max_length=50)


def yes_no(title: str, mark: Mark = PUBLIC, hint: str = "") -> Meta:
    """Yes or no."""
    return _meta(title, Widget.YES_NO, mark, hint)


def places(title: str, mark: Mark = PUBLIC, hint: str = "", *, most: int = 1000) -> Meta:
    """Codes of places."""
    return _meta(title, Widget.PLACES, mark, hint, max_length=most)


def rows(title: str, mark: Mark = PUBLIC, hint: str = "", *, most: int = 1000) -> Meta:
    """A short table: a tuple of structs whose fields are annotated in the same way."""
    return _meta(title, Widget.ROWS, mark, hint, max_length=most)


def document(title: str, mark: Mark = INTERNAL, hint: str = "") -> Meta:
    """The hash of a document that was uploaded before."""
    return _meta(title, Widget.DOCUMENT, mark, hint, max_length=REFERENCE_LENGTH)


class Field(Struct, frozen=True):
    """One field of a form as pages, importers and the service read it."""

    name: str
    title: str
    hint: str
    mark: Mark
    widget: Widget
    required: bool
    default: Any
    kind: Any
    options: tuple[tuple[str, str], ...] = ()
    limits: tuple[int | None, int | None] = (None, None)
    columns: tuple[Field, ...] = ()
    shown_under: str = ""
    names: str = ""
    words: tuple[tuple[str, str], ...] = ()
    basis: str = ""


_FIELDS: dict[type, tuple[Field, ...]] = {}
_BY_NAME: dict[type, dict[str, Field]] = {}


def fields(form: type) -> tuple[Field, ...]:
    """The fields of a form, in order. Raises TypeError for a field that is not annotated by this module."""
    known = _FIELDS.get(form)
    if known is None:
        known = _FIELDS[form] = tuple(_read(form))
    return known


def _read(form: type) -> Iterator[Field]:
    hints = get_type_hints(form, include_extras=True)
    for field in msgspec.structs.fields(form):
        hint = hints[field.name]
        meta = next((m for m in getattr(hint, "__metadata__", ()) if isinstance(m, Meta) and m.extra), None)
        if meta is None or meta.extra is None:
            raise TypeError(
                f"{form.__name__}.{field.name}: annotate it by line(), text(), number() … of linli.forms"
            )
        kind = hint.__origin__
        if "float" in str(kind):
            said = "a form holds no floats; count in whole fen, days, pieces"
            raise TypeError(f"{form.__name__}.{field.name}: {said}")
        default = field.default
        if default is msgspec.NODEFAULT and field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        member = _member(kind)
        widget, mark = Widget(meta.extra["x-widget"]), Mark(meta.extra["x-mark"])
        columns = fields(member) if widget is Widget.ROWS and member is not None else ()
        if mark is Mark.SECRET and widget not in BLANK:
            raise TypeError(
                f"{form.__name__}.{field.name}: a secret is a line, a choice of several, rows, or yes or no"
            )
        if any(column.mark is Mark.SECRET for column in columns) and mark is not Mark.SECRET:
            raise TypeError(f"{form.__name__}.{field.name}: mark the whole table secret, not a column of it")
        low, high = (meta.ge, meta.le) if meta.ge is not None else (meta.min_length, meta.max_length)
        yield Field(
            name=field.name,
            title=meta.title or field.name,
            hint=meta.description or "",
            mark=mark,
            widget=widget,
            required=default is msgspec.NODEFAULT,
            default=None if default is msgspec.NODEFAULT else default,
            kind=kind,
            options=_options(member),
            limits=(None if low is None else int(low), None if high is None else int(high)),
            columns=columns,
            shown_under=meta.extra.get("x-shown-under", ""),
            names=meta.extra.get("x-names", ""),
            words=tuple(meta.extra.get("x-words", {}).items()),
            basis=meta.extra.get("x-basis", ""),
        )


def _member(kind: Any) -> type | None:
    """The class inside ``X``, ``X | None`` or ``tuple[X, ...]``."""
    if isinstance(kind, type):
        return kind
    return next(
        (a for a in getattr(kind, "__args__", ()) if isinstance(a, type) and a is not type(None)), None
    )


def _options(member: type | None) -> tuple[tuple[str, str], ...]:
    if member is None or not issubclass(member, Enum):
        return ()
    return tuple((str(each.value), str(getattr(each, "title", each.value))) for each in member)


def read(form: type[Any], facts: Mapping[str, Any]) -> Any:
    """Make the struct of raw facts (JSON values); raises `ManyFaults` with one fault for each field that is wrong.

    What rules see may be a plain struct that no form asks for: then the fault is told as it is found.
    """
    try:
        names = _names(form)
    except TypeError:
        return _plainly(form, facts)
    if all(name in names for name in facts):
        try:
            return msgspec.convert(facts, form, str_keys=True)
        except msgspec.ValidationError:
            pass  # Said below, field by field.
    raise ManyFaults(list(_faults(form, facts)))


def _plainly(kind: type[Any], facts: Mapping[str, Any]) -> Any:
    try:
        return msgspec.convert(facts, kind, str_keys=True)
    except msgspec.ValidationError as error:
        said, _, path = str(error).partition(" - at ")
        raise ManyFaults([BadInput(f"格式不对：{said}", where=path.strip("`$.") or kind.__name__)]) from None


def _faults(form: type[Any], facts: Mapping[str, Any]) -> Iterator[LinliError]:
    known = _names(form)
    for name in facts:
        if name not in known:
            yield BadInput("没有这一项", where=name, cure=f"可以填写的有：{'、'.join(known)}")
    hints = get_type_hints(form, include_extras=True)
    said = False
    for name, field in known.items():
        if name not in facts:
            if field.required:
                said = True
                yield BadInput(f"请填写“{field.title}”", where=name, cure=field.hint)
            continue
        try:
            msgspec.convert(facts[name], hints[name], str_keys=True)
        except msgspec.ValidationError as error:
            said = True
            yield BadInput(explain(error, field), where=name, cure=field.hint, basis=field.basis)
    if not said and all(name in known for name in facts):
        # What no field is to blame for: the struct itself refused it.
        try:
            msgspec.convert(facts, form, str_keys=True)
        except msgspec.ValidationError as error:
            yield BadInput(str(error), where=form.__name__)


def _names(form: type) -> dict[str, Field]:
    known = _BY_NAME.get(form)
    if known is None:
        known = _BY_NAME[form] = {field.name: field for field in fields(form)}
    return known


def explain(error: msgspec.ValidationError, field: Field) -> str:
    """What is wrong with a field, in the words of the person who fills it in."""
    said = str(error)
    title = f"“{field.title}”"
    if "Invalid enum value" in said:
        return f"{title}只能选：{'、'.join(label for _, label in field.options)}"
    if field.widget is Widget.DATE:
        return f"{title}要写成 2026-03-01 这样的日期"
    if field.widget in (Widget.MONEY, Widget.NUMBER):
        low, high = field.limits
        return f"{title}要填 {low} 到 {high} 之间的整数" + (
            "（单位：分）" if field.widget is Widget.MONEY else ""
        )
    if "length <=" in said:
        return f"{title}太长，最多 {field.limits[1]} 个字"
    if "length >=" in said:
        return f"{title}至少要有 {field.limits[0]} 项"
    return f"{title}的格式不对：{said}"


def has_secrets(form: type) -> bool:
    """Whether some field of a form is secret, so that what is filled in must not be kept as a draft."""
    return any(field.mark is Mark.SECRET for field in fields(form))


def without_secrets(form: type, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with every secret field of the form blank: what may be kept of them, and hashed."""
    blank = {field.name: BLANK[field.widget] for field in fields(form) if field.mark is Mark.SECRET}
    return {**facts, **{name: value for name, value in blank.items() if name in facts}}


def plain(facts: Any) -> dict[str, Any]:
    """The struct as JSON values; dates as ISO strings, enums by value."""
    return dict(msgspec.to_builtins(facts, enc_hook=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a form")


def schema(form: type) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a form."""
    return dict(msgspec.json.schema(form))
