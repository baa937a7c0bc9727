"""The ways of the API to matters: read, begin, act, draft, follow by a receipt."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from linli.appointments import Person
from linli.deciding import find_action
from linli.documents import may_refer
from linli.drafts import Draft, draft, drafts, drop_draft, save_draft
from linli.errors import BadInput, Forbidden, NotFound
from linli.matters import Matter
from linli.public_steps import stage_title
from linli.service import Call, Receipt, Service
from linli_functions.answers import answer, judgement_view
from linli_functions.limits import TokenBuckets
from linli_functions.once import once
from linli_functions.replies import Reply
from linli_functions.shown_once import ShownOnce
from linli_functions.views import Seen, brief, due_view, seen, shown, steps_view, whole
from linli_functions.visits import Visit, Way

Name = Annotated[str, Meta(max_length=80)]
OnBehalf = Annotated[str, Meta(pattern="^(paper|[A-Za-z0-9]{16})?$", description="paper：纸质补录")]


class Begin(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The beginning of a matter. ``above`` is the matter under which it is opened, where its procedure asks for one."""

    procedure: Name
    action: Name
    place: Name = ""
    above: Name = ""
    facts: dict[str, Any]
    happened: date | None = None
    decided: date | None = None
    on_behalf_of: OnBehalf = ""
    as_post: Name = ""
    draft: Name = ""


