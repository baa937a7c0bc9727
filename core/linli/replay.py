"""Replay: every stored judgement is judged again from the stored step, and sorted by what came of it.

A judgement is rebuilt from what the step keeps: the facts by their form (with upcasts), the dates, the register facts
in the versions that were recorded, the balances as they were recorded, parameters by their dates. The same bytes are
the same judgement; where they differ, the findings are compared rule by rule and the difference is put down to the law,
to a corrected rule, or, where neither explains it, to a fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from linli.appointments import APPOINTEES, held_on
from linli.canonical import canonical
from linli.deployment import Deployment
from linli.desk import Desk
from linli.errors import Corrupt, LinliError, RuleFault
from linli.matters import Matter, state
from linli.places import Places
from linli.procedures import Action, Procedure
from linli.registers import decode_version
from linli.rulebook import Ask, BoundRule, Dates, Figures, Heard, Judgement, Rulebook
from linli.rules import Asked, Balance, EntryFact
from linli.standing import standing_actions
from linli.steps import Step, decode
from linli.store import Store, StoredStep

_PAGE = 1000


class Sort(StrEnum):
    """What came of judging again."""

    SAME = "same"
    LAW_CHANGED = "law_changed"
    RULE_CORRECTED = "rule_corrected"
    UNDECIDABLE = "undecidable"
    FAULT = "fault"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word that people read."""
        return _TITLES[self.value]


_TITLES = {
    "same": "相同",
    "law_changed": "法律依据变了",
    "rule_corrected": "规则更正了",
    "undecidable": "不能重判（缺当时没有记下的数据）",
    "fault": "有问题",
}


class Difference(Struct, frozen=True, omit_defaults=True):
    """How the answer of one rule differs: verdict and sentence then and now, and why.

    ``was`` or ``now`` is empty where the rule did not judge. ``changes`` are the changelog ids of its corrections.
    """

    rule: str
    cause: Sort
    was: str = ""
    now: str = ""
    said: str = ""
    says: str = ""
    changes: tuple[str, ...] = ()


class Replayed(Struct, frozen=True, omit_defaults=True):
    """One judgement judged again. ``was`` and ``now`` are the verdicts; ``why`` says what stood in the way."""

    matter: str
    number: int
    place: str
    moment: str
    decided: date
    sort: Sort
    was: str
    now: str = ""
    differences: tuple[Difference, ...] = ()
    why: str = ""

    @property
    def turned(self) -> bool:
        """Whether the verdict itself would be another."""
        return bool(self.now) and self.was != self.now


class _Kept(Struct):
    """A stored step as far as judging needs it; the rest is not decoded."""

    procedure: str
    action: str
    place: str
    corrects: int = 0
    form_version: int = 1
    facts: msgspec.Raw = msgspec.Raw(b"{}")
    judgement: msgspec.Raw = msgspec.Raw()
    overrides: dict[str, str] = {}


class _Opening(Struct):
    """The head of a judgement: enough to judge again, without its findings."""

    moment: str
    dates: Dates
    verdict: str


class _Value(Struct):
    """A value that a finding recorded, not decoded yet."""

    name: str
    value: msgspec.Raw
    version: str = ""


class _Values(Struct):
    """The values of one finding."""

    values: tuple[_Value, ...] = ()


class _Used(Struct):
    """What the findings of a judgement used."""

    findings: tuple[_Values, ...] = ()


class _Undecidable(Exception):
    """Something that a rule asks for was not recorded."""


_kept = msgspec.json.Decoder(_Kept)
_opening = msgspec.json.Decoder(_Opening)
_used = msgspec.json.Decoder(_Used)
_judgement = msgspec.json.Decoder(Judgement)


def replay(
    desk: Desk, place: str | None = None, on: date | None = None, deployment: Deployment | None = None
) -> Iterator[Replayed]:
    """Judge every stored judgement again, matter by matter, of a place and below or of the whole deployment.

    With ``on`` the law of that day is applied instead of the day's own; with ``deployment`` other rules are. Memory
    does not grow with the number of matters.
    """
    replayer = _Replayer(desk, deployment or desk.deployment, on)
    after = ""
    while page := desk.store.matters(after, _PAGE):
        for matter in page:
            yield from replayer.matter(matter, place)
        after = page[-1]


