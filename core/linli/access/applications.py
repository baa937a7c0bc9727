"""An application: what a department asks, what reviewers verify, what those who decide say.

It is one matter at the place that holds all its communities. Each admitted community gets a child matter of its own
(`placements`), so that admission may be partial.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import structs

from linli.access.posts import DECIDER, DEPARTMENT, REVIEWER, STREET
from linli.access.procedure import (
    ADMITTED,
    DEFAULT_REVIEW_DAYS,
    EMERGENCY,
    EXPIRED,
    REFUSED,
    RETURNED,
    REVIEWED,
    UNDER_REVIEW,
    access,
)
from linli.access.request import AccessRequest, Landing
from linli.access.review import Decision, Return, Verification
from linli.access.vocabulary import EMERGENCY_REVIEW_DAYS, LANDING, REVIEW_WORKING_DAYS
from linli.calendar import Period, Unit, due
from linli.errors import BadInput
from linli.forms import plain
from linli.matters import Matter
from linli.money import split
from linli.places import Level
from linli.procedures import Child, Notice, Outcome, Scene, to
from linli.rulebook import Judgement
from linli.steps import DueBy


def _check_communities(request: AccessRequest, scene: Scene) -> None:
    """Every community must be one, lie inside the place of the application, and be named once."""
    codes = request.community_codes
    if not codes:
        raise BadInput("请至少写一个社区", where="communities")
    if len(set(codes)) != len(codes):
        raise BadInput("同一个社区写了两次", where="communities")
    for code in codes:
        if not scene.places.within(code, scene.place):
            raise BadInput(
                f"{code} 不在{scene.places[scene.place].title}",
                where="communities",
                cure="填本地社区的 12 位代码",
            )
        if scene.places[code].level is not Level.COMMUNITY:
            raise BadInput(
                f"{scene.places[code].title}不是社区", where="communities", cure="填社区的 12 位代码"
            )
    if request.starts and request.ends and request.ends < request.starts:
        raise BadInput("结束日期早于开始日期", where="ends")


def _review_due(scene: Scene, post: str = "access_reviewer") -> DueBy:
    days = scene.rulebook.value(REVIEW_WORKING_DAYS, scene.happened, DEFAULT_REVIEW_DAYS)
    reckoned = due(scene.happened, Period(days, Unit.WORKING_DAYS), scene.calendar)
    return DueBy("review", reckoned.day, post, "作出决定", reckoned.provisional, "", reckoned.basis)


@access.action(
    "submit",
    title="提交申请",
    by=DEPARTMENT,
    form=AccessRequest,
    slot="request",
    judged=True,
    reads=AccessRequest,
)
def submit(matter: Matter, request: AccessRequest, judgement: Judgement, scene: Scene) -> Outcome:
    """A department applies; what may not be asked at all is refused at once, what is incomplete goes back."""
    _check_communities(request, scene)
    return _received(judgement, scene)


@access.action(
    "complete",
    title="补正后提交",
    by=DEPARTMENT,
    at=RETURNED,
    form=AccessRequest,
    slot="request",
    judged=True,
    judged_as="submit",
    reads=AccessRequest,
)
def complete(matter: Matter, request: AccessRequest, judgement: Judgement, scene: Scene) -> Outcome:
    """What was returned comes back complete."""
    _check_communities(request, scene)
    return _received(judgement, scene)


def _received(judgement: Judgement, scene: Scene) -> Outcome:
    if judgement.refused:
        return to(REFUSED)
    if judgement.incomplete:
        return to(RETURNED)
    notice = Notice("access_reviewer", scene.place, f"有新的准入申请待审核：{scene.matter_id}")
    return to(UNDER_REVIEW, due=_review_due(scene), notices=notice)


@access.action(
    "return",
    title="退回补正",
    by=(REVIEWER, DECIDER),
    at=(UNDER_REVIEW, REVIEWED),
    form=Return,
    slot="return",
    apart_from=("submit", "complete"),
)
def give_back(matter: Matter, form: Return, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The reviewer asks for what is missing."""
    return to(RETURNED, notices=Notice("department", scene.place, f"准入申请被退回补正：{scene.matter_id}"))


@access.action(
    "review",
    title="审核分类",
    by=REVIEWER,
    at=UNDER_REVIEW,
    form=Verification,
    slot="verification",
    judged=True,
    reads=Verification,
    apart_from=("submit", "complete"),
    bulk=True,
)
def review(matter: Matter, form: Verification, judgement: Judgement, scene: Scene) -> Outcome:
    """The reviewer says what the item is, and hands it to those who decide."""
    if judgement.incomplete or judgement.refused:
        said = "；".join(heard.reason for heard in judgement.adverse())
        raise BadInput(said, where="ground", cure=judgement.adverse()[0].cure)
    assert matter.state is not None
    decide_by = tuple(
        DueBy(d.what, d.day, "access_decider", d.title, d.provisional, "", d.basis) for d in matter.state.due
    )
    return to(REVIEWED, due=decide_by)


