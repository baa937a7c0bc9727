"""The procedure of access: draft → submitted → reviewed → admitted or refused → at work in communities → over.

An application is one matter at the place that holds all its communities; each admitted community gets a child
matter of its own, judged by the rulebook of that community, so that admission may be partial and exit, expiry and
burden belong to the community. An admission runs out by itself: the day after its last day the work may not be asked
for any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import structs

from linli.access.posts import COMMITTEE, DECIDER, DEPARTMENT, REVIEWER, STATION, STREET
from linli.access.registers import ADMISSIONS
from linli.access.request import AccessRequest, Kind, Landing, Share
from linli.access.review import (
    Achievement,
    Complaint,
    Decision,
    Exit,
    Payment,
    Renewal,
    Return,
    Verification,
)
from linli.access.vocabulary import (
    EMERGENCY_REVIEW_DAYS,
    LANDING,
    PLATE_LIMIT,
    REVIEW_WORKING_DAYS,
)
from linli.access.wording import admission_lead, admission_name
from linli.calendar import Period, Unit, due
from linli.errors import BadInput
from linli.forms import plain
from linli.ledger import OUTSIDE, Draw, Posting
from linli.matters import Matter, State
from linli.money import split
from linli.posts import RESIDENT
from linli.procedures import Child, EntryChange, Notice, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.steps import DueBy, Publication

UNDER_REVIEW = Stage("under_review", "待审核", waits_for=("access_reviewer",))
RETURNED = Stage("returned", "退回补正", waits_for=("department",))
REVIEWED = Stage("reviewed", "待决定", waits_for=("access_decider",))
ADMITTED = Stage("admitted", "已准入")
REFUSED = Stage("refused", "不予准入", final=True)
PENDING = Stage("pending", "已准入，尚未开始")
ACTIVE = Stage("active", "进行中", usable=True)
EMERGENCY = Stage("emergency", "应急先行，待补办审核", usable=True, waits_for=("access_decider",))
EXPIRED = Stage("expired", "已到期", final=True)
EXITED = Stage("exited", "已退出", final=True)
NOT_HERE = Stage("not_here", "本社区不予准入", final=True)

DEFAULT_REVIEW_DAYS = 15


def _release(state: State) -> Sequence[Posting]:
    """Let go of the money still committed to a task: it goes back to the department."""
    held = committed(state.matter)
    left = sum(
        p.amount if p.destination == held else -p.amount
        for p in state.postings
        if held in (p.source, p.destination)
    )
    if left <= 0:
        return ()
    return (Posting(held, f"{OUTSIDE}department/{state.unit}", left, purpose="退回未用经费"),)


def committed(matter: str) -> str:
    """The account that holds the money committed to the task of a child matter."""
    return f"committed:{matter}"


def community_account(community: str) -> str:
    """The account of a community's money for tasks."""
    return f"community:{community}"


access = Procedure(
    "access",
    title="社区工作准入",
    registers=(ADMISSIONS,),
    stages=(
        UNDER_REVIEW,
        RETURNED,
        REVIEWED,
        ADMITTED,
        REFUSED,
        PENDING,
        ACTIVE,
        EMERGENCY,
        EXPIRED,
        EXITED,
        NOT_HERE,
    ),
    lead=admission_lead,
    name=admission_name,
    describe="部门请社区做事，先申请，再审核，决定后公开。",
    applicants=(DEPARTMENT,),
    deciders=(DECIDER,),
    release=_release,
)


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
        if scene.places[code].level != "community":
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


# What happens in each community


@access.action(
    "open",
    title="进入社区",
    by=(),
    form=AccessRequest,
    slot="request",
    judged=True,
    reads=AccessRequest,
    system=True,
)
def begin(matter: Matter, request: AccessRequest, judgement: Judgement, scene: Scene) -> Outcome:
    """The item comes to one community, judged by that community's own rulebook; its money is committed to it."""
    if judgement.refused or judgement.incomplete:
        return to(NOT_HERE)
    share, starts, ends = (
        request.communities[0],
        request.starts or scene.decided,
        request.ends or scene.decided,
    )
    postings: tuple[Posting, ...] = ()
    if share.offered_fen:
        source = f"{OUTSIDE}department/{scene.unit}"
        postings = (Posting(source, committed(scene.matter_id), share.offered_fen, purpose=request.title),)
    landing = request.wanted.value if request.wanted else judgement.term(LANDING, "committee")
    stage = ACTIVE if starts <= scene.decided else PENDING
    dues = [DueBy("end", ends, "", "到期", lapses_to=EXPIRED.id)]
    if stage is PENDING:
        dues.append(DueBy("start", starts - timedelta(days=1), "", "开始", lapses_to=ACTIVE.id))
    return to(
        stage,
        due=dues,
        postings=postings,
        draws=tuple(_plates(share, request, scene)),
        entries=_admission(request, scene, starts, ends, landing, usable=True),
        notices=Notice(
            landing if landing != "department" else "committee", scene.place, f"新准入的工作：{request.title}"
        ),
    )


def _plates(share: Share, request: AccessRequest, scene: Scene) -> Iterator[Draw]:
    limit = scene.rulebook.value(PLATE_LIMIT, scene.decided)
    if limit is not None and share.plates and Kind.PLATE in request.kinds:
        yield Draw(f"plates/{share.community}", limit, share.plates)


def _admission(
    request: AccessRequest, scene: Scene, starts: date, ends: date, landing: str, *, usable: bool
) -> tuple[EntryChange, ...]:
    values = {
        "title": request.title,
        "unit": scene.unit,
        "community": scene.place,
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
        "item": request.item,
        "landing": landing,
        "usable": usable,
    }
    return (EntryChange(ADMISSIONS, scene.matter_id, values),)


