"""Asking for something under a compact: what it covers is answered by whoever manages it, what it does not has no rule.

Who asks is nobody else's business: these matters are not published. What a compact covers stands on its page.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from linli.access.posts import COMMITTEE, STREET
from linli.forms import INTERNAL, choice, line, yes_no
from linli.matters import Matter
from linli.posts import RESIDENT
from linli.procedures import Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.steps import Publication
from linli_compacts.facts import RequestFacts
from linli_compacts.forms import KEY_LENGTH
from linli_compacts.kinds import Vehicle
from linli_compacts.vocabulary import COVERED

ASKED = Stage("asked", "等待答复", waits_for=(COMMITTEE.id,))
NO_RULE = Stage("no_rule", "公约没有规定", final=True)
NOT_IN_FORCE = Stage("not_in_force", "公约没有施行", final=True)
SETTLED = Stage("settled", "已答复", final=True)
PRIVATE = "涉及居民个人"


class VehicleRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which class of vehicle is to be kept by which compact, and what is asked."""

    compact: Annotated[str, line("公约编号", hint="公约名册里的编号", max_length=KEY_LENGTH)]
    vehicle: Annotated[Vehicle, choice("什么车")]
    wish: Annotated[str, line("申请什么", INTERNAL, hint="不写车牌", max_length=200)] = ""


class Settlement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer by the compact."""

    granted: Annotated[bool, yes_no("同意")]
    reason: Annotated[str, line("按公约哪一条")]


compact_request = Procedure(
    "compact_request",
    title="按公约申请",
    stages=(ASKED, NO_RULE, NOT_IN_FORCE, SETTLED),
    lead=lambda state, on: "按公约提出的申请。",
    name=lambda state: "按公约申请",
    describe="按停车公约提出申请；公约没有规定的车，答复“没有规定”。",
    applicants=(RESIDENT,),
    deciders=(STREET,),
    residents_object=False,
)


def _facts(matter: Matter, form: VehicleRequest) -> RequestFacts:
    return RequestFacts(compact=form.compact, vehicle=form.vehicle)


@compact_request.action(
    "apply",
    title="提出申请",
    by=(RESIDENT, COMMITTEE),
    form=VehicleRequest,
    slot="request",
    judged=True,
    facts=_facts,
    reads=RequestFacts,
    publication=Publication.WITHHELD,
    basis=PRIVATE,
)
def apply(matter: Matter, form: VehicleRequest, judgement: Judgement, scene: Scene) -> Outcome:
    """A class that the compact names goes to whoever manages it; of another the compact says nothing."""
    if judgement.refused:
        return to(NOT_IN_FORCE)
    return to(NO_RULE if judgement.term(COVERED) == "no_rule" else ASKED)


@compact_request.action(
    "settle",
    title="答复申请",
    by=COMMITTEE,
    at=ASKED,
    form=Settlement,
    slot="settlement",
    publication=Publication.WITHHELD,
    basis=PRIVATE,
)
def settle(matter: Matter, form: Settlement, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The answer, with the clause it rests on."""
    return to(SETTLED)