def _verified(matter: Matter, form: Any) -> AccessRequest:
    """The request as the reviewer verified it, and of the communities chosen by the decision only."""
    request = matter.facts("request", AccessRequest)
    assert request is not None, "an application has a request"
    verification = matter.facts("verification", Verification)
    if verification is not None:
        request = structs.replace(request, duty=verification.duty, nature=verification.nature)
    chosen = set(getattr(form, "communities", ()))
    if chosen:
        kept = tuple(share for share in request.communities if share.community in chosen)
        request = structs.replace(request, communities=kept)
    return request


@access.action(
    "admit",
    title="准予准入",
    by=DECIDER,
    at=(REVIEWED, EMERGENCY),
    form=Decision,
    slot="decision",
    judged=True,
    facts=_verified,
    reads=AccessRequest,
    decides="submit",
    apart_from=("submit", "complete", "review"),
    bulk=True,
)
def admit(matter: Matter, form: Decision, judgement: Judgement, scene: Scene) -> Outcome:
    """Those who decide admit the item, whole or for some communities; what a rule refuses they cannot admit."""
    request = _verified(matter, form)
    unknown = set(form.communities) - set(request.community_codes)
    if unknown:
        raise BadInput(f"申请里没有这些社区：{'、'.join(sorted(unknown))}", where="communities")
    if judgement.refused:
        return to(REFUSED)
    if judgement.incomplete:
        return to(RETURNED)
    stage = matter.stage
    action = "confirm" if stage is not None and stage.id == EMERGENCY.id else "open"
    return to(
        ADMITTED,
        children=tuple(_children(request, judgement, scene, action)),
        notices=Notice("department", scene.place, f"已准入：{scene.matter_id}"),
    )


def _children(request: AccessRequest, judgement: Judgement, scene: Scene, action: str) -> Iterator[Child]:
    """One child for each community, with its own share of the workload; personal fields stay with the parent."""
    weights = [1] * len(request.communities)
    persons = split(request.persons, weights) if request.persons else (0,) * len(weights)
    for share, part in zip(request.communities, persons, strict=True):
        own = structs.replace(request, communities=(share,), persons=part, contact="", remarks="", opinion="")
        if request.wanted is None and judgement.term(LANDING):
            own = structs.replace(own, wanted=Landing(judgement.term(LANDING)))
        yield Child(share.community, action, plain(own) if action == "open" else {})


@access.action(
    "refuse",
    title="不予准入",
    by=DECIDER,
    at=(REVIEWED, UNDER_REVIEW, EMERGENCY),
    form=Decision,
    slot="decision",
    apart_from=("submit", "complete", "review"),
)
def refuse(matter: Matter, form: Decision, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Those who decide refuse; work begun in an emergency ends in every community."""
    assert matter.state is not None
    ended = tuple(Child(child.rsplit(".", 1)[1], "end", {}) for child in matter.state.children)
    return to(
        REFUSED, children=ended, notices=Notice("department", scene.place, f"不予准入：{scene.matter_id}")
    )


@access.action(
    "emergency",
    title="应急先行",
    by=(DEPARTMENT, STREET),
    form=AccessRequest,
    slot="request",
    judged=True,
    reads=AccessRequest,
    hint="只限人身、财产或公共安全的紧急情况，事后补办审核",
)
def emergency(matter: Matter, request: AccessRequest, judgement: Judgement, scene: Scene) -> Outcome:
    """A temporary task in an emergency begins at once and is reviewed afterwards."""
    _check_communities(request, scene)
    if judgement.refused or judgement.incomplete:
        return to(REFUSED if judgement.refused else RETURNED)
    days = scene.rulebook.value(EMERGENCY_REVIEW_DAYS, scene.happened, 5)
    later = due(scene.happened, Period(days, Unit.WORKING_DAYS), scene.calendar)
    asked = DueBy(
        "review", later.day, "access_decider", "补办审核", later.provisional, EXPIRED.id, later.basis
    )
    children = tuple(_children(request, judgement, scene, "open"))
    return to(
        EMERGENCY,
        due=asked,
        children=children,
        notices=Notice("access_decider", scene.place, "有应急事项待补办审核"),
    )
