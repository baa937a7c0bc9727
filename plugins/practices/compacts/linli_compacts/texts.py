"""The texts of a compact as a pure fold over the steps of its matter, and the register entries that say the same.

A step changes the last text, or begins a new one; when that comes into force, the one before ends on the day before.
Nothing is ever taken out: what was in force stays, with its last day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec import Struct, structs

from linli.forms import plain
from linli.matters import Matter
from linli.procedures import EntryChange
from linli_compacts.forms import Adoption, Beginning, Conclusion, Draft, Filing, Repeal
from linli_compacts.kinds import TextStage
from linli_compacts.registers import COMPACTS, TEXTS, CompactEntry, TextEntry

DRAFTING = ("draft", "revise", "redraft")
ENDS = ("void", "retract", "repeal")


class Text(Struct, frozen=True, kw_only=True):
    """One text. ``stage`` is None while nobody but those who work on it may read it; see `TextEntry` for the rest."""

    number: int
    draft: Draft
    stage: TextStage | None = None
    opinions: int = 0
    adopted: date | None = None
    resolution: str = ""
    filed: date | None = None
    filing: str = ""
    since: date | None = None
    until: date | None = None


class Event(Struct, frozen=True):
    """A step as the fold reads it: its number, what was done, with which facts, on which day, where that led.

    The number is 0 for a step that is only being taken.
    """

    number: int
    action: str
    facts: Mapping[str, Any]
    day: date
    decided: date
    stage: str


Texts = tuple[Text, ...]


def events(matter: Matter) -> list[Event]:
    """The steps of a matter, corrections put in where they belong; a reopening takes back what had ended it."""
    found: list[Event] = []
    for step in matter.steps:
        if step.corrects:
            found = [
                structs.replace(each, facts=step.facts) if each.number == step.corrects else each
                for each in found
            ]
        elif step.action == "reopen":
            ended = max((at for at, each in enumerate(found) if each.action in ENDS), default=None)
            found = [each for at, each in enumerate(found) if at != ended]
        else:
            found.append(Event(step.number, step.action, step.facts, step.happened, step.decided, step.stage))
    return found


def texts(happenings: Iterable[Event]) -> Texts:
    """The texts that come of what happened, oldest first."""
    found: list[Text] = []
    for event in happenings:
        found = list(_after(tuple(found), event))
    return tuple(found)


def texts_of(matter: Matter) -> Texts:
    """The texts of a matter as it stands."""
    return texts(events(matter))


def in_force(found: Texts) -> Text | None:
    """The text that is in force or will be, and has no last day: the one that a revision replaces."""
    return next((text for text in reversed(found) if text.since is not None and text.until is None), None)


def _after(found: Texts, event: Event) -> Texts:
    """The texts after one more step."""
    if event.action in ("draft", "revise"):
        return (*found, Text(number=len(found) + 1, draft=_read(event.facts, Draft)))
    if not found:
        return found
    *before, last = found
    change = _CHANGES.get(event.action)
    if change is None:
        return found
    changed = change(last, event)
    if changed.since is not None and last.since is None:
        before = [_ended(text, changed.since) for text in before]
    return (*before, changed)


def _ended(text: Text, since: date) -> Text:
    """A text after another one has come into force."""
    if text.since is None or text.until is not None:
        return text
    return structs.replace(text, until=since - timedelta(days=1))


def _redraft(text: Text, event: Event) -> Text:
    return Text(number=text.number, draft=_read(event.facts, Draft), opinions=text.opinions)


def _review(text: Text, event: Event) -> Text:
    found = event.facts.get("lawful") and event.facts.get("no_names")
    return structs.replace(text, stage=TextStage.CONSULTED) if found else text


def _opinion(text: Text, event: Event) -> Text:
    return structs.replace(text, opinions=text.opinions + 1)


def _conclude(text: Text, event: Event) -> Text:
    return structs.replace(text, opinions=text.opinions + _read(event.facts, Conclusion).paper)


def _adopt(text: Text, event: Event) -> Text:
    if not event.stage.endswith("adopted"):
        return text
    resolution = _read(event.facts, Adoption).resolution
    return structs.replace(text, stage=TextStage.ADOPTED, adopted=event.day, resolution=resolution)


def _file(text: Text, event: Event) -> Text:
    if event.stage.endswith("adopted"):
        return text
    if not event.stage.endswith(("filed", "in_force")):
        # The resolution does not carry it after all.
        return structs.replace(text, stage=TextStage.CONSULTED, adopted=None, resolution="")
    filing = _read(event.facts, Filing)
    return structs.replace(
        text, stage=TextStage.FORCE, filed=event.decided, filing=filing.number, since=filing.since
    )


def _begin(text: Text, event: Event) -> Text:
    return structs.replace(
        text, stage=TextStage.FORCE, adopted=event.day, since=_read(event.facts, Beginning).since
    )


def _repeal(text: Text, event: Event) -> Text:
    if not event.stage.endswith(("ended", "ending")):
        return text
    return structs.replace(text, until=_read(event.facts, Repeal).until)


def _void(text: Text, event: Event) -> Text:
    if text.since is None:
        return _drop(text, event)
    return structs.replace(text, until=max(text.since, event.decided))


def _drop(text: Text, event: Event) -> Text:
    """A text that residents have seen is not taken up; one that they have not seen leaves no trace."""
    return structs.replace(text, stage=TextStage.DROPPED, adopted=None, resolution="") if text.stage else text


_CHANGES = {
    "redraft": _redraft,
    "review": _review,
    "opinion": _opinion,
    "conclude": _conclude,
    "adopt": _adopt,
    "file": _file,
    "begin": _begin,
    "repeal": _repeal,
    "void": _void,
    "retract": _drop,
    "withdraw": _drop,
    "send_back": _drop,
}


def _read(facts: Mapping[str, Any], form: type[Any]) -> Any:
    return msgspec.convert(facts, form, str_keys=True)


# What registers say of it


def entries(matter: Matter, before: Texts, after: Texts, on: date) -> tuple[EntryChange, ...]:
    """What registers have to be told when texts change on a day: every text that changed, and the compact."""
    if not after:
        return ()
    # A compact that stood in the register before keeps its number there.
    code = after[0].draft.code or matter.id
    old = {text.number: _text_values(text, code, matter.place, before) for text in before if text.stage}
    changes = [
        EntryChange(TEXTS.id, values["code"], values)
        for text in after
        if text.stage is not None
        and (values := _text_values(text, code, matter.place, after)) != old.get(text.number)
    ]
    told = _compact_values(after, code, matter)
    if told and told != _compact_values(before, code, matter):
        # Until its first day the text before it holds, in the register too.
        began = next(text.since for text in reversed(after) if text.since is not None)
        changes.append(EntryChange(COMPACTS.id, code, told, since=max(on, began)))
    return tuple(changes)


def text_key(code: str, number: int) -> str:
    """The key of a text in its register."""
    return f"{code}.v{number}"


def _text_values(text: Text, code: str, place: str, all_of_them: Sequence[Text]) -> dict[str, Any]:
    draft = text.draft
    held = [each.number for each in all_of_them if each.since is not None]
    earlier = [number for number in held if number < text.number] if text.since else []
    later = [number for number in held if number > text.number] if text.since else []
    entry = TextEntry(
        code=text_key(code, text.number),
        compact=code,
        number=text.number,
        place=place,
        title=draft.title,
        kind=draft.kind,
        nature=draft.nature,
        stage=text.stage or TextStage.CONSULTED,
        clauses=draft.clauses,
        unit=draft.unit,
        unit_code=draft.unit_code,
        committee=draft.committee,
        vehicles=draft.vehicles,
        opinions=text.opinions,
        adopted=text.adopted,
        resolution=text.resolution,
        filed=text.filed,
        filing=text.filing,
        since=text.since,
        until=text.until,
        predecessor=text_key(code, earlier[-1]) if earlier else "",
        successor=text_key(code, later[0]) if later else "",
    )
    return plain(entry)


def _compact_values(found: Texts, code: str, matter: Matter) -> dict[str, Any]:
    """The entry of the compact by its last text that came into force; none before there was one.

    Its first day is that of the first text that was as firm: a compact is none while it is tried out.
    """
    held = next((text for text in reversed(found) if text.since is not None), None)
    if held is None:
        return {}
    draft = held.draft
    days = [text.since for text in found if text.since is not None and text.draft.nature is draft.nature]
    entry = CompactEntry(
        code=code,
        title=draft.title,
        kind=draft.kind,
        place=matter.place,
        since=min(days),
        until=held.until,
        nature=draft.nature,
        unit=draft.unit,
        unit_code=draft.unit_code,
        committee=draft.committee,
        vehicles=draft.vehicles,
        number=held.number,
        adopted=held.adopted,
        filed=held.filed,
        filing=held.filing,
        matter=matter.id,
    )
    return plain(entry)
