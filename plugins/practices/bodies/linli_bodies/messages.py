"""通知: a message goes down the chain of bodies to every household; each hop is a step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from msgspec import Struct

from linli.access.posts import COMMITTEE, STREET
from linli.errors import BadInput, NotFound
from linli.forms import PUBLIC, line, number, rows, text
from linli.matters import Matter, State
from linli.procedures import Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.rules import Asked
from linli_bodies.posts import CONVENER, PARTY_ORG
from linli_bodies.registers import BODIES, KEY_LENGTH
from linli_bodies.vocabulary import asked_body, asked_constituency

UNDER_WAY = Stage("under_way", "正在传达")
REACHED = Stage("reached", "已传达到每户", final=True)

SENDERS = (COMMITTEE, PARTY_ORG, CONVENER, STREET)


class Message(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to reach every household, and the body from which it starts."""

    title: Annotated[str, line("通知", max_length=60)]
    body: Annotated[str, line("从哪里开始", hint="组织编号", max_length=KEY_LENGTH, names=BODIES.id)]
    content: Annotated[str, text("内容", PUBLIC)] = ""
    households: Annotated[int, number("应传达的户数", hint="不用填，按居民底数")] = 0


class MessageAt(Message, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message with the place whose households are to hear of it."""

    place: Annotated[str, line("地方", max_length=40)] = ""


class Receiver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body to which it is passed."""

    body: Annotated[str, line("组织", hint="组织编号", max_length=KEY_LENGTH, names=BODIES.id)]


class PassingOn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body passes it to bodies that hang on it."""

    body: Annotated[str, line("从哪里", hint="组织编号", max_length=KEY_LENGTH, names=BODIES.id)]
    to: Annotated[tuple[Receiver, ...], rows("传给", most=90)]


class Delivery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last body of a chain has told its households."""

    body: Annotated[str, line("由哪里传达", hint="组织编号", max_length=KEY_LENGTH, names=BODIES.id)]
    households: Annotated[int, number("户数", hint="不用填，按组织名册")] = 0


def _links(form: PassingOn) -> Sequence[str]:
    return tuple(each.body for each in form.to)


ITS_TOP = asked_body("message.top", "开始的组织", lambda facts: facts.body)
ITS_PLACE = asked_constituency("message.place", "居民底数", lambda facts: facts.place)
ITS_LINKS: Asked[dict[str, str]] = Asked(
    "message.links",
    "各组织的上一级",
    BODIES.id,
    _links,
    lambda entries: {each.key: str(each.values.get("above", "")) for each in entries if each.values},
    public=True,
)


def _lead(state: State, on: date) -> str:
    facts = state.facts.get("message", {})
    total = facts.get("households", 0)
    if state.stage_id == REACHED.id:
        return f"“{facts.get('title')}”已经传达到全部 {total} 户。"
    return f"“{facts.get('title')}”正在逐级传达，要传达到 {total} 户。"


message = Procedure(
    "message",
    title="逐级通知",
    stages=(UNDER_WAY, REACHED),
    lead=_lead,
    name=lambda state: str(state.facts.get("message", {}).get("title", state.matter)),
    describe="通知沿着自治组织网络一级一级传到每一户；每一级都有记录。",
    applicants=SENDERS,
    deciders=(STREET,),
)


@message.action(
    "send",
    title="发出通知",
    by=SENDERS,
    form=Message,
    slot="message",
    facts=lambda matter, form: MessageAt(**_as_dict(form), place=matter.place),
    uses=(ITS_TOP, ITS_PLACE),
)
def send(matter: Matter, form: Message, judgement: Judgement | None, scene: Scene) -> Outcome:
    """It starts at the head of a chain; every household of the place is to hear of it."""
    if scene.given[ITS_TOP] is None:
        raise NotFound(f"没有编号为 {form.body} 的组织", where="body")
    numbers = scene.given[ITS_PLACE]
    if numbers is None or not numbers.households:
        raise BadInput("没有登记这里有多少户", where="body", cure="先登记居民底数")
    return to(UNDER_WAY, kept={"households": numbers.households})


def _as_dict(form: Message) -> dict[str, Any]:
    return {name: getattr(form, name) for name in form.__struct_fields__}


def _heard(matter: Matter) -> set[str]:
    """The bodies that have it."""
    found = {str(step.facts["body"]) for step in matter.steps if step.slot == "message"}
    for step in matter.steps:
        if step.slot == "passing":
            found |= {str(each["body"]) for each in step.facts["to"]}
    return found


def _has_it(matter: Matter, body: str) -> None:
    if body not in _heard(matter):
        raise BadInput(f"{body} 还没有收到这个通知", where="body", cure="先由上一级传给它")


@message.action(
    "pass_on",
    title="传给下一级",
    by=SENDERS,
    at=UNDER_WAY,
    form=PassingOn,
    slot="passing",
    uses=(ITS_LINKS,),
    facts=lambda matter, form: form,
)
def pass_on(matter: Matter, form: PassingOn, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A body that has it passes it to bodies that hang on it, and to no others."""
    _has_it(matter, form.body)
    above = scene.given[ITS_LINKS]
    strangers = [each.body for each in form.to if above.get(each.body) != form.body]
    if strangers:
        raise BadInput(f"{'、'.join(strangers)} 不是 {form.body} 的下一级", where="to")
    return to(UNDER_WAY)


@message.action(
    "deliver",
    title="传达到户",
    by=SENDERS,
    at=UNDER_WAY,
    form=Delivery,
    slot="delivery",
    uses=(ITS_TOP,),
    facts=lambda matter, form: form,
)
def deliver(matter: Matter, form: Delivery, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The last body of a chain told its households; when all have been told, the message has arrived."""
    _has_it(matter, form.body)
    last = scene.given[ITS_TOP]
    if last is None or not last.serves:
        raise BadInput(f"{form.body} 没有登记联系的户数", where="body", cure="由直接联系居民的组织传达")
    told = [step.facts for step in matter.steps if step.slot == "delivery"]
    if any(each["body"] == form.body for each in told):
        raise BadInput(f"{last.title}已经传达过了", where="body")
    sum_ = sum(int(each["households"]) for each in told) + last.serves
    given = matter.facts("message", Message)
    assert given is not None, "a message was sent before it is delivered"
    return to(REACHED if sum_ >= given.households else UNDER_WAY, kept={"households": last.serves})
