"""Rule cases: what a plugin says its rules answer, as data beside it.

A plugin keeps them in `cases/*.toml`, many `[[case]]` a file:

    [[case]]
    name = "委托事项没有安排经费，不予通过"     # unique within the plugin
    moment = "access.admit"
    place = "110101000000"                    # judged by the rulebook of this place
    decided = 2026-01-01                      # `happened` is the same day unless it is given
    facts = { title = "…", communities = [{ community = "110101007001" }], duty = "entrusted" }
    verdict = "refused"                       # of all rules together; may be left out where it is not the point
    findings = { "national.access.admit.entrusting-department-pays" = "refuse" }

    [case.terms]                              # terms that must be set, by id
    "access.landing" = "department"

    [case.days."national.access.admit.entrusting-department-pays"]   # the same facts on other days, one rule looked at
    2025-12-31 = "not_in_force"
    2026-01-01 = "refuse"

A finding is one of the verdicts of `linli.findings`, or `not_in_force` (the rule does not judge that day), or `struck`
(an exemption or a guarantee set it aside). `like = "name of an earlier case"` takes over that case's moment, place,
days of judgement, facts and figures; facts given beside it replace single fields. Facts of registers come as

    figures = [{ register = "work_items", key = "DC-08", values = { code = "DC-08", title = "…", duty = "assist" } }]

and balances as `balances = { "account" = 300000 }` in fen.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
from msgspec import Struct, structs

from linli.calendar import WorkingCalendar
from linli.citations import Citation
from linli.parameters import Setting
from linli.places import Places
from linli.plugins import PLACE, Manifest, Plugins
from linli.rulebook import BoundRule, Dates, Figures, Judgement, Rulebook
from linli.rules import EntryFact, Governed, Rule
from linli.terms import Term

ROOT = Path(__file__).parents[2]
NOT_IN_FORCE, STRUCK = "not_in_force", "struck"


class Figure(Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of a register as rules see it."""

    register: str
    key: str
    values: dict[str, Any]


class CaseFile(Struct, frozen=True, forbid_unknown_fields=True):
    """A file of cases, still as written."""

    case: tuple[dict[str, Any], ...]


