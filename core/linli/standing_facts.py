"""The part of the record that changes only with the lock of a deployment: places, procedures, rules and values."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from linli.canonical import canonical, digest
from linli.citations import NATION, Citation
from linli.deployment import Deployment
from linli.matters import BUILT_IN_STAGES
from linli.parameters import Parameter, Setting, readable
from linli.places import Place
from linli.procedures import Procedure
from linli.record import (
    CiteFact,
    DeploymentFact,
    Named,
    ParameterFact,
    PlaceFact,
    ProcedureFact,
    RulebookFact,
    RuleFact,
    SettingFact,
    StageFact,
)
from linli.rulebook import BoundRule, Rulebook
from linli.standing import standing_actions

PREFIXES = ("deployment", "places/", "procedures/", "rulebook/")


@lru_cache(maxsize=8)
def standing_facts(deployment: Deployment) -> tuple[dict[str, bytes], str]:
    """The facts by key as canonical JSON, and a hash over all of them."""
    facts = {key: canonical(value) for key, value in _facts(deployment)}
    joined = b"".join(key.encode() + b"\x00" + value + b"\x00" for key, value in sorted(facts.items()))
    return facts, digest(joined)


def _facts(deployment: Deployment) -> Iterator[tuple[str, object]]:
    yield (
        "deployment",
        DeploymentFact(
            deployment.slug,
            deployment.title,
            deployment.owner,
            deployment.place,
            deployment.contact,
            deployment.icp,
            deployment.lock,
        ),
    )
    for procedure in deployment.procedures.values():
        yield f"procedures/{procedure.id}", _procedure(procedure)
    above = deployment.places.path(deployment.place)
    for place in deployment.places:
        if place.code in above or deployment.covers(place.code):
            yield f"places/{place.code}", _place(deployment, place)
    for code, rulebook in deployment.rulebooks.items():
        if code in above or deployment.covers(code):
            yield f"rulebook/{code}", _rulebook(deployment, rulebook)


def _procedure(procedure: Procedure) -> ProcedureFact:
    stages = {**BUILT_IN_STAGES, **procedure.stages}
    actions = {**standing_actions(procedure), **procedure.actions}
    return ProcedureFact(
        procedure.id,
        procedure.title,
        procedure.describe,
        {stage.id: StageFact(stage.title, stage.usable, stage.final) for stage in stages.values()},
        {action.id: action.title for action in actions.values()},
    )


def _place(deployment: Deployment, place: Place) -> PlaceFact:
    places = deployment.places
    path = places.path(place.code)
    top = path.index(deployment.place) if deployment.place in path else 0
    return PlaceFact(
        code=place.code,
        level=place.level.value,
        title=place.title,
        full_title=places.title(place.code),
        rulebook=deployment.rulebook(place.code).place,
        inside=deployment.covers(place.code),
        parent=place.parent,
        path=tuple(Named(code, places[code].title) for code in path[top:]),
        children=tuple(Named(each.code, each.title) for each in places.children(place.code)),
        since=place.since,
        until=place.until,
        predecessors=place.predecessors,
        note=place.note,
    )


def _rulebook(deployment: Deployment, rulebook: Rulebook) -> RulebookFact:
    parameters = (
        _parameter(deployment, rulebook, parameter)
        for parameter in deployment.parameters.values()
        if rulebook.settings(parameter)
    )
    title = deployment.places[rulebook.place].title if rulebook.place != NATION else "全国"
    return RulebookFact(
        rulebook.place, title, tuple(_rule(bound) for bound in rulebook.rules), tuple(parameters)
    )


def _rule(bound: BoundRule) -> RuleFact:
    rule = bound.rule
    return RuleFact(
        id=bound.id,
        plugin=bound.plugin,
        moment=bound.moment,
        place=bound.place,
        title=rule.title,
        cites=tuple(cite_fact(cite) for cite in rule.cites),
        since=rule.since,
        until=rule.until,
        governed_by=rule.governed_by.value,
        force=rule.force.value,
        power=rule.power.value,
        overridable=rule.overridable,
        revision=rule.revision,
        changes=rule.changes,
        uses=tuple(use.id for use in rule.uses),
        doc=rule.doc,
    )


def cite_fact(cite: Citation) -> CiteFact:
    """A citation as the record keeps it; ``held`` says whether the text itself is held."""
    source = cite.source
    return CiteFact(
        source=source.id,
        title=source.title,
        article=cite.article,
        label=cite.label,
        rank=source.rank.name.lower(),
        rank_title=source.rank.title,
        since=source.since,
        until=source.until,
        gist=cite.gist,
        number=source.number,
        held=source.text is not None,
    )


def _parameter(deployment: Deployment, rulebook: Rulebook, parameter: Parameter[object]) -> ParameterFact:
    return ParameterFact(
        parameter.id,
        parameter.title,
        parameter.unit,
        parameter.bound.value,
        parameter.note,
        tuple(_setting(deployment, setting) for setting in rulebook.settings(parameter)),
    )


def _setting(deployment: Deployment, setting: Setting[object]) -> SettingFact:
    return SettingFact(
        place=setting.place,
        place_title="全国" if setting.place == NATION else deployment.places[setting.place].title,
        value=setting.value,
        readable=readable(setting.value, setting.parameter.unit),
        since=setting.since,
        until=setting.until,
        cite=None if setting.cites is None else cite_fact(setting.cites),
        example=setting.example,
        local_choice=setting.local_choice,
    )
