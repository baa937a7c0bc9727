"""What donors ask about the use of their gifts: every question has its own last day, and is answered in turn."""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from linli.calendar import Period, Unit, due
from linli.errors import BadInput
from linli.forms import INTERNAL, PUBLIC, line
from linli.funds.contributions import RECEIVED, contribution
from linli.funds.dues import with_due
from linli.funds.posts import CLERK
from linli.funds.vocabulary import QUERY_WORKING_DAYS
from linli.matters import Matter
from linli.posts import RESIDENT
from linli.procedures import Outcome, Scene, to
from linli.rulebook import Judgement
from linli.steps import DueBy, Publication

ASKED = "reply"


class Question(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a donor asks about the use of the gift."""

    subject: Annotated[str, line("询问的内容", INTERNAL)]


class Reply(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer to a donor."""

    answer: Annotated[str, line("答复", PUBLIC)]


@contribution.action(
    "ask",
    title="捐赠人询问",
    by=(RESIDENT, CLERK),
    at=RECEIVED,
    form=Question,
    slot="question",
    publication=Publication.WITHHELD,
    basis="捐赠人的询问不公开",
)
def ask(matter: Matter, form: Question, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A donor asks; the answer is due within the working days that the place sets."""
    period = Period(scene.rulebook.value(QUERY_WORKING_DAYS, scene.happened, 10), Unit.WORKING_DAYS)
    reckoned = due(scene.happened, period, scene.calendar)
    what = f"{ASKED}-{len(matter.steps) + 1}"
    asked = DueBy(what, reckoned.day, CLERK.id, "答复捐赠人", reckoned.provisional, "", reckoned.basis)
    return to(RECEIVED, due=with_due(matter, asked))


@contribution.action("reply", title="答复捐赠人", by=CLERK, at=RECEIVED, form=Reply, slot="reply")
def reply(matter: Matter, form: Reply, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The donor who has waited longest is answered."""
    assert matter.state is not None, "a contribution that was booked has a state"
    waiting = [each.what for each in matter.state.due if each.what.startswith(ASKED)]
    if not waiting:
        raise BadInput("没有待答复的询问", where="reply")
    return to(RECEIVED, due=with_due(matter, without=waiting[0]))
