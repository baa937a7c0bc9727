"""The tables of calls and grants: their stages, and the accounts that a grant's money moves through.

A call is published, takes applications, is reviewed, and ends when what is left has gone back. A grant: submitted →
(returned) → scoring → scored → public notice → agreement → running → evaluated → settled → closed; or refused, lost,
stopped. Its money: outside → the call → committed to the project → the project → its use. The call's budget is an
account that no award can overdraw, so that of two awards racing for the last yuan one is refused by the store.
"""

from __future__ import annotations

from collections.abc import Sequence

from linli.access.posts import COMMITTEE
from linli.funding.posts import AWARDER, FUNDER, ORGANIZATION
from linli.funding.registers import BARS, CALLS, CANDIDATES
from linli.funding.vocabulary import MONEY_FROM
from linli.funding.wording import call_lead, call_name, grant_lead, grant_name
from linli.ledger import PIECES, Posting
from linli.matters import State
from linli.procedures import Procedure, Stage

OPEN = Stage("open", "征集中")
REVIEWING = Stage("reviewing", "评审和实施中")
ENDED = Stage("ended", "已结束")

SUBMITTED = Stage("submitted", "待资格审查", waits_for=("grant_operator", "funder"), reopens=True)
RETURNED = Stage("returned", "退回补正", waits_for=("organization",), reopens=True)
REFUSED = Stage("refused", "不符合申报条件", final=True)
SCORING = Stage("scoring", "专家评审", waits_for=("grant_expert",))
SCORED = Stage("scored", "待确定入选", waits_for=("grant_decider",))
NOTICE = Stage("notice", "入选公示")
CONTRACTING = Stage("contracting", "待签协议", waits_for=("funder", "grant_operator"))
LOST = Stage("lost", "未入选", final=True)
RUNNING = Stage("running", "实施中", usable=True)
STOPPED = Stage("stopped", "已终止，待决算", waits_for=("organization",))
EVALUATED = Stage("evaluated", "已评估，待决算", waits_for=("organization",))
SETTLED = Stage("settled", "已决算，待结项", waits_for=("affairs_supervision", "funder"))
CLOSED = Stage("closed", "已结项", final=True)


def call_account(call: str) -> str:
    """The account that holds the budget of a call."""
    return f"call:{call}"


def committed(grant: str) -> str:
    """The account that holds what was awarded to a project and not yet paid."""
    return f"committed:{grant}"


def project_account(grant: str) -> str:
    """The account of what a project received and has not yet accounted for."""
    return f"project:{grant}"


def receivable(grant: str) -> str:
    """The account of what a project has to pay back."""
    return f"receivable:{grant}"


def held(state: State, account: str, commodity: str = "fen") -> int:
    """What the steps of a matter left on an account that belongs to it."""
    moved = [posting for posting in state.postings if posting.commodity == commodity]
    came = sum(posting.amount for posting in moved if posting.destination == account)
    return came - sum(posting.amount for posting in moved if posting.source == account)


def let_go(state: State) -> tuple[Posting, ...]:
    """What is still committed goes back to the call, and the organisation may begin another project."""
    found = []
    left = held(state, committed(state.matter))
    if left > 0:
        judged = state.judgements["grant.apply"]
        found.append(
            Posting(committed(state.matter), judged.term(MONEY_FROM), left, purpose="未拨付的资助款退回")
        )
    code = str(state.facts["request"]["code"])
    if held(state, f"used:projects/{code}", PIECES) > 0:
        found.append(Posting(f"used:projects/{code}", f"allowance:projects/{code}", 1, PIECES))
    return tuple(found)


def release_grant(state: State) -> Sequence[Posting]:
    """What a voided grant lets go of."""
    return let_go(state)


call = Procedure(
    "call",
    title="公益创投征集",
    registers=(CALLS,),
    stages=(OPEN, REVIEWING, ENDED),
    lead=call_lead,
    name=call_name,
    describe="资助方公布征集：资助什么、多少钱、怎样评、怎样付。",
    applicants=(FUNDER,),
    deciders=(AWARDER,),
)

grant = Procedure(
    "grant",
    title="公益创投项目",
    registers=(CANDIDATES, BARS),
    stages=(
        SUBMITTED,
        RETURNED,
        REFUSED,
        SCORING,
        SCORED,
        NOTICE,
        CONTRACTING,
        LOST,
        RUNNING,
        STOPPED,
        EVALUATED,
        SETTLED,
        CLOSED,
    ),
    lead=grant_lead,
    name=grant_name,
    describe="社会组织申报项目：审查、评审、公示、签约、分期拨付、评估、决算、结项。",
    applicants=(ORGANIZATION, COMMITTEE),
    deciders=(AWARDER,),
    release=release_grant,
)
