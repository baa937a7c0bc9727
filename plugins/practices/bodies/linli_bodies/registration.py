"""选民登记: whoever lives here registers to vote, each in a matter that is not published; only counts are.

The form has no field for how long somebody has lived here: no length of residence may be asked (2026 law, Art. 16).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Struct

from linli.access.posts import STREET
from linli.errors import BadInput, NotFound
from linli.forms import INTERNAL, choice, line, number, person, yes_no
from linli.ledger import OUTSIDE, PIECES, Posting
from linli.matters import Matter, State
from linli.posts import RESIDENT
from linli.procedures import Nothing, Once, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.steps import Publication
from linli_bodies.judged import stopped, to_be_looked_at
from linli_bodies.posts import ELECTION_COMMITTEE
from linli_bodies.registers import Election
from linli_bodies.vocabulary import THE_ELECTION, voters_account

REGISTERED = Stage("registered", "已登记", usable=True)
TO_CONFIRM = Stage("to_confirm", "待选举委员会确认", waits_for=("election_committee",), reopens=True)
STRUCK = Stage("struck", "已划去", final=True)
REFUSED = Stage("refused", "不予登记", final=True)


class Ground(StrEnum):
    """Why somebody votes here."""

    REGISTERED_HERE = "registered_here"
    LIVES_HERE = "lives_here"
    WORKS_HERE = "works_here"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The label in forms."""
        return {
            "registered_here": "户籍在本社区",
            "lives_here": "户籍不在本社区，在本社区常住",
            "works_here": "在本社区工作的社区工作者，本人申请",
        }[self.value]


class Registration(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody registers to vote. Nobody says for how long they have lived here, and nobody asks."""

    election: Annotated[str, line("选举", hint="选举事项的编号", max_length=60)]
    who: Annotated[str, person("选民")]
    ground: Annotated[Ground, choice("登记理由")]
    adult: Annotated[bool, yes_no("选举日前年满十八周岁")]
    deprived: Annotated[bool, yes_no("依法被剥夺政治权利", INTERNAL)] = False
    months_worked: Annotated[int, number("社区工作者在本社区工作的月数", INTERNAL, most=1200)] = 0


registration = Procedure(
    "registration",
    title="选民登记",
    stages=(REGISTERED, TO_CONFIRM, STRUCK, REFUSED),
    lead=lambda state, on: "选民登记不逐人公布，只公布人数和依法张贴的名单。",
    name=lambda state: "选民登记",
    describe="住在这里的人登记参加选举，不问住了多久。",
    applicants=(RESIDENT, ELECTION_COMMITTEE),
    deciders=(STREET,),
    release=lambda state: _uncounted(state),
)
BASIS = "选民登记不逐人公布"


def _uncounted(state: State) -> list[Posting]:
    """What a struck registration gives back: one voter less."""
    counted = sum(1 if posting.destination.startswith("voters:") else -1 for posting in state.postings)
    account = voters_account(str(state.facts["register"]["election"]))
    return [Posting(account, f"{OUTSIDE}registration", 1, PIECES, purpose="划去")] if counted > 0 else []


def _open_election(found: Election | None, form: Registration, scene: Scene) -> None:
    if found is None:
        raise NotFound(f"没有编号为 {form.election} 的选举", where="election")
    if found.place != scene.place:
        raise BadInput("这次选举不在这里", where="election", cure=f"在 {found.place} 登记")
    if not found.registering:
        raise BadInput("选民登记已经截止", where="election", cure="名单公布后，可以对名单提出异议")


def _counted(form: Registration) -> Posting:
    account = voters_account(form.election)
    return Posting(f"{OUTSIDE}registration", account, 1, PIECES, purpose="选民登记")


@registration.action(
    "register",
    title="登记选民",
    by=(RESIDENT, ELECTION_COMMITTEE),
    form=Registration,
    judged=True,
    uses=(THE_ELECTION,),
    publication=Publication.WITHHELD,
    basis=BASIS,
)
def register(matter: Matter, form: Registration, judgement: Judgement, scene: Scene) -> Outcome:
    """Whoever has the right to vote is counted, once in an election."""
    _open_election(scene.given[THE_ELECTION], form, scene)
    if stopped(judgement):
        return to(REFUSED)
    once = Once(form.election, "这位选民已经登记", "不用再登记", who=form.who)
    if to_be_looked_at(judgement):
        return to(TO_CONFIRM, claims=once)
    return to(REGISTERED, postings=_counted(form), claims=once)


@registration.action(
    "confirm",
    title="确认登记",
    by=ELECTION_COMMITTEE,
    at=TO_CONFIRM,
    publication=Publication.WITHHELD,
    basis=BASIS,
)
def confirm(matter: Matter, form: Nothing, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The election committee confirms whom it has to confirm."""
    given = matter.facts("register", Registration)
    assert given is not None, "what is confirmed was registered"
    return to(REGISTERED, postings=_counted(given))


@registration.action(
    "strike",
    title="划去",
    by=ELECTION_COMMITTEE,
    at=(REGISTERED, TO_CONFIRM),
    publication=Publication.WITHHELD,
    basis=BASIS,
)
def strike(matter: Matter, form: Nothing, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The election committee found on an objection that somebody has no vote here."""
    assert matter.state is not None, "what is struck was registered"
    return to(STRUCK, postings=_uncounted(matter.state))
