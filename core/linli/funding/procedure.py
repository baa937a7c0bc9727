"""The tables of calls and grants: their stages, and the accounts that a grant's money moves through.

A call is published, takes applications, is reviewed, and ends when what is left has gone back. A grant: submitted →
(returned) → scoring → scored → public notice → agreement → running → evaluated → settled → closed; or refused, lost,
stopped. Its money: outside → the call → committed to the project → the project → its use. The call's budget is an
account that no award can overdraw, so that of two awards racing for the last yuan one is refused by the store.
"""

from __future__ import annotations

from collections.abc import Sequence

from linli import bookings
from linli.access.posts import COMMITTEE
from linli.cash import moves_at_bank
from linli.errors import BadInput
from linli.funding.mentions import grant_mentions
from linli.funding.posts import AWARDER, FUNDER, ORGANIZATION
from linli.funding.registers import BARS, CALLS, CANDIDATES
from linli.funding.vocabulary import MONEY_FROM
from linli.funding.wording import call_lead, call_name, grant_lead, grant_name
from linli.ledger import PIECES, Posting
from linli.matters import State
from linli.money import yuan
from linli.procedures import Amendment, Outcome, Procedure, Stage

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


AGREED = "征集公告和资助协议"
PAID_IN_PARTS = f"{AGREED}：分期拨付，每期按约定的条件"
NO_INTEREST = f"{AGREED}：有利益关系的回避"
BUDGET_HOLDS = f"{AGREED}：入选总额不超过征集的总预算，拨付不超过入选金额"


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
    return bookings.held(state.postings, account, commodity)


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
    """What a voided or withdrawn grant lets go of; what was paid out has to be accounted for before."""
    out = held(state, project_account(state.matter)) + held(state, receivable(state.matter))
    if out:
        raise BadInput(
            f"已经拨付的资助款还有 {yuan(out)} 没有决算或退回",
            where="stage",
            cure="先评估、决算，退回没有用完的资助款",
        )
    return let_go(state)


def amend_grant(amendment: Amendment) -> Outcome | None:
    """Once it is decided who is funded, neither who asked nor what was asked for can become something else."""
    state = amendment.matter.state
    if amendment.slot != "request" or state is None or state.did("award") is None:
        return None
    before, after = amendment.before, amendment.after
    if any(getattr(before, name) != getattr(after, name) for name in ("call", "code", "budget")):
        raise BadInput(
            "已经决定是否入选，申报的征集、单位和预算不能再更正",
            where="changes",
            cure="支出项目之间的调整办“调整预算”",
        )
    return None


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
    books_rest_on=BUDGET_HOLDS,
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
    at_bank=moves_at_bank,
    amends=amend_grant,
    books_rest_on=BUDGET_HOLDS,
    mentions=grant_mentions,
)
