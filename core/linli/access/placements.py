"""Work in a community: it opens, is reported, paid, renewed, complained about, and it leaves.

Each placement is a matter of its own, judged by the rulebook of its community; exit, expiry and burden belong to it. It
runs out by itself: the day after its last day the work may not be asked for any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from msgspec import structs

from linli.access.posts import COMMITTEE, DECIDER, STATION, STREET
from linli.access.procedure import (
    ACTIVE,
    DEFAULT_REVIEW_DAYS,
    EXITED,
    EXPIRED,
    NOT_HERE,
    PENDING,
    access,
    committed,
    community_account,
    release,
)
from linli.access.registers import ADMISSIONS
from linli.access.request import AccessRequest, HandedDown, Kind, Share
from linli.access.review import Achievement, Complaint, Exit, Payment, Renewal
from linli.access.vocabulary import LANDING, OPENS, PLATE_LIMIT
from linli.calendar import Period, Unit, due
from linli.errors import BadInput
from linli.forms import plain
from linli.ledger import OUTSIDE, Draw, Posting
from linli.matters import Matter
from linli.posts import RESIDENT
from linli.procedures import Child, EntryChange, Notice, Outcome, Scene, Stage, to
from linli.rulebook import Judgement
from linli.steps import DueBy, Publication


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
    opens = judgement.term(OPENS, "")
    postings: tuple[Posting, ...] = ()
    if share.offered_fen:
        source = f"{OUTSIDE}department/{scene.unit}"
        # What residents settle themselves is theirs at once; else it is committed to the task until a target is met.
        held = community_account(scene.place) if opens else committed(scene.matter_id)
        postings = (Posting(source, held, share.offered_fen, purpose=request.title),)
    # What the rules of the community set goes before what the department wanted.
    landing = judgement.term(LANDING) or (request.wanted.value if request.wanted else "committee")
    stage = ACTIVE if starts <= scene.decided else PENDING
    dues = [DueBy("end", ends, "", "到期", lapses_to=EXPIRED.id)]
    if stage is PENDING:
        dues.append(DueBy("start", starts - timedelta(days=1), "", "开始", lapses_to=ACTIVE.id))
    return to(
        stage,
        due=dues,
        postings=postings,
        draws=tuple(_plates(share, request, scene)),
        children=tuple(_handed_down(opens, request, scene)),
        entries=_admission(request, scene, starts, ends, landing, usable=True),
        notices=Notice(
            landing if landing != "department" else "committee", scene.place, f"新准入的工作：{request.title}"
        ),
    )


def _handed_down(opens: str, request: AccessRequest, scene: Scene) -> Iterator[Child]:
    """What is opened with the work, where a rule of the community says so: the residents' own procedure."""
    if not opens:
        return
    procedure, _, action = opens.partition(".")
    handed = HandedDown(
        title=request.title,
        admission=scene.matter_id,
        unit=scene.unit,
        amount_fen=request.communities[0].offered_fen,
    )
    yield Child(scene.place, action, plain(handed), procedure=procedure)


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
    starts, ends = request.starts or scene.decided, request.ends or scene.decided
    return to(
        stage,
        postings=tuple(release(matter.state)),
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
    met, renewed = matter.state.did("report"), matter.state.did("renew")
    if met is None or (renewed is not None and met.number < renewed.number):
        term = "这一期" if renewed else ""
        raise BadInput(
            f"{term}还没有完成目标的记录，不能付款", where="amount_fen", cure="先由社区报告完成的目标"
        )
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