def _ended(matter: Matter, scene: Scene, stage: Stage, **more: Any) -> Outcome:
    """The work leaves the community: what is still committed goes back, plates come down, the admission ends."""
    assert matter.state is not None
    request = matter.facts("request", AccessRequest)
    assert request is not None, "a child has a request"
    share = request.communities[0]
    had_plates = any(posting.destination.startswith("used:plates/") for posting in matter.state.postings)
    draws = (Draw(f"plates/{share.community}", 0, -share.plates),) if had_plates else ()
    starts, ends = request.starts or scene.decided, request.ends or scene.decided
    return to(
        stage,
        postings=tuple(_release(matter.state)),
        draws=draws,
        entries=_admission(request, scene, starts, ends, "", usable=False),
        **more,
    )


@access.action("confirm", title="补办准入", by=(), at=(ACTIVE, EXPIRED), system=True)
def confirm(matter: Matter, form: Any, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Work begun in an emergency is admitted afterwards and goes on as it was."""
    assert matter.state is not None and matter.stage is not None
    return to(matter.stage, due=matter.state.due)


@access.action("end", title="应急事项结束", by=(), at=(ACTIVE, PENDING, EXPIRED), system=True)
def end(matter: Matter, form: Any, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Work begun in an emergency was refused afterwards and ends."""
    return _ended(matter, scene, EXITED)


@access.action("settle", title="到期结清", by=(), at=EXPIRED, system=True)
def settle(matter: Matter, form: Any, judgement: Judgement | None, scene: Scene) -> Outcome:
    """After the last day: unused money goes back and plates come down. Usability ended by itself before."""
    return _ended(matter, scene, EXPIRED)


def _renewed(matter: Matter, form: Renewal) -> AccessRequest:
    request = matter.facts("request", AccessRequest)
    assert request is not None, "a child has a request"
    share = structs.replace(request.communities[0], need_fen=form.need_fen, offered_fen=form.offered_fen)
    starts = request.ends + timedelta(days=1) if request.ends else request.starts
    return structs.replace(request, communities=(share,), starts=starts, ends=form.ends)


@access.action(
    "renew",
    title="续期",
    by=DECIDER,
    at=(ACTIVE, EXPIRED),
    form=Renewal,
    slot="renewal",
    judged=True,
    facts=_renewed,
    reads=AccessRequest,
)
def renew(matter: Matter, form: Renewal, judgement: Judgement, scene: Scene) -> Outcome:
    """A further term in one community, judged anew by the rules of the day."""
    assert matter.state is not None and matter.stage is not None
    if judgement.refused or judgement.incomplete:
        return to(matter.stage, due=matter.state.due)
    request = _renewed(matter, form)
    postings: tuple[Posting, ...] = ()
    if form.offered_fen:
        source = f"{OUTSIDE}department/{matter.state.unit}"
        postings = (Posting(source, committed(matter.id), form.offered_fen, purpose=request.title),)
    return to(
        ACTIVE,
        due=DueBy("end", form.ends, "", "到期", lapses_to=EXPIRED.id),
        postings=postings,
        entries=_admission(request, scene, request.starts or scene.decided, form.ends, "", usable=True),
    )


@access.action(
    "report",
    title="报告完成",
    by=(COMMITTEE, STATION, STREET),
    at=(ACTIVE, EXPIRED),
    form=Achievement,
    slot="achievement",
)
def report(matter: Matter, form: Achievement, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A target was met; the payment for it may be released."""
    assert matter.state is not None and matter.stage is not None
    notice = Notice("street", scene.place, f"目标已完成，可以付款：{matter.id}")
    return to(matter.stage, due=matter.state.due, notices=notice)


@access.action(
    "pay",
    title="付款给社区",
    by=STREET,
    at=(ACTIVE, EXPIRED),
    form=Payment,
    slot="payment",
    apart_from=("report",),
)
def pay(matter: Matter, form: Payment, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Money is released to the community, and only against a target that was met."""
    assert matter.state is not None and matter.stage is not None
    if matter.state.did("report") is None:
        raise BadInput("还没有完成目标的记录，不能付款", where="amount_fen", cure="先由社区报告完成的目标")
    posting = Posting(
        committed(matter.id), community_account(matter.place), form.amount_fen, purpose="按目标付款"
    )
    return to(matter.stage, due=matter.state.due, postings=posting)


@access.action(
    "complain",
    title="反映问题",
    by=(COMMITTEE, RESIDENT),
    at=ACTIVE,
    form=Complaint,
    slot="complaint",
    publication=Publication.WITHHELD,
    basis="过程性信息，处理结果另行公开",
)
def complain(matter: Matter, form: Complaint, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A complaint about work at a community, to be answered by those who decide."""
    assert matter.state is not None and matter.stage is not None
    reply = due(scene.happened, Period(DEFAULT_REVIEW_DAYS, Unit.WORKING_DAYS), scene.calendar)
    asked = DueBy(
        "complaint", reply.day, "access_decider", "处理反映的问题", reply.provisional, "", reply.basis
    )
    return to(matter.stage, due=(*matter.state.due, asked))


@access.action("exit", title="退出社区", by=(DECIDER,), at=(ACTIVE, PENDING), form=Exit, slot="exit")
def leave(matter: Matter, form: Exit, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The work leaves the community before its term: the law changed, or residents complained."""
    return _ended(
        matter, scene, EXITED, notices=Notice("department", scene.place, f"已退出社区：{matter.id}")
    )
