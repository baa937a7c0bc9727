"""The page of a matter: the answer first, who decides next, the reasons, the story, and what may be done now."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from linli.errors import BadInput, Forbidden, NotFound
from linli.images import Kind, file_kind
from linli.matters import Matter
from linli_functions import workbench_readings as readings
from linli_functions.workbench_sittings import Sitting
from linli_functions.workbench_tasks import open_matter
from linli_functions.workbench_units import copyable
from linli_site.wording import day as written_day

MOST_CHILDREN = 300


def show(sitting: Sitting) -> Response:
    """The page of a matter; a POST opens one personal field for the reason given, which is logged."""
    matter = open_matter(sitting, sitting.part("matter"))
    if sitting.request.method == "GET":
        return _page(sitting, matter)
    field, reason = sitting.said("field"), sitting.said("reason")
    if len(reason) < 4:
        fault = BadInput(
            "请写明为什么要看这项个人信息", where="reason", cure="至少写四个字，例如“核实联系方式”"
        )
        return _page(sitting, matter, asked=field, fault=fault)
    return _page(
        sitting, matter, asked=field, opened=sitting.service.personal(matter, field, sitting.person, reason)
    )


def _page(
    sitting: Sitting, matter: Matter, *, asked: str = "", opened: str = "", fault: BadInput | None = None
) -> Response:
    service, state = sitting.service, matter.state
    assert state is not None, "a stored matter has a state"
    internal = service.sees_internal(matter, sitting.person)
    done = next((each for each in state.done if str(each.number) == sitting.said("done")), None)
    actions = service.desk.actions(matter.procedure)
    available = service.available(matter, sitting.person)
    own = [action for action in available if action.id in matter.procedure.actions]
    judgements = (
        sorted(
            (j for j in state.judgements.values() if j.findings), key=lambda j: j.dates.decided, reverse=True
        )
        if internal
        else []
    )
    return sitting.page(
        "matter.html",
        422 if fault else 200,
        matter=matter,
        state=state,
        name=matter.procedure.name(state),
        lead=matter.procedure.lead(state, sitting.today),
        stage=matter.stage,
        tone=readings.tone(matter),
        waiting=readings.waiting(sitting.room, matter),
        own=own,
        under=service.openers_under(matter, sitting.person),
        standing=[action for action in available if action not in own],
        copyable=copyable(sitting, matter) if internal else "",
        internal=internal,
        groups=readings.facts(sitting.room, matter, internal=internal),
        judgements=[(_moment(sitting, j.moment), j, readings.reasons(service, j)) for j in judgements],
        story=readings.story(sitting.room, matter, internal=internal),
        children=_children(sitting, matter),
        parent=_parent(sitting, matter),
        postings=_postings(sitting, matter) if internal else [],
        done=(actions[done.action].title if done is not None and done.action in actions else ""),
        asked=asked,
        opened=opened,
        fault=fault,
    )


def _moment(sitting: Sitting, moment: str) -> str:
    known = sitting.service.deployment.moments.get(moment)
    return known.action.title if known is not None else moment


def _children(sitting: Sitting, matter: Matter) -> list[dict[str, Any]]:
    assert matter.state is not None
    found = []
    for id in dict.fromkeys(matter.state.children[:MOST_CHILDREN]):
        try:
            child = sitting.service.matter(id)
        except NotFound:  # the batch that opens it has not come to it yet
            continue
        assert child.state is not None
        found.append(
            {
                "id": id,
                "title": _child_title(sitting, matter, child),
                "stage": child.stage.title if child.stage else "",
                "tone": readings.tone(child),
                "lead": child.procedure.lead(child.state, sitting.today),
                "open": sitting.service.sees_internal(child, sitting.person),
            }
        )
    return found


def _child_title(sitting: Sitting, matter: Matter, child: Matter) -> str:
    """Its community where the same work went to several, else what was opened."""
    if child.procedure.id == matter.procedure.id:
        return sitting.room.place(child.place)
    assert child.state is not None
    return f"{child.procedure.title}：{child.procedure.name(child.state)}"


def _parent(sitting: Sitting, matter: Matter) -> tuple[str, bool]:
    """The id of the matter that this one belongs to, and whether it may be opened."""
    assert matter.state is not None
    parent = matter.state.parent
    if not parent:
        return "", False
    return parent, sitting.service.sees_internal(sitting.service.matter(parent), sitting.person)


def _postings(sitting: Sitting, matter: Matter) -> list[tuple[str, str, str, str, str]]:
    room = sitting.room
    return [
        (
            written_day(step.decided),
            readings.account(room, posting.source),
            readings.account(room, posting.destination),
            readings.amount(posting),
            posting.purpose,
        )
        for step in matter.steps
        for posting in step.postings
    ]


def document(sitting: Sitting) -> Response:
    """A document of a matter, for those who see its facts. It is handed over as a download, never run in the page."""
    matter = open_matter(sitting, sitting.part("matter"))
    internal = sitting.service.sees_internal(matter, sitting.person)
    groups = readings.facts(sitting.room, matter, internal=internal)
    hashes = {fact.document for group in groups for fact in group.facts if fact.document}
    wanted = sitting.part("hash")
    data = sitting.service.store.blob(wanted) if wanted in hashes else None
    if data is None:
        raise NotFound("没有这份文件，或者它已不再保存", where="document")
    kind = _kind(data)
    headers = {"content-disposition": f'attachment; filename="{matter.id}-{wanted[:8]}.{kind.value}"'}
    return Response(data, 200, headers, kind.media_type)


def _kind(data: bytes) -> Kind:
    for kind in Kind:
        try:
            return file_kind(data, f"x.{kind.value}")
        except BadInput:
            continue
    raise NotFound("认不出这份文件的类型", where="document")


def sheet(sitting: Sitting) -> Response:
    """The application sheet or the approval sheet of a matter, A4, with room for opinions and seals."""
    matter = open_matter(sitting, sitting.part("matter"))
    if not sitting.service.sees_internal(matter, sitting.person):
        raise Forbidden("您的岗位不能打印这件事的表", where="sheet")
    state = matter.state
    assert state is not None, "a stored matter has a state"
    approval = sitting.part("kind") == "approval"
    if sitting.part("kind") not in ("application", "approval"):
        raise NotFound("没有这种表", where="sheet", cure="有申请表和审批表")
    groups = readings.facts(sitting.room, matter, internal=True)
    opening = matter.steps[0].slot
    latest = max(state.judgements.values(), key=lambda j: j.dates.decided, default=None)
    return sitting.page(
        "sheet.html",
        matter=matter,
        state=state,
        approval=approval,
        name=matter.procedure.name(state),
        lead=matter.procedure.lead(state, sitting.today),
        groups=[group for group in groups if approval or group.slot == opening],
        reasons=[
            each for each in readings.reasons(sitting.service, latest) if each["verdict"] != "not_applicable"
        ],
        story=readings.story(sitting.room, matter, internal=True),
        boxes=_boxes(sitting, matter, approval),
        applied=state.opened,
    )


def _boxes(sitting: Sitting, matter: Matter, approval: bool) -> list[str]:
    """Whose opinion and seal the sheet leaves room for: the applicant's, then that of each post that acts."""
    applicant = matter.state.unit if matter.state and matter.state.unit else "申请单位"
    if not approval:
        return [applicant, "社区意见"]
    posts: dict[str, None] = {}
    for action in matter.procedure.actions.values():
        if action.judged and not action.system and not action.opens:
            posts.update(
                dict.fromkeys(post.title for post in action.by if post not in matter.procedure.applicants)
            )
    return [applicant, "社区意见", *posts]