class _Replayer:
    """The rules under which one replay judges."""

    def __init__(self, desk: Desk, deployment: Deployment, on: date | None) -> None:
        self._desk = desk
        self._desk = desk
        self._store = desk.store
        self._deployment = deployment
        self._dates = Dates.on(on) if on else None
        self._actions = {
            procedure.id: {**standing_actions(procedure), **procedure.actions}
            for procedure in deployment.procedures.values()
        }
        self._decoders: dict[type, msgspec.json.Decoder[Any]] = {}
        self._asked: dict[tuple[str, str], dict[str, list[Asked[Any] | Balance]]] = {}
        self._version = lru_cache(maxsize=10_000)(_version_reader(desk.store))

    def matter(self, matter: str, place: str | None) -> Iterator[Replayed]:
        """Judge the judged steps of one matter again."""
        steps = self._store.steps(matter)
        if not steps:
            return
        kept = [_kept.decode(stored.body) for stored in steps]
        if place is not None and not self._deployment.places.within(kept[0].place, place):
            return
        overrides: dict[str, str] = {}
        for index, step in enumerate(kept):
            if bytes(step.judgement):
                yield self._step(steps, kept, index, overrides)
            if step.overrides:
                overrides = {**overrides, **step.overrides}

    def _step(
        self, steps: Sequence[StoredStep], kept: Sequence[_Kept], index: int, overrides: Mapping[str, str]
    ) -> Replayed:
        step = kept[index]
        body = bytes(step.judgement)
        opening = _opening.decode(body)
        dates = self._dates or opening.dates
        told: dict[str, Any] = {
            "matter": steps[index].matter,
            "number": steps[index].number,
            "place": step.place,
            "moment": opening.moment,
            "decided": opening.dates.decided,
            "was": opening.verdict,
        }
        try:
            rulebook = self._deployment.rulebook(step.place)
            facts = self._facts(steps, kept, index)
            ask = rulebook.ask(opening.moment, facts, dates)
            if ask.entries or ask.balances:
                figures = self._figures(
                    rulebook, opening.moment, facts, body, ask, steps[index].matter, dates.decided
                )
                judgement = rulebook.judge(opening.moment, facts, dates, figures, overrides)
            else:
                judgement = rulebook.judge(opening.moment, facts, dates, overridden=overrides)
        except _Undecidable as missing:
            return Replayed(sort=Sort.UNDECIDABLE, why=str(missing), **told)
        except RuleFault as error:
            return Replayed(sort=Sort.FAULT, why=str(error), **told)
        except (msgspec.ValidationError, LinliError) as error:
            return Replayed(sort=Sort.UNDECIDABLE, why=f"事实读不出来：{error}", **told)
        told["now"] = judgement.verdict.value
        encoded = canonical(judgement)
        if encoded == body:
            return Replayed(sort=Sort.SAME, **told)
        return self._compared(rulebook, _judgement.decode(body), _judgement.decode(encoded), told)

    def _compared(self, rulebook: Rulebook, was: Judgement, now: Judgement, told: dict[str, Any]) -> Replayed:
        bound = {each.id: each for each in rulebook.rules if each.moment == was.moment}
        then, today = {h.rule: h for h in was.findings}, {h.rule: h for h in now.findings}
        differences = tuple(
            _difference(then.get(rule), today.get(rule), bound.get(rule), moved=self._dates is not None)
            for rule in sorted(then.keys() | today.keys())
            if then.get(rule) != today.get(rule)
        )
        unexplained = not differences and (was.verdict, was.terms, was.disputed) != (
            now.verdict,
            now.terms,
            now.disputed,
        )
        if not differences and not unexplained:
            return Replayed(sort=Sort.SAME, **told)
        causes = {each.cause for each in differences}
        if unexplained:
            return Replayed(sort=Sort.FAULT, why="结论与记录不同，而每条规则的回答相同", **told)
        sort = next(s for s in (Sort.FAULT, Sort.RULE_CORRECTED, Sort.LAW_CHANGED) if s in causes)
        return Replayed(sort=sort, differences=differences, **told)

    def _facts(self, steps: Sequence[StoredStep], kept: Sequence[_Kept], index: int) -> Any:
        """The struct that the rules saw: the form, or what the action made of form and matter."""
        step = kept[index]
        procedure = self._deployment.procedures.get(step.procedure)
        named = kept[step.corrects - 1].action if step.corrects else step.action
        action = self._actions[procedure.id].get(named) if procedure else None
        if procedure is None or action is None:
            raise _Undecidable(f"没有 {step.procedure} 的“{named}”这个动作")
        form = self._form(action, step)
        if action.facts is None:
            return form
        return action.facts(_before(procedure, steps, index, self._deployment.places), form)

    def _form(self, action: Action, step: _Kept) -> Any:
        if step.form_version in action.upcasters:
            facts, version = msgspec.json.decode(step.facts, type=dict[str, Any]), step.form_version
            while version in action.upcasters:
                facts, version = action.upcasters[version](facts), version + 1
            return msgspec.convert(facts, action.form, str_keys=True)
        decoder = self._decoders.get(action.form)
        if decoder is None:
            decoder = self._decoders[action.form] = msgspec.json.Decoder(action.form)
        return decoder.decode(step.facts)

    def _uses(self, rulebook: Rulebook, moment: str) -> dict[str, list[Asked[Any] | Balance]]:
        """What rules of a moment may have asked for, by the id under which a finding records it."""
        known = self._asked.get((rulebook.place, moment))
        if known is None:
            known = self._asked[rulebook.place, moment] = {}
            for bound in rulebook.rules:
                for use in bound.rule.uses if bound.moment == moment else ():
                    if isinstance(use, (Asked, Balance)) and use not in known.setdefault(use.id, []):
                        known[use.id].append(use)
        return known

    def _figures(
        self,
        rulebook: Rulebook,
        moment: str,
        facts: Any,
        body: bytes,
        ask: Ask,
        matter: str,
        on: date,
    ) -> Figures:
        """The register facts in the versions, and the balances in the amounts, that the judgement recorded.

        Raises `_Undecidable` where rules of today ask for what was not asked for then.
        """
        asked = self._uses(rulebook, moment)
        versions: dict[tuple[str, str], int] = {}
        amounts: dict[str, int] = {}
        for heard in _used.decode(body).findings:
            for value in heard.values:
                for use in asked.get(value.name, ()):
                    if isinstance(use, Balance):
                        amounts[use.account(facts)] = msgspec.json.decode(value.value, type=int)
                    else:
                        versions.update(_versions(use.register, value.version))
        found: dict[tuple[str, str], EntryFact] = {}
        for register, keys in ask.entries.items():
            for key in keys:
                version = versions.get((register, key))
                if version is None:
                    raise _Undecidable(f"当时没有读取名册 {register} 的 {key}")
                if not version:
                    continue
                if register == APPOINTEES:
                    values = held_on(self._version(register, self._desk.subject(matter, key), version), on)
                else:
                    values = self._version(register, key, version)
                found[register, key] = EntryFact(key, version, values)
        missing = next((account for account in ask.balances if account not in amounts), None)
        if missing is not None:
            raise _Undecidable(f"当时没有读取账户 {missing}")
        return Figures(found, amounts)


