"""A call: it is published with its money, and ends when what was not awarded has gone back."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from linli.bookings import standing, undone
from linli.errors import BadInput
from linli.forms import plain
from linli.funding.announcement import Announcement
from linli.funding.conduct import Closing, PollOfCall
from linli.funding.posts import AWARDER, FUNDER
from linli.funding.procedure import ENDED, OPEN, REVIEWING, call, call_account
from linli.funding.registers import CALLS
from linli.funding.vocabulary import REST_FEN, announced
from linli.ledger import OUTSIDE, Posting
from linli.matters import VOID, WITHDRAWN_BY_APPLICANT, Matter
from linli.procedures import EntryChange, Outcome, Scene, Stage, to
from linli.rulebook import Judgement
from linli.rules import Balance
from linli.standing import Why
from linli.steps import DueBy


class CallAccount(Struct, frozen=True):
    """What rules see when a call is closed: its account."""

    account: str


CALL_ACCOUNT = Balance("call.not_awarded", "征集账户余额", account=lambda facts: facts.account, public=True)


def _source(announcement: Announcement, unit: str) -> str:
    return f"{OUTSIDE}funder/{unit or announcement.source}"


@call.action(
    "publish",
    title="发布征集",
    by=FUNDER,
    form=Announcement,
    slot="call",
    judged=True,
    reads=Announcement,
)
def publish(matter: Matter, form: Announcement, judgement: Judgement, scene: Scene) -> Outcome:
    """A funder says what it funds and how, and sets the money apart; what rules find against it is not published."""
    adverse = judgement.adverse()
    if judgement.refused or judgement.incomplete:
        said = "；".join(heard.reason for heard in adverse)
        raise BadInput(said, where="call", cure="；".join(heard.cure for heard in adverse if heard.cure))
    account = call_account(scene.matter_id)
    kept = announced(form, scene.unit or form.source, scene.place, account)
    return to(
        OPEN,
        due=DueBy("close", form.closes, "grant_operator", "申报截止", lapses_to=REVIEWING.id),
        postings=Posting(_source(form, scene.unit), account, form.budget_fen, purpose=form.title),
        entries=EntryChange(CALLS, scene.matter_id, plain(kept)),
    )


@call.action("poll", title="登记居民投票", by=FUNDER, at=(OPEN, REVIEWING), form=PollOfCall)
def name_poll(matter: Matter, form: PollOfCall, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The funder names the vote of residents that counts for this call, once, before anything is awarded by it."""
    announcement = matter.facts("call", Announcement)
    assert announcement is not None and matter.state is not None
    if not announcement.vote_percent:
        raise BadInput("征集公告没有写居民投票", where="poll", cure="居民投票的比重要在发布征集时写明")
    if matter.state.did("poll") is not None:
        raise BadInput("这次征集已经登记过投票，不能更换", where="poll")
    kept = announced(
        announcement, matter.state.unit or announcement.source, matter.place, call_account(matter.id)
    )
    entry = EntryChange(CALLS, matter.id, {**plain(kept), "poll": form.poll})
    assert matter.stage is not None
    return to(matter.stage, due=matter.state.due, entries=entry)


def _account(matter: Matter, form: Any) -> CallAccount:
    return CallAccount(call_account(matter.id))


@call.action(
    "close",
    title="结余退回",
    by=FUNDER,
    at=(OPEN, REVIEWING, ENDED),
    form=Closing,
    slot="closing",
    judged=True,
    facts=_account,
    reads=CallAccount,
)
def close(matter: Matter, form: Closing, judgement: Judgement, scene: Scene) -> Outcome:
    """What no project was awarded goes back to where it came from."""
    announcement = matter.facts("call", Announcement)
    assert announcement is not None and matter.state is not None
    left = int(judgement.term(REST_FEN, 0))
    if not left and matter.state.stage_id == ENDED.id:
        raise BadInput("这次征集没有结余", where="call")
    source = _source(announcement, matter.state.unit)
    postings = (Posting(call_account(matter.id), source, left, purpose="征集结余退回"),) if left else ()
    return to(ENDED, postings=postings)


def _taken_back(matter: Matter, scene: Scene, stage: Stage) -> Outcome:
    """A call that funds nobody yet is taken back with its money; nobody can apply to it any more."""
    booked = sum(each.posting.amount for each in standing(matter))
    if scene.given[CALL_ACCOUNT] < booked:
        raise BadInput(
            "这次征集已经有项目入选", where="stage", cure="项目办完以后退回结余；要停止的项目先终止或作废"
        )
    return to(stage, postings=undone(matter), entries=EntryChange(CALLS, matter.id, {}))


@call.action(
    "void",
    title="作废",
    by=AWARDER,
    at=(OPEN, REVIEWING),
    form=Why,
    slot="void",
    facts=_account,
    uses=(CALL_ACCOUNT,),
)
def void(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A call that should not have been published is undone, as long as nobody was awarded anything."""
    return _taken_back(matter, scene, VOID)


@call.action(
    "retract",
    title="撤回",
    by=FUNDER,
    at=(OPEN, REVIEWING),
    form=Why,
    slot="retract",
    facts=_account,
    uses=(CALL_ACCOUNT,),
)
def retract(matter: Matter, form: Why, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A funder takes a call back, as long as nobody was awarded anything."""
    return _taken_back(matter, scene, WITHDRAWN_BY_APPLICANT)