class Act(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An act in a matter. ``expected`` is the number of the last step that the caller has seen."""

    facts: dict[str, Any] = {}
    happened: date | None = None
    decided: date | None = None
    on_behalf_of: OnBehalf = ""
    as_post: Name = ""
    expected: int | None = None
    draft: Name = ""


class DraftBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft: of a new matter at a place, or of an act in a matter. Facts may be incomplete."""

    procedure: Name
    action: Name
    place: Name = ""
    matter: Name = ""
    facts: dict[str, Any] = {}


_DRY = ("dry_run", "1：只试判，不保存")


def ways(limiter: TokenBuckets) -> list[Way]:
    """The ways; ``limiter`` bounds how often an address may try receipt codes."""

    def receipt(visit: Visit) -> Reply:
        limiter.take(visit.address)
        return followed(visit)

    matters, courses = ShownOnce(), ShownOnce()

    def matter(visit: Visit) -> Reply:
        return matters.reply(visit, one)

    def course(visit: Visit) -> Reply:
        return courses.reply(visit, steps)

    return [
        Way(
            method="GET",
            path="/matters",
            answer=listed,
            title="一个地方的事项，先办的在前",
            query=(
                ("procedure", "程序"),
                ("place", "地方"),
                ("after", "从哪一件之后"),
                ("limit", "最多几件"),
            ),
        ),
        Way(
            method="POST",
            path="/matters",
            answer=begin,
            title="开始一件事",
            writes=True,
            signed_in=True,
            body=Begin,
            query=(_DRY,),
            status=201,
        ),
        Way(method="GET", path="/matters/{matter}", answer=matter, title="一件事"),
        Way(method="GET", path="/matters/{matter}/steps", answer=course, title="一件事的经过"),
        Way(
            method="POST",
            path="/matters/{matter}/actions/{action}",
            answer=act,
            title="办理",
            writes=True,
            signed_in=True,
            body=Act,
            query=(_DRY,),
        ),
        Way(
            method="GET",
            path="/matters/{matter}/personal/{field}",
            answer=personal,
            title="查看一项个人信息，写明理由并留下记录",
            signed_in=True,
            query=(("reason", "查看的理由"),),
        ),
        Way(method="GET", path="/waiting", answer=waiting, title="等我办的事", signed_in=True),
        Way(method="GET", path="/drafts", answer=my_drafts, title="我的草稿", signed_in=True),
        Way(
            method="POST",
            path="/drafts",
            answer=new_draft,
            title="存一份草稿",
            writes=True,
            signed_in=True,
            body=DraftBody,
            status=201,
        ),
        Way(method="GET", path="/drafts/{draft}", answer=one_draft, title="一份草稿", signed_in=True),
        Way(
            method="PUT",
            path="/drafts/{draft}",
            answer=change_draft,
            title="改草稿",
            writes=True,
            signed_in=True,
            body=DraftBody,
        ),
        Way(
            method="DELETE",
            path="/drafts/{draft}",
            answer=delete_draft,
            title="删草稿",
            writes=True,
            signed_in=True,
            status=204,
        ),
        Way(method="GET", path="/receipts/{code}", answer=receipt, title="凭回执查进度，不用登录"),
    ]


def listed(visit: Visit) -> Reply:
    """List matters of a procedure at a place and below, oldest first."""
    procedure, place = visit.query.get("procedure", ""), visit.query.get("place", visit.deployment.place)
    if procedure not in visit.deployment.procedures:
        raise BadInput(
            "要写明哪个程序", where="procedure", cure=f"有：{'、'.join(visit.deployment.procedures)}"
        )
    if not visit.deployment.covers(place):
        raise NotFound(f"这里不管代码为 {place} 的地方", where="place")
    service, person, limit = visit.service, visit.visitor, visit.limit()
    found = service.listed(procedure, place, visit.query.get("after", ""), limit)
    each = (shown(service, service.matter(id), person) for id in found)
    told = [brief(service, matter) for matter in each if matter is not None]
    return answer({"matters": told, "after": found[-1] if len(found) == limit else ""})


def one(visit: Visit) -> Reply:
    """Show a matter; to those who may act in it with its internal facts and what they may do now."""
    person = visit.visitor
    found = seen(visit.service, visit.path["matter"], person)
    told = whole(visit.service, found)
    if person is not None:
        matter = visit.service.matter(found.matter.id)
        told["actions"] = _available(visit.service, matter, person)
        told["under"] = [
            {"procedure": procedure, "id": action.id, "title": action.title, "place": place}
            for procedure, action, place in visit.service.openers_under(matter, person)
        ]
    return answer(told)


def steps(visit: Visit) -> Reply:
    """Show the steps of a matter."""
    found = seen(visit.service, visit.path["matter"], visit.visitor)
    return answer({"matter": found.matter.id, "steps": steps_view(visit.service, found)})


def personal(visit: Visit) -> Reply:
    """Open one personal field; the read is logged with its reason."""
    reason = visit.query.get("reason", "").strip()
    if not reason:
        raise BadInput("查看个人信息要写明理由", where="reason", cure="例如 reason=电话核实材料")
    person = visit.person
    matter = seen(visit.service, visit.path["matter"], person).matter
    field = visit.path["field"]
    return answer({"field": field, "value": visit.service.personal(matter, field, person, reason)})


def begin(visit: Visit) -> Reply:
    """Begin a matter, or say with ``dry_run=1`` what would come of it."""
    body = visit.json(Begin)
    if body.above:
        seen(visit.service, body.above, visit.person)
    call = Call(
        procedure=body.procedure,
        action=body.action,
        place=body.place,
        above=body.above,
        facts=body.facts,
        happened=body.happened,
        decided=body.decided,
        on_behalf_of=body.on_behalf_of,
        as_post=body.as_post,
        draft=body.draft,
    )
    _, action = find_action(visit.service.desk, call.procedure, call.action)
    if not action.opens:
        raise BadInput(
            f"“{action.title}”不是用来开始一件事的", where="action", cure="用 /matters/{编号}/actions"
        )
    return _taken(visit, call, 201)


def act(visit: Visit) -> Reply:
    """Act in a matter, or say with ``dry_run=1`` what would come of it."""
    body = visit.json(Act)
    person = visit.person
    matter = seen(visit.service, visit.path["matter"], person).matter
    call = Call(
        procedure=matter.procedure.id,
        action=visit.path["action"],
        matter=matter.id,
        facts=body.facts,
        happened=body.happened,
        decided=body.decided,
        on_behalf_of=body.on_behalf_of,
        as_post=body.as_post,
        expected=body.expected,
        draft=body.draft,
    )
    return _taken(visit, call, 200)


def _taken(visit: Visit, call: Call, status: int) -> Reply:
    service, person = visit.service, visit.person
    dry = visit.flag("dry_run")
    key = "" if dry else visit.key()
    _, action = find_action(service.desk, call.procedure, call.action)
    may_refer(service, action.form, call.facts, call.matter, person)
    if dry:
        judgement, leads_to = service.dry_run(call, person)
        told = None if judgement is None else judgement_view(judgement)
        return answer({"judgement": told, "leads_to": leads_to, "stored": False})
    receipt = service.take(msgspec.structs.replace(call, key=key), person)
    location = f"matters/{receipt.matter}" if status == 201 else ""
    return answer(_receipt(receipt), status, location=location)


def _receipt(receipt: Receipt) -> dict[str, Any]:
    told: dict[str, Any] = {
        "matter": receipt.matter,
        "number": receipt.number,
        "stage": receipt.stage,
        "stage_title": receipt.stage_title,
        "judgement": None,
        "due": [due_view(each) for each in receipt.due],
        "children": receipt.children,
        "code": receipt.code,
        "hangs": receipt.hangs,
    }
    if receipt.judgement is not None:
        told["judgement"] = judgement_view(receipt.judgement)
    return told


def waiting(visit: Visit) -> Reply:
    """List what waits for the person, with what can be done about it."""
    service, person = visit.service, visit.person
    told = []
    for id in service.waiting(person):
        matter = service.matter(id)
        found = shown(service, matter, person)
        if found is not None:
            told.append({**brief(service, found), "actions": _available(service, matter, person)})
    return answer({"matters": told})


def _available(service: Service, matter: Matter, person: Person) -> list[dict[str, str]]:
    return [{"id": action.id, "title": action.title} for action in service.available(matter, person)]


def followed(visit: Visit) -> Reply:
    """Tell the holder of a receipt code how far the case is: stages and days, no facts."""
    service = visit.service
    matter = service.matter(service.by_receipt(visit.path["code"]))
    told = brief(service, Seen(matter, True))
    steps = [
        {"recorded": s.recorded, "stage_title": stage_title(matter.procedure, s.stage)} for s in matter.steps
    ]
    # The lead and the name may rest on facts of a step that is not published; the day and the stage do not.
    kept = ("id", "procedure", "place", "place_title", "stage", "opened", "due")
    return answer({**{name: told[name] for name in kept}, "steps": steps})


def my_drafts(visit: Visit) -> Reply:
    """List the person's drafts, without their facts."""
    return answer({"drafts": drafts(visit.service.desk, visit.person)})


def one_draft(visit: Visit) -> Reply:
    """Show a draft with its facts."""
    return answer(draft(visit.service.desk, visit.path["draft"], visit.person))


def new_draft(visit: Visit) -> Reply:
    """Keep a new draft."""
    person, call = visit.person, _draft_call(visit)

    def keep() -> dict[str, Any]:
        return {"id": save_draft(visit.service.desk, call, person).id}

    told = once(visit, keep)
    return answer(told, 201, location=f"drafts/{told['id']}")


def change_draft(visit: Visit) -> Reply:
    """Keep a draft in place of the one before."""
    visit.key()
    person, name = visit.person, visit.path["draft"]
    call = _draft_call(visit)
    known: Draft = draft(visit.service.desk, name, person)
    if (known.procedure, known.action, known.matter) != (call.procedure, call.action, call.matter):
        raise BadInput("草稿不能换程序、动作或事项", where="draft", cure="另存一份新草稿")
    save_draft(visit.service.desk, msgspec.structs.replace(call, draft=name), person)
    return answer({"id": name})


def delete_draft(visit: Visit) -> Reply:
    """Throw a draft away; one that is not there is gone already."""
    visit.key()
    drop_draft(visit.service.desk, visit.path["draft"], visit.person)
    return Reply(status=204, headers={"cache-control": "no-store"})


def _draft_call(visit: Visit) -> Call:
    body, service = visit.json(DraftBody), visit.service
    _, action = find_action(service.desk, body.procedure, body.action)
    if action.opens:
        if body.matter or not service.deployment.covers(body.place):
            raise BadInput("要写明在哪里办理", where="place", cure="填本部署内的 12 位区划代码，不填事项编号")
    else:
        if body.place:
            raise BadInput("已有事项的草稿不填地方", where="place")
        _involved(service, body.matter, visit.person)
    return Call(
        procedure=body.procedure, action=body.action, place=body.place, matter=body.matter, facts=body.facts
    )


def _involved(service: Service, matter_id: str, person: Person) -> None:
    found = seen(service, matter_id, person)
    if not found.internal:
        raise Forbidden("您的岗位不能办理这件事", where="matter", cure="请与办理这件事的岗位联系")
