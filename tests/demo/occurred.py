"""What happened in a demo, and what has to: actions, verdicts, and what each rule can say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import Struct

from linli.deployment import Deployment
from linli.rulebook import Outcome
from linli.service import Service
from linli.steps import Step
from tests.rules.cases import NOT_IN_FORCE, STRUCK, cases_of, place_plugins


class Occurred(Struct):
    """What happened in one deployment; rules by id with what they said, ``struck`` where it did not count."""

    slug: str
    actions: set[tuple[str, str]]
    verdicts: set[str]
    said: set[tuple[str, str]]
    places: set[str]
    matters: int
    steps: int
    days: list[date]


def occurred(service: Service) -> Occurred:
    """Read every step of a store."""
    found = Occurred(service.deployment.slug, set(), set(), set(), set(), 0, 0, [])
    for steps in every_matter(service):
        found.matters += 1
        found.places.add(steps[0].place)
        for step in steps:
            found.steps += 1
            found.days.append(step.recorded)
            found.actions.add((step.procedure, step.action))
            if step.judgement is not None:
                found.verdicts.add(step.judgement.verdict.value)
                for heard in step.judgement.findings:
                    found.said.add((heard.rule, STRUCK if heard.struck_by else heard.verdict.value))
    return found


def every_matter(service: Service) -> Iterator[list[Step]]:
    after = ""
    while page := service.store.matters(after):
        for matter in page:
            yield service.steps(matter)
        after = page[-1]


# The procedures whose story the demo tells in full, every action and every word of every rule. Those of money,
# deliberation and votes have their stories too, but not every action of theirs.
TOLD = ("access", "refusal", "burden")


def is_told(moment: str) -> bool:
    """Whether a moment, or a rule's id from its moment on, belongs to a procedure that the demo tells."""
    return moment.split(".")[0] in TOLD


def possible_actions(services: Iterable[Service]) -> set[tuple[str, str]]:
    """Every action of every procedure, own and standing, that can be taken at all.

    ``override`` needs a rule of the procedure that is marked overridable, and ``resume`` a stage that can be
    suspended. An action without a stage and without being the beginning of a matter can never be taken.
    """
    found: set[tuple[str, str]] = set()
    for service in services:
        overridable = {b.moment.split(".")[0] for b in service.deployment.rules if b.rule.overridable}
        for procedure in service.deployment.procedures.values():
            if procedure.id not in TOLD:
                continue
            actions = service.desk.actions(procedure)
            for action in actions.values():
                if action.id == "override" and procedure.id not in overridable:
                    continue
                if action.id == "resume" and "suspend" not in actions:
                    continue
                if action.at or action.id in procedure.actions:
                    found.add((procedure.id, action.id))
    return found


def possible_verdicts() -> set[str]:
    return {each.value for each in Outcome}


def shipped_rules(deployments: Iterable[Deployment]) -> set[str]:
    return {bound.id for deployment in deployments for bound in deployment.rules if is_told(bound.moment)}


def possible_sayings() -> set[tuple[str, str]]:
    """What each rule says somewhere in the cases beside its plugin: ``<plugin>.<slug>`` and the finding."""
    found: set[tuple[str, str]] = set()
    for plugin, place in place_plugins().items():
        slugs = {bound.id: f"{plugin}.{bound.rule.slug}" for bound in place.bound() if is_told(bound.moment)}
        for case in cases_of(plugin):
            for rule, said in case.findings.items():
                if rule in slugs and said not in (NOT_IN_FORCE, "not_applicable"):
                    found.add((slugs[rule], said))
    return found


def heard_by_slug(said: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """What was said, by plugin and slug, whatever the moment."""
    return {(f"{rule.split('.', 1)[0]}.{rule.rsplit('.', 1)[1]}", what) for rule, what in said}