class Case(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One case with everything that it takes over from others filled in."""

    name: str
    moment: str
    place: str
    decided: date
    happened: date
    facts: dict[str, Any]
    figures: tuple[Figure, ...] = ()
    balances: dict[str, int] = {}
    verdict: str = ""
    findings: dict[str, str] = {}
    terms: dict[str, Any] = {}
    days: dict[str, dict[date, str]] = {}
    like: str = ""


class PlacePlugin(Struct, frozen=True):
    """An installed place plugin with all that its rules are judged with."""

    manifest: Manifest
    module: ModuleType
    folder: Path
    rules: tuple[Rule, ...]
    settings: tuple[Setting[Any], ...]

    @property
    def id(self) -> str:
        """The id that begins the ids of its rules."""
        return self.manifest.id

    def bound(self) -> Iterator[BoundRule]:
        """Its rules at their moments and its place."""
        for rule in self.rules:
            for moment in rule.moments:
                yield BoundRule(f"{self.id}.{moment}.{rule.slug}", self.id, moment, self.manifest.place, rule)

    def citations(self) -> Iterator[tuple[str, Citation]]:
        """Every citation of a rule or a setting, with what it is cited by."""
        for rule in self.rules:
            for cite in rule.cites:
                yield f"{self.id} {rule.slug}", cite
        for setting in self.settings:
            if setting.cites is not None:
                yield f"{self.id} {setting.parameter.id} {setting.place}", setting.cites
        for hook in installed().practice_hooks():
            for each in brought(self.id, hook):
                for cite in () if isinstance(each, Rule) else getattr(each, "cites", ()):
                    yield f"{self.id} {hook} {each.id} {cite.source.id}", cite


@cache
def place_plugins() -> dict[str, PlacePlugin]:
    """The place plugins of this repository, by id."""
    found = {}
    for point in sorted(entry_points(group="linli.plugins"), key=lambda point: point.name):
        module = import_module(point.value)
        manifest = _hook(module, "linli_manifest")
        if not isinstance(manifest, Manifest) or manifest.kind is not PLACE:
            continue
        rules = [rule for hook in installed().hooks_of(Rule) for rule in brought(manifest.id, hook)]
        settings = [each for each in brought(manifest.id, "linli_parameters") if isinstance(each, Setting)]
        folder = Path(str(module.__file__)).parent
        found[manifest.id] = PlacePlugin(manifest, module, folder, tuple(rules), tuple(settings))
    return found


@cache
def installed() -> Plugins:
    """Every plugin of this repository at once, so that each says what it has to say of the others too."""
    plugins, faults = Plugins.load(point.name for point in entry_points(group="linli.plugins"))
    assert faults == []
    return plugins


def brought(plugin: str, hook: str) -> list[Any]:
    """What a plugin registers through a hook."""
    found, faults = installed().brought(hook)
    assert faults == []
    return [each.what for each in found if each.plugin == plugin]


@cache
def facts_at(moment: str) -> type[Any]:
    """The struct of facts that rules see at a moment of a procedure, of the core's or of a practice's."""
    for each in installed().brought("linli_procedures")[0]:
        for action in each.what.actions.values():
            if action.judged and each.what.moment(action.id) == moment:
                return action.reads or action.form
    raise LookupError(f"no procedure has the moment {moment}")


def _hook(module: ModuleType, name: str) -> Any:
    function = getattr(module, name, None)
    return function() if function is not None else None


@cache
def ground() -> tuple[Places, tuple[BoundRule, ...], tuple[Setting[Any], ...], Mapping[str, Term[Any]]]:
    """What all place plugins bring together: places, bound rules, settings, terms by id."""
    plugins = place_plugins().values()
    places = Places(place for each in plugins for place in brought(each.id, "linli_places"))
    rules = tuple(bound for each in plugins for bound in each.bound())
    settings = tuple(setting for each in plugins for setting in each.settings)
    terms = [each.what for each in installed().brought("linli_terms")[0]]
    return places, rules, settings, {term.id: term for term in terms}


@cache
def rulebook(place: str) -> Rulebook:
    """The rules and values of all place plugins in force at a place, without any configuration."""
    places, rules, settings, terms = ground()
    return Rulebook(place, places, rules, settings, terms, WorkingCalendar.official())


@cache
def cases_of(plugin: str) -> tuple[Case, ...]:
    """The cases that a plugin ships, file by file; raises ValueError naming a file and case that cannot be read."""
    found: dict[str, Case] = {}
    for file in sorted((place_plugins()[plugin].folder / "cases").glob("*.toml")):
        try:
            written = msgspec.convert(tomllib.loads(file.read_text("utf-8")), CaseFile)
        except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
            raise ValueError(f"{file}: {error}") from error
        for raw in written.case:
            case = _filled_in(raw, found, file)
            if case.name in found:
                raise ValueError(f"{file}: two cases are named {case.name}")
            found[case.name] = case
    return tuple(found.values())


def _filled_in(raw: dict[str, Any], known: Mapping[str, Case], file: Path) -> Case:
    raw = dict(raw)
    if raw.get("like"):
        if raw["like"] not in known:
            raise ValueError(
                f"{file}: {raw.get('name')} is like {raw['like']}, which does not come before it"
            )
        model = structs.asdict(known[raw["like"]])
        taken = {key: model[key] for key in ("moment", "place", "figures", "balances")}
        if "decided" not in raw and "happened" not in raw:
            taken |= {"decided": model["decided"], "happened": model["happened"]}
        raw = taken | raw | {"facts": model["facts"] | raw.get("facts", {})}
    raw.setdefault("decided", raw.get("happened"))
    raw.setdefault("happened", raw.get("decided"))
    raw["days"] = {
        rule: {date.fromisoformat(day): said for day, said in days.items()}
        for rule, days in raw.get("days", {}).items()
    }
    try:
        return msgspec.convert(raw, Case)
    except msgspec.ValidationError as error:
        raise ValueError(f"{file}: {raw.get('name', 'a case without a name')}: {error}") from error


def judge(case: Case, on: date | None = None) -> Judgement:
    """Judge a case as it says, or with both dates on another day."""
    facts: object = msgspec.convert(case.facts, facts_at(case.moment))
    entries = {(each.register, each.key): EntryFact(each.key, 1, each.values) for each in case.figures}
    dates = Dates.on(on) if on is not None else Dates(case.happened, case.decided)
    return rulebook(case.place).judge(case.moment, facts, dates, Figures(entries, case.balances))


def said(judgement: Judgement, rule: str) -> str:
    """What a rule said in a judgement: its verdict, that it was struck out, or that it is not in force."""
    for heard in judgement.findings:
        if heard.rule == rule:
            return STRUCK if heard.struck_by else heard.verdict.value
    return NOT_IN_FORCE


def governing(case: Case, rule: Rule) -> date:
    """The day of the case whose law governs the rule."""
    return case.happened if rule.governed_by is Governed.HAPPENED else case.decided


def heard_on(plugin: str) -> Iterator[tuple[str, date, str]]:
    """Everything that the plugin's own cases assert of its rules: slug, governing day, what the rule said."""
    by_id = {bound.id: bound.rule for bound in place_plugins()[plugin].bound()}
    for case in cases_of(plugin):
        for id, answer in case.findings.items():
            if id in by_id:
                yield by_id[id].slug, governing(case, by_id[id]), answer
        for id, days in case.days.items():
            if id in by_id:
                for day, answer in days.items():
                    yield by_id[id].slug, day, answer
