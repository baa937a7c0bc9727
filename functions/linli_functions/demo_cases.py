"""The cases of a demo's script as lives: one act after another, each on its day, leading where the script says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from linli.errors import LinliError, LoadFault
from linli.places import Level
from linli_functions.demo_blanks import Begun, Scene, filled
from linli_functions.demo_cast import subject_of
from linli_functions.demo_script import Case, CaseStep, Script
from linli_functions.demo_town import Taken, Town
from linli_functions.demo_wire import Problem

FEN = 100
PAPER = "paper"
TOP = "top"


def case_life(
    town: Town,
    script: Script,
    case: Case,
    communities: Callable[[int, str], list[str]],
    begun: MutableMapping[str, Begun],
) -> Iterator[date]:
    """A case: its first act, then its steps. ``begun`` keeps what each case began, by the case's name.

    Raises `LoadFault` naming the case and the act where the script does not come true.
    """
    yield case.on
    if case.refers and not (case.refers in begun and begun[case.refers].children):
        raise _untrue(case, case.action, f"“{case.refers}”还没有进入社区的工作")
    shown = [begun[case.refers].children[0].rsplit(".", 1)[1]] if case.refers else []
    codes = shown or list(case.communities) or _next(town, case, communities)
    place = _place(town, case, codes)
    home = codes[0] if place == town.deployment.place else place
    subject = _subject(town, script, case.by, home)
    more: dict[str, Any] = {"place": place}
    if case.paper:
        more |= {"happened": case.happened or case.on, "on_behalf_of": PAPER}
    with _true(case, case.action):
        if case.above:
            more["above"] = begun[case.above].matter
        first = filled(_first_facts(town, case, codes, begun), Scene(town, subject, place, begun))
        first = town.made(case.made_by, "", first)
        if case.draft:
            more["draft"] = town.save_draft(subject, case.procedure, case.action, place, first)
        taken = town.take(subject, case.procedure, case.action, first, **more)
    _expect(case, case.action, case.stage, taken)
    own = begun[case.name] = Begun(taken.matter, list(taken.children))
    for step in case.steps:
        yield max(town.day, step.on or town.day + timedelta(days=step.after))
        if step.action:  # otherwise only time passes
            own.children.extend(_take(town, script, case, step, home, codes, begun).children)


@contextmanager
def _true(case: Case, action: str) -> Iterator[None]:
    """Name the case and the act in whatever the API says against it, and a case that has not begun."""
    try:
        yield
    except LinliError as error:
        raise _untrue(case, action, str(error)) from error
    except (KeyError, IndexError) as error:
        raise _untrue(case, action, f"案例 {error} 还没有开始，或没有这么多下级事项") from error


def _next(town: Town, case: Case, communities: Callable[[int, str], list[str]]) -> list[str]:
    """The next communities in turn, of one street where a street acts."""
    if case.by != "street" or case.at:
        return communities(case.spread, case.at)
    return communities(case.spread, _street(town, communities(1, "")[0]))


def _place(town: Town, case: Case, codes: list[str]) -> str:
    if case.at:
        return town.deployment.place if case.at == TOP else case.at
    if case.procedure != "access":
        return codes[0]
    return _street(town, codes[0]) if case.by == "street" else town.deployment.place


def _street(town: Town, community: str) -> str:
    street = town.deployment.places.above(community, Level.STREET)
    assert street is not None, "a community lies in a street"
    return street.code


def _take(
    town: Town,
    script: Script,
    case: Case,
    step: CaseStep,
    home: str,
    codes: list[str],
    begun: MutableMapping[str, Begun],
) -> Taken:
    with _true(case, step.action):
        other = begun[step.of or case.name]
        matter = other.children[step.child - 1] if step.child else other.matter
    place = matter.rsplit(".", 1)[1] if step.child else home
    subject = _subject(town, script, case.by if step.by == "department" else step.by, place)
    facts = dict(step.facts)
    if step.action == "complete" and case.procedure == "access":
        facts = {**_first_facts(town, case, codes, begun), **facts}
    more: dict[str, Any] = {"matter": matter}
    if case.paper and step.happened is not None:
        more |= {"happened": step.happened, "on_behalf_of": PAPER}
        if step.decided is not None:
            more["decided"] = step.decided
    with _true(case, step.action):
        facts = filled(facts | _dated(step.dates, town.day), Scene(town, subject, place, begun, matter))
        facts = town.made(step.made_by, matter, facts)
        if step.document:
            reason = step.facts.get("reason", "")
            facts[step.document] = town.upload(subject, matter, f"{case.name}.txt", reason)
        try:
            done = town.take(subject, case.procedure, step.action, facts, **more)
        except Problem:
            if not step.where_it_can:
                raise
            return Taken(matter, town.stage(matter))
    _expect(case, step.action, step.stage, done)
    return done


def _first_facts(
    town: Town, case: Case, codes: list[str], begun: MutableMapping[str, Begun]
) -> dict[str, Any]:
    """The facts of the first act, with shares, dates and a shown admission where the procedure's form has them."""
    happened = (case.happened if case.paper else None) or town.day
    facts: dict[str, Any] = {}
    if case.procedure == "access":
        starts = happened + timedelta(days=case.lead)
        need = case.yuan if case.need < 0 else case.need
        share = {"need_fen": need * FEN, "offered_fen": case.yuan * FEN, "plates": case.plates}
        facts = {
            "communities": [{"community": code, **share} for code in codes],
            "starts": starts.isoformat(),
            "ends": (starts + timedelta(days=30 * case.months - 2)).isoformat(),
        }
    facts |= case.facts
    if case.refers:
        facts["admission"] = begun[case.refers].children[0]
    return facts | _dated(case.dates, happened)


def _dated(dates: dict[str, int], day: date) -> dict[str, str]:
    return {name: (day + timedelta(days=days)).isoformat() for name, days in dates.items()}


def _subject(town: Town, script: Script, by: str, near: str) -> str:
    """The subject behind a word of the script, near a place where the part is played in each place of a level."""
    word, _, place = by.partition("@")
    key, _, number = word.partition("#")
    part = script.part(key)
    if part is None or not (part.level or part.at):
        return subject_of(key, "", int(number or 1))
    if not place and part.level:
        above = town.deployment.places.above(near, Level(part.level))
        place = above.code if above is not None else near
    return subject_of(key, place or near, int(number or 1))


def _expect(case: Case, action: str, stage: str, taken: Taken) -> None:
    if stage and taken.stage != stage:
        raise _untrue(case, action, f"应到“{stage}”，却到了“{taken.stage}”{taken.why}")


def _untrue(case: Case, action: str, said: str) -> LoadFault:
    return LoadFault(
        f"演示案例“{case.name}”的 {action} 不成：{said}", where="demo.toml", cure="改正案例或规则"
    )
