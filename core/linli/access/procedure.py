"""The table of access: its stages, and the accounts that a task's money moves through.

Draft → submitted → (returned) → reviewed → admitted or refused; then, in each community, pending → active → renewed,
expired or withdrawn. What a department and the district do stands in `applications`, what happens in a community in
`placements`; both fill the one table below.
"""

from __future__ import annotations

from collections.abc import Sequence

from linli.access.posts import DECIDER, DEPARTMENT
from linli.access.registers import ADMISSIONS
from linli.access.request import AccessRequest
from linli.access.vocabulary import LANDING
from linli.access.wording import admission_lead, admission_name
from linli.bookings import held
from linli.ledger import OUTSIDE, PIECES, Posting
from linli.matters import Matter, State
from linli.procedures import EntryChange, Procedure, Scene, Stage

UNDER_REVIEW = Stage("under_review", "待审核", waits_for=("access_reviewer",), reopens=True)
RETURNED = Stage("returned", "退回补正", waits_for=("department",), reopens=True)
REVIEWED = Stage("reviewed", "待决定", waits_for=("access_decider",))
ADMITTED = Stage("admitted", "已准入")
REFUSED = Stage("refused", "不予准入", final=True)
PENDING = Stage("pending", "已准入，尚未开始")
ACTIVE = Stage("active", "进行中", usable=True)
EMERGENCY = Stage("emergency", "应急先行，待补办审核", usable=True, waits_for=("access_decider",))
EXPIRED = Stage("expired", "已到期", final=True)
EXITED = Stage("exited", "已退出", final=True)
NOT_HERE = Stage("not_here", "本社区不予准入", final=True)

# Where no text of a place gives a time limit; an example.
DEFAULT_REVIEW_DAYS = 15


def release(state: State) -> Sequence[Posting]:
    """Let go of what a task still holds: the money goes back to the department, the plates come down."""
    money = committed(state.matter)
    left = held(state.postings, money)
    plates = {p.destination for p in state.postings if p.destination.startswith("used:plates/")}
    hanging = [(each, held(state.postings, each, PIECES)) for each in sorted(plates)]
    taken_down = (
        Posting(each, each.replace("used:", "allowance:", 1), number, PIECES)
        for each, number in hanging
        if number > 0
    )
    if left <= 0:
        return tuple(taken_down)
    return (Posting(money, f"{OUTSIDE}department/{state.unit}", left, purpose="退回未用经费"), *taken_down)


def committed(matter: str) -> str:
    """The account that holds the money committed to the task of a child matter."""
    return f"committed:{matter}"


def community_account(community: str) -> str:
    """The account of a community's money for tasks."""
    return f"community:{community}"


def enters(matter: Matter, stage: Stage, scene: Scene) -> Sequence[EntryChange]:
    """What the register of admissions says of work in a community that is voided, or taken up again."""
    assert matter.state is not None, "a matter that stands at a stage has a state"
    request = matter.facts("request", AccessRequest)
    if request is None or not any(step.stage in (ACTIVE.id, PENDING.id) for step in matter.steps):
        return ()
    terms = [due.day for step in matter.steps for due in step.due if due.what == "end"]
    starts, ends = request.starts or scene.decided, terms[-1] if terms else request.ends or scene.decided
    usable = stage in (ACTIVE, PENDING)
    values = {
        "title": request.title,
        "unit": matter.state.unit,
        "community": matter.place,
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
        "item": request.item,
        "landing": _landing(matter, request) if usable else "",
        "usable": usable,
    }
    return (EntryChange(ADMISSIONS, matter.id, values),)


def _landing(matter: Matter, request: AccessRequest) -> str:
    """On whom the work lands, as the rules said when it was admitted, or else the department wanted."""
    judged = (step.judgement.terms.get(LANDING.id) for step in matter.steps if step.judgement)
    wanted = request.wanted.value if request.wanted else "committee"
    return next((str(said) for said in judged if said), wanted)


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
    release=release,
    enters=enters,
)
