"""Procedures: what can be done, at which stage, by which post, with which form, judged at which moment.

A procedure is a table of actions with small pure functions behind them. Forms, API, command line, schema, dry run,
pages and permissions follow from the table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from linli.ledger import Draw, Posting
from linli.steps import Actor, DueBy, Publication

if TYPE_CHECKING:
    from linli.calendar import WorkingCalendar
    from linli.matters import Matter, State
    from linli.places import Places
    from linli.rulebook import Judgement, Rulebook
    from linli.rules import Asked, Balance, Holdings


class Reach(StrEnum):
    """Where someone with a post may act."""

    OWN_PLACE = "own_place"
    BELOW = "below"
    OWN_UNIT = "own_unit"


class Post(Struct, frozen=True):
    """A kind of post: what its holders may do follows from the actions that name it, and from its reach.

    ``OWN_PLACE``: matters of exactly the place of the appointment. ``BELOW``: that place and all below.
    ``OWN_UNIT``: matters that the appointment's unit opened, in its place and below.
    """

    id: str
    title: str
    reach: Reach = Reach.BELOW


class Stage(Struct, frozen=True):
    """A stage of a matter. ``usable``: the work may be done now; ``final``: nothing more is to be done.

    ``waits_for`` holds the ids of the posts whose turn it is; ``reopens``: a matter may be taken up again here though
    it never stood here.
    """

    id: str
    title: str
    usable: bool = False
    final: bool = False
    waits_for: tuple[str, ...] = ()
    reopens: bool = False


class Outcome(Struct, frozen=True, kw_only=True):
    """What an action leads to; made by `to`.

    ``children`` are matters to open, each at its own place, in a resumable batch; ``notices`` go to the outbox.
    ``claims`` are what may happen once, whoever does it: where one was made before, nothing is stored. ``takedown`` is
    the day on which the published body of the step comes down. ``kept`` holds facts that the action itself worked out,
    by fields of its form; they stand in the step beside, or in place of, those handed in.
    """

    stage: Stage
    due: tuple[DueBy, ...] = ()
    postings: tuple[Posting, ...] = ()
    draws: tuple[Draw, ...] = ()
    children: tuple[Child, ...] = ()
    notices: tuple[Notice, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    drop_rows: tuple[tuple[str, str], ...] = ()
    entries: tuple[EntryChange, ...] = ()
    appointments: tuple[Appointing, ...] = ()
    claims: tuple[Once, ...] = ()
    kept: dict[str, Any] = {}
    publication: Publication | None = None
    basis: str = ""
    takedown: date | None = None


class Appointing(Struct, frozen=True, kw_only=True):
    """An appointment that a step makes, from the day of its decision on, or ends where nobody is named.

    ``id`` is the appointment's; one of that id that holds ends with the day before. ``who`` is a person as a form named
    it in this matter (`linli.forms.person`).
    """

    id: str
    who: str = ""
    post: str = ""
    place: str = ""
    until: date | None = None
    unit: str = ""


class Once(Struct, frozen=True):
    """Something that may happen once within a procedure: a person's signature under a proposal, a voter's ballot.

    ``key`` names it among all claims of the procedure and holds no personal data: persons are named by pseudonyms.
    ``who`` is a person as a form named it in this matter: then it may happen once for this person, in whatever matter.
    ``said`` is what a second caller is told, ``cure`` what would help.
    """

    key: str
    said: str
    cure: str = ""
    who: str = ""


class Child(Struct, frozen=True):
    """Another matter: the action that opens it, or that is taken on it where it is open, and its facts.

    ``procedure`` is its own where it is not that of the parent: deliberation opens a grant. Its action is tried before
    the parent's step is stored, so that what cannot be opened stops the step. ``key`` tells several children at one
    place apart (letters, digits, hyphens). The child's facts may name
    whom the parent named, by the parent's pseudonym.
    """

    place: str
    action: str
    facts: dict[str, Any]
    procedure: str = ""
    key: str = ""


class Notice(Struct, frozen=True):
    """A message for whoever holds a post at a place: plain text without personal data."""

    post: str
    place: str
    text: str


class EntryChange(Struct, frozen=True):
    """Values to set in a register entry with the step. They hold from ``since`` on, or from the day of the decision."""

    register: str
    key: str
    values: dict[str, Any]
    since: date | None = None


class Mention(Struct, frozen=True):
    """Where else a matter is named: under another thing (``call/<number>``), with the few values that it shows there.

    ``values`` are public, short and plain: text, whole numbers, days.
    """

    under: str
    values: dict[str, Any] = {}


def to(stage: Stage, **more: Any) -> Outcome:
    """Lead to a stage; the keywords are the fields of `Outcome`, sequences or single values."""
    several = {"due", "postings", "draws", "children", "notices", "rows", "drop_rows", "entries"}
    several |= {"appointments", "claims"}
    fields: dict[str, Any] = {}
    for name, value in more.items():
        if name in several:
            value = tuple(value) if isinstance(value, (list, tuple)) else (value,)
        fields[name] = value
    return Outcome(stage=stage, **fields)


class Scene(Struct, frozen=True):
    """What surrounds an action, handed to its function: day, place, calendar, rulebook. Pure data, no doors.

    ``actor`` is who acts, by a pseudonym of this matter only. ``answers`` holds what plugins that are switched on at
    the place registered through hooks of practices, by hook. ``given`` holds what the action declared in ``uses``.
    ``entropy`` are 32 fresh random bytes, kept nowhere, for an action that seals something.
    """

    happened: date
    decided: date
    place: str
    places: Places
    calendar: WorkingCalendar
    rulebook: Rulebook
    unit: str = ""
    matter_id: str = ""
    actor: Actor = Actor("", "", "")
    answers: Mapping[str, tuple[Any, ...]] = {}
    given: Mapping[Any, Any] = {}
    entropy: bytes = b""

    def brought(self, hook: str) -> tuple[Any, ...]:
        """What plugins registered here through a hook that a practice specified, by plugin id."""
        return self.answers[hook]


# The function behind an action: (matter, form, judgement, scene) -> Outcome. It is pure, and what it returns is what is
# committed. The judgement is a `Judgement` for an action that is judged and None for one that is not.
Take = Callable[["Matter", Any, Any, "Scene"], "Outcome"]


class Amendment(Struct, frozen=True):
    """A correction before it is made: which facts, as they stood and as they will stand, and what rules say of them."""

    matter: Matter
    slot: str
    before: Any
    after: Any
    judgement: Judgement | None
    scene: Scene


class Nothing(Struct, frozen=True, forbid_unknown_fields=True):
    """The form of an action that asks for nothing."""


class Action(Struct, frozen=True, kw_only=True):
    """One row of a procedure's table.

    ``at``: the stages at which it can be taken; empty: it opens a matter. ``slot``: the name under which its facts are
    kept in the matter's state. ``judged``: whether rules judge the moment ``<procedure>.<id>``; ``facts`` makes the
    struct they see from matter and form, and ``reads`` says its type. ``apart_from``: actions that the same person may
    not have taken in this matter. ``decides``: the action whose day is the day of the act that is decided upon (an
    application's day). ``when``: what the state must meet for the action to be offered (its function refuses all the
    same); for one that opens a matter under another, the state of the matter above. ``bulk``: offered for many matters
    at once. ``system``: taken by the service itself, never by a person. ``afresh``: actions after which it is taken
    anew, so that who took it before may take it again.

    ``uses``: register facts and balances that the function reads in ``scene.given``; their keys are found from the
    struct that rules see, they are read in one batch, and the commit holds only if they have not moved since.
    ``offers`` gives, by field (``<field>.<column>`` in a table), the pairs of value and title that the form offers, and
    ``begins`` the facts that it begins with, both from the matter; for one that opens a matter, ``matter.above``.
    """

    id: str
    title: str
    take: Take
    by: tuple[Post, ...]
    at: tuple[Stage, ...] = ()
    form: type = Nothing
    form_version: int = 1
    slot: str = ""
    judged: bool = False
    judged_as: str = ""
    facts: Callable[[Matter, Any], Any] | None = None
    reads: type | None = None
    apart_from: tuple[str, ...] = ()
    afresh: tuple[str, ...] = ()
    decides: str = ""
    when: Callable[[State], bool] | None = None
    uses: tuple[Asked[Any] | Balance | Holdings, ...] = ()
    offers: Callable[[Matter], Mapping[str, Sequence[tuple[str, str]]]] | None = None
    begins: Callable[[Matter], Mapping[str, Any]] | None = None
    bulk: bool = False
    publication: Publication = Publication.PUBLIC
    basis: str = ""
    upcasters: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
    system: bool = False
    hint: str = ""

    @property
    def opens(self) -> bool:
        """Whether it begins a matter."""
        return not self.at


class Procedure:
    """A table of actions under an id; filled by the `action` decorator, read-only once a deployment is loaded."""

    def __init__(
        self,
        id: str,
        *,
        title: str,
        version: int = 1,
        stages: Sequence[Stage],
        lead: Callable[[State, date], str],
        name: Callable[[State], str],
        describe: str = "",
        applicants: Sequence[Post] = (),
        deciders: Sequence[Post] = (),
        residents_object: bool = True,
        release: Callable[[State], Sequence[Posting]] | None = None,
        at_bank: Callable[[Posting], bool] | None = None,
        amends: Callable[[Amendment], Outcome | None] | None = None,
        books_rest_on: str = "",
        registers: Sequence[str] = (),
        enters: Callable[[Matter, Stage, Scene], Sequence[EntryChange]] | None = None,
        mentions: Callable[[State], Sequence[Mention]] | None = None,
        under: str = "",
        page: str = "",
    ) -> None:
        """Begin a procedure.

        ``lead(state, on)`` is the one sentence that opens a matter's page; ``name(state)`` its short public title; both
        read public facts only. ``applicants`` may retract and object, ``deciders`` suspend, void, reopen and override.
        ``residents_object``: residents of the place may object too, which makes no sense where they see nothing.
        ``release(state)`` gives the postings that let go of what a voided or retracted matter still holds; without it
        everything that stands is reversed. ``at_bank(posting)`` says whether a posting moved money at a bank, so that
        no step takes it back. ``amends(amendment)`` says what a correction leads to where its steps taken again would
        pass over somebody's decision; None: they are taken again. ``books_rest_on`` is the text on which it rests that
        no account is overdrawn. ``registers`` are ids of registers that its own steps write (`EntryChange`) and nobody
        edits; ``enters(matter, stage, scene)`` is what they say of a matter that is voided, retracted, reopened or
        overridden to a stage, where that does not follow from its own actions. ``mentions(state)`` says where else a
        matter is named in the record; it reads public facts only.

        ``under`` is the id of the procedure under whose matters its own are opened, so that many people can each add
        something to one matter without reading what the others added or waiting for them. Its actions see the matter
        above as `Matter.above`; a step of that matter taken meanwhile makes the service look again. What rules judge is
        judged again years later from the step alone, so an action that opens a matter under another is not judged.

        ``page`` is the address of a page of the portal that tells a matter in its own way, with ``{matter}`` in it
        (``polls/{matter}.html``); there has to be one for every public matter, and the matter's page names it.
        """
        self.id = id
        self.title = title
        self.version = version
        self.stages = {stage.id: stage for stage in stages}
        self.lead = lead
        self.name = name
        self.describe = describe
        self.applicants = tuple(applicants)
        self.deciders = tuple(deciders)
        self.residents_object = residents_object
        self.release = release
        self.at_bank = at_bank
        self.amends = amends
        self.books_rest_on = books_rest_on
        self.registers = tuple(registers)
        self.enters = enters
        self.mentions = mentions
        self.under = under
        self.page = page
        self.actions: dict[str, Action] = {}

    def action(
        self, id: str, *, title: str, by: Post | Sequence[Post], at: Stage | Sequence[Stage] = (), **more: Any
    ) -> Callable[[Take], Take]:
        """Add an action; the keywords are the fields of `Action`. Returns the function unchanged."""
        if id in self.actions:
            raise ValueError(f"{self.id} has two actions named {id}")

        def add(take: Take) -> Take:
            posts = (by,) if isinstance(by, Post) else tuple(by)
            stages = (at,) if isinstance(at, Stage) else tuple(at)
            more.setdefault("slot", id if more.get("form") is not None else "")
            added = Action(id=id, title=title, take=take, by=posts, at=stages, **more)
            if self.under and added.opens and added.judged:
                raise ValueError(f"{self.id}.{id} opens a matter under another and cannot be judged by rules")
            self.actions[id] = added
            return take

        return add

    def moment(self, action: str) -> str:
        """The id of the moment at which an action is judged."""
        known = self.actions.get(action)
        return f"{self.id}.{(known.judged_as if known else '') or action}"

    def posts(self) -> dict[str, Post]:
        """Every post that an action names, by id."""
        return {post.id: post for action in self.actions.values() for post in action.by}

    def openers(self) -> list[Action]:
        """The actions that begin a matter."""
        return [action for action in self.actions.values() if action.opens and not action.system]
