"""罢免: on the petition of enough of those who elected, with a defence, by a vote as the election was held."""

from __future__ import annotations

from msgspec import structs

from linli.access.posts import COMMITTEE, STREET
from linli.funding.posts import SUPERVISION
from linli.matters import Matter
from linli.posts import RESIDENT
from linli.procedures import Outcome, Scene, to
from linli.rulebook import Judgement
from linli.shares import part_of
from linli_bodies.judged import stopped
from linli_bodies.posts import ELECTION_COMMITTEE, REPRESENTATIVE
from linli_bodies.seats import RECALL_ASKED, SERVING, seat, taken, vacated
from linli_bodies.taking import Defence, Petition, PetitionAt, RecallVote, RecallVoteAt
from linli_bodies.vocabulary import THE_BODY


def _petition(matter: Matter, form: Petition) -> PetitionAt:
    began = taken(matter)
    return PetitionAt(**structs.asdict(form), body=began.body, manner=began.manner)


@seat.action(
    "petition_recall",
    title="联名要求罢免",
    by=(RESIDENT, REPRESENTATIVE, SUPERVISION, COMMITTEE),
    at=SERVING,
    form=Petition,
    slot="petition",
    judged=True,
    facts=_petition,
    reads=PetitionAt,
)
def petition_recall(matter: Matter, form: Petition, judgement: Judgement, scene: Scene) -> Outcome:
    """Enough of those who elected ask for a recall and say why."""
    part_of(form.signers, form.whole)
    assert matter.state is not None, "a recall concerns somebody who serves"
    if stopped(judgement):
        return to(SERVING, due=matter.state.due)
    return to(RECALL_ASKED, due=matter.state.due)


@seat.action(
    "defend", title="登记申辩意见", by=(COMMITTEE, SUPERVISION, STREET), at=RECALL_ASKED, form=Defence
)
def defend(matter: Matter, form: Defence, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Whoever is to be recalled may be heard."""
    assert matter.state is not None, "a recall concerns somebody who serves"
    return to(RECALL_ASKED, due=matter.state.due)


def _recall_vote(matter: Matter, form: RecallVote) -> RecallVoteAt:
    assert matter.state is not None, "a recall concerns somebody who serves"
    heard = matter.state.did("defend") is not None
    return RecallVoteAt(**structs.asdict(form), body=taken(matter).body, defended=heard)


@seat.action(
    "recall_vote",
    title="登记罢免表决",
    by=(ELECTION_COMMITTEE, SUPERVISION, STREET),
    at=RECALL_ASKED,
    form=RecallVote,
    slot="recall_vote",
    judged=True,
    facts=_recall_vote,
    reads=RecallVoteAt,
    uses=(THE_BODY,),
)
def recall_vote(matter: Matter, form: RecallVote, judgement: Judgement, scene: Scene) -> Outcome:
    """The recall is carried where enough voted and enough of them were for it; else the member stays."""
    part_of(form.voted, form.whole)
    part_of(form.in_favour, form.voted)
    assert matter.state is not None, "a recall concerns somebody who serves"
    if stopped(judgement):
        return to(SERVING, due=matter.state.due)
    return vacated(matter, scene)