def _before(procedure: Procedure, steps: Sequence[StoredStep], index: int, places: Places) -> Matter:
    """The matter as it stood when a step was taken."""
    decoded: tuple[Step, ...] = tuple(decode(stored.body) for stored in steps[: index + 1])
    earlier, step = decoded[:-1], decoded[-1]
    then = state(earlier, step.recorded) if earlier else None
    return Matter(procedure, step.matter, step.place, earlier, then, places)


def _versions(register: str, written: str) -> Iterator[tuple[tuple[str, str], int]]:
    """What a finding recorded of the entries it read: ``key@version,key@version``."""
    for each in written.split(",") if written else ():
        key, _, version = each.rpartition("@")
        yield (register, key), int(version)


def _version_reader(store: Store) -> Any:
    def values(register: str, key: str, version: int) -> dict[str, Any]:
        history = store.entry_history(register, key)
        if version > len(history):
            raise Corrupt(f"名册 {register} 的 {key} 没有第 {version} 版", cure="运行 linli verify")
        return decode_version(history[version - 1].body).values

    return values


def _difference(was: Heard | None, now: Heard | None, bound: BoundRule | None, *, moved: bool) -> Difference:
    """Why one rule answers otherwise: its revision, the texts and values it rests on, or nothing that explains it."""
    rule = (was or now or _NOBODY).rule
    changes: tuple[str, ...] = ()
    if was is None or now is None:
        cause = Sort.LAW_CHANGED
    elif was.revision != now.revision:
        cause = Sort.RULE_CORRECTED
        changes = bound.rule.changes[was.revision - 1 : now.revision - 1] if bound else ()
    elif moved or _rests_on(was) != _rests_on(now) or was.struck_by != now.struck_by:
        cause = Sort.LAW_CHANGED
    else:
        cause = Sort.FAULT
    return Difference(
        rule,
        cause,
        was.verdict.value if was else "",
        now.verdict.value if now else "",
        was.reason if was else "",
        now.reason if now else "",
        changes,
    )


def _rests_on(heard: Heard) -> tuple[Any, ...]:
    """The texts and dated values behind a finding."""
    return heard.cites, tuple(value for value in heard.values if value.since is not None)


_NOBODY = Heard("", None)  # type: ignore[arg-type]
