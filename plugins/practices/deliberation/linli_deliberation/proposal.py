"""重大事项提案: signed by several or made by the party organisation, taken up, sent on, closed by evidence."""

from __future__ import annotations

from linli.access.posts import COMMITTEE, STREET
from linli.calendar import Period, Unit, due
from linli.errors import BadInput
from linli.funding.posts import SUPERVISION
from linli.matters import Matter, State
from linli.posts import RESIDENT
from linli.procedures import Nothing, Notice, Once, Outcome, Procedure, Scene, Stage, to
from linli.rulebook import Judgement
from linli.steps import DueBy
from linli_bodies.posts import PARTY_ORG, REPRESENTATIVE
from linli_deliberation.citing import stop, with_article
from linli_deliberation.meeting import KEEPERS, PRIVATE
from linli_deliberation.papers import (
    Acceptance,
    Completion,
    Declined,
    Forwarding,
    Origin,
    Paper,
    Reply,
    Signers,
    Signing,
    Submission,
    Supervision,
)
from linli_deliberation.people import Seen, once_each, publication_of_one, seen
from linli_deliberation.vocabulary import (
    FORWARD_WORKING_DAYS,
    PROPOSAL_KIND,
    PROPOSAL_MONTHS,
    SIGNERS,
    SIGNERS_NEEDED,
)
from linli_deliberation.wording import proposal_lead, proposal_name

GATHERING = Stage("gathering", "征集联名")
SUBMITTED = Stage("submitted", "提案，待受理", waits_for=(COMMITTEE.id,))
SUGGESTED = Stage("suggested", "建议，待受理", waits_for=(COMMITTEE.id,))
ACCEPTED = Stage("accepted", "办理中", waits_for=(COMMITTEE.id,))
FORWARDED = Stage("forwarded", "已转办，待答复", waits_for=(COMMITTEE.id,))
DISPUTED = Stage("disputed", "监督不认可，继续办理", waits_for=(COMMITTEE.id,))
DONE = Stage("done", "已落实")
DECLINED = Stage("declined", "不受理", final=True)

OPEN = (ACCEPTED, FORWARDED, DISPUTED)
SUGGESTION = "suggestion"
SIGNED_ALREADY = "您已经联名，一人一次"
DEFAULT_MONTHS, DEFAULT_FORWARD_DAYS = 3, 15
"""Examples, where no text of a place says until when a proposal is carried out or answered."""

proposal = Procedure(
    "proposal",
    title="重大事项提案",
    stages=(GATHERING, SUBMITTED, SUGGESTED, ACCEPTED, FORWARDED, DISPUTED, DONE, DECLINED),
    lead=proposal_lead,
    name=proposal_name,
    describe="居民联名或社区党组织提出的提案和建议：受理、转办、办结凭据和监督。",
    applicants=(RESIDENT, PARTY_ORG),
    deciders=(STREET,),
)


def signed_by(matter: Matter) -> Seen:
    """Everybody who has signed a paper so far, each once; whoever enters it from paper is no signer."""
    people: list[tuple[str, str]] = []
    for step in matter.steps:
        if step.action in ("raise", "sign"):
            people.append((step.actor.person, ""))
        if step.slot in ("paper", "signers"):
            people.extend((str(each["who"]), "") for each in step.facts.get("signers", ()))
    return seen(people, by_household=False)


def paper_of(matter: Matter) -> Paper:
    """The paper of a matter."""
    paper = matter.facts("paper", Paper)
    assert paper is not None, "a proposal begins with a paper"
    return paper


def origin_of(matter: Matter) -> Origin:
    """Where a paper came from."""
    return Origin.PARTY if matter.steps[0].action == "raise_by_party" else Origin.RESIDENTS


def kind_of_paper(state: State) -> str:
    """``proposal`` or ``suggestion``, empty where it was not settled yet."""
    judged = state.judgements.get("proposal.submit")
    return str(judged.term(PROPOSAL_KIND, "")) if judged else ""


def _people(signers: tuple[object, ...]) -> list[tuple[str, str]]:
    return [(str(getattr(each, "who", "")), "") for each in signers]


def _raised(matter: Matter, form: Paper) -> Submission:
    return Submission(
        paper=form,
        place=matter.place,
        origin=Origin.RESIDENTS,
        signed=1 + seen(_people(form.signers), by_household=False).count,
        named=tuple(each.who for each in form.signers),
    )


def _raised_on_paper(matter: Matter, form: Paper) -> Submission:
    signed = seen(_people(form.signers), by_household=False).count
    named = tuple(each.who for each in form.signers)
    return Submission(paper=form, place=matter.place, origin=Origin.RESIDENTS, signed=signed, named=named)


def _raised_by_party(matter: Matter, form: Paper) -> Submission:
    return Submission(paper=form, place=matter.place, origin=Origin.PARTY, signed=0)


def _one_more(matter: Matter, form: Signing) -> Submission:
    return Submission(
        paper=paper_of(matter),
        place=matter.place,
        origin=origin_of(matter),
        signed=signed_by(matter).count + 1,
    )


def _more(matter: Matter, form: Signers) -> Submission:
    before = signed_by(matter)
    return Submission(
        paper=paper_of(matter),
        place=matter.place,
        origin=origin_of(matter),
        signed=before.count + len(before.newcomers(_people(form.signers))),
        named=tuple(each.who for each in form.signers),
    )


def _as_it_stands(matter: Matter, form: Nothing) -> Submission:
    signed = signed_by(matter).count
    return Submission(paper=paper_of(matter), place=matter.place, origin=origin_of(matter), signed=signed)


def _claims(judgement: Judgement, scene: Scene, people: list[tuple[str, str]]) -> tuple[Once, ...]:
    said = with_article(SIGNED_ALREADY, judgement, SIGNERS_NEEDED, scene)
    return once_each(scene.matter_id, "sign", people, said)


def _gathers(judgement: Judgement, scene: Scene) -> None:
    if judgement.refused:
        stop(judgement, scene, "signers")


@proposal.action(
    "raise",
    title="提出",
    by=(RESIDENT, REPRESENTATIVE),
    form=Paper,
    slot="paper",
    judged=True,
    judged_as="submit",
    facts=_raised,
    reads=Submission,
)
def raise_paper(matter: Matter, form: Paper, judgement: Judgement, scene: Scene) -> Outcome:
    """A resident makes a proposal and signs first; others may sign it."""
    _gathers(judgement, scene)
    if form.signers:
        raise BadInput("网上提案由联名人各自联名", where="signers", cure="提交以后请其他人联名")
    return to(GATHERING, claims=_claims(judgement, scene, [(scene.actor.person, "")]))


@proposal.action(
    "raise_on_paper",
    title="登记纸质提案",
    by=KEEPERS,
    form=Paper,
    slot="paper",
    judged=True,
    judged_as="submit",
    facts=_raised_on_paper,
    reads=Submission,
)
def raise_on_paper(matter: Matter, form: Paper, judgement: Judgement, scene: Scene) -> Outcome:
    """A paper with its signers is entered; somebody who stands on it twice is refused."""
    _gathers(judgement, scene)
    named = [each.who for each in form.signers]
    if not named:
        raise BadInput("没有登记联名人", where="signers", cure="逐人登记纸质提案上的签名")
    if len(set(named)) != len(named):
        said = with_article("同一个人签了两次，一人一次", judgement, SIGNERS_NEEDED, scene)
        raise BadInput(said, where="signers", cure="去掉重复的一行")
    return to(GATHERING, claims=_claims(judgement, scene, seen_pairs(form)))


def seen_pairs(form: Paper | Signers) -> list[tuple[str, str]]:
    """The signers of a form as persons (without households)."""
    return Seen().newcomers(_people(form.signers))


@proposal.action(
    "raise_by_party",
    title="党组织提案",
    by=PARTY_ORG,
    form=Paper,
    slot="paper",
    judged=True,
    judged_as="submit",
    facts=_raised_by_party,
    reads=Submission,
)
def raise_by_party(matter: Matter, form: Paper, judgement: Judgement, scene: Scene) -> Outcome:
    """The party organisation has a right of its own to propose, where a rule of the place says so."""
    if judgement.refused or judgement.incomplete:
        stop(judgement, scene, "title")
    return to(SUBMITTED)


@proposal.action(
    "sign",
    title="联名",
    by=(RESIDENT, REPRESENTATIVE),
    at=GATHERING,
    form=Signing,
    slot="signing",
    judged=True,
    judged_as="submit",
    facts=_one_more,
    reads=Submission,
)
def sign(matter: Matter, form: Signing, judgement: Judgement, scene: Scene) -> Outcome:
    """One more signs, once."""
    _gathers(judgement, scene)
    count, least = int(judgement.term(SIGNERS, 0)), int(judgement.term(SIGNERS_NEEDED, 0))
    publication, basis = publication_of_one(count, least, PRIVATE)
    claims = _claims(judgement, scene, [(scene.actor.person, "")])
    return to(GATHERING, claims=claims, publication=publication, basis=basis)


@proposal.action(
    "sign_on_paper",
    title="登记纸质联名",
    by=KEEPERS,
    at=GATHERING,
    form=Signers,
    slot="signers",
    judged=True,
    judged_as="submit",
    facts=_more,
    reads=Submission,
)
def sign_on_paper(matter: Matter, form: Signers, judgement: Judgement, scene: Scene) -> Outcome:
    """More signers from paper; who has signed already is not counted again."""
    _gathers(judgement, scene)
    new = signed_by(matter).newcomers(_people(form.signers))
    return to(GATHERING, claims=_claims(judgement, scene, new))


@proposal.action(
    "submit",
    title="提交",
    by=(RESIDENT, REPRESENTATIVE, *KEEPERS),
    at=GATHERING,
    form=Nothing,
    slot="submission",
    judged=True,
    facts=_as_it_stands,
    reads=Submission,
)
def submit(matter: Matter, form: Nothing, judgement: Judgement, scene: Scene) -> Outcome:
    """The paper is handed in as it stands: with enough signers a proposal, with fewer a suggestion."""
    if judgement.refused:
        stop(judgement, scene, "signers")
    kind = judgement.term(PROPOSAL_KIND)
    if kind is None:
        raise BadInput("这里没有规定多少人联名才是提案", where="signers", cure="启用带有提案规则的插件")
    stage = SUGGESTED if kind == SUGGESTION else SUBMITTED
    return to(stage, notices=Notice(COMMITTEE.id, scene.place, f"收到一件{stage.title.partition('，')[0]}"))


@proposal.action(
    "accept", title="受理", by=KEEPERS, at=(SUBMITTED, SUGGESTED), form=Acceptance, slot="acceptance"
)
def accept(matter: Matter, form: Acceptance, judgement: Judgement | None, scene: Scene) -> Outcome:
    """It is taken up under a number that nothing else has, and has to be done within its period."""
    assert matter.stage is not None
    months = int(scene.rulebook.value(PROPOSAL_MONTHS, scene.happened, DEFAULT_MONTHS))
    reached = due(scene.happened, Period(months, Unit.MONTHS), scene.calendar)
    word = "建议" if matter.stage is SUGGESTED else "提案"
    owed = DueBy("done", reached.day, COMMITTEE.id, f"办结这件{word}", reached.provisional, "", reached.basis)
    key = f"{scene.place}/{scene.happened.year}/{form.number}"
    taken = Once(key, f"{scene.happened.year} 年第 {form.number} 号已经编给另一件", "用下一个编号")
    return to(ACCEPTED, due=owed, claims=taken)


@proposal.action(
    "decline", title="不受理", by=KEEPERS, at=(SUBMITTED, SUGGESTED), form=Declined, slot="decline"
)
def decline(matter: Matter, form: Declined, judgement: Judgement | None, scene: Scene) -> Outcome:
    """It is not taken up, with the reason and where it belongs; whoever made it may object."""
    return to(DECLINED)


@proposal.action("forward", title="转办", by=(*KEEPERS, STREET), at=OPEN, form=Forwarding, slot="forwarding")
def forward(matter: Matter, form: Forwarding, judgement: Judgement | None, scene: Scene) -> Outcome:
    """It needs a department outside, which is asked to answer by a day."""
    assert matter.state is not None
    days = int(scene.rulebook.value(FORWARD_WORKING_DAYS, scene.happened, DEFAULT_FORWARD_DAYS))
    reached = due(scene.happened, Period(days, Unit.WORKING_DAYS), scene.calendar)
    day, provisional, basis = reached.day, reached.provisional, reached.basis
    if form.reply_by is not None:
        if form.reply_by <= scene.happened:
            raise BadInput("要求答复的日期要在转办以后", where="reply_by")
        if not scene.calendar.knows(form.reply_by):
            raise BadInput(
                f"{form.reply_by.year} 年还没有官方的放假安排，定不了哪天到期（《民法典》第二百零三条）",
                where="reply_by",
                cure=f"空着按规定的期限，或填 {scene.calendar.last_year} 年以内的日期",
            )
        if form.reply_by > reached.day:
            raise BadInput(
                f"最迟应在 {reached.day} 前答复", where="reply_by", cure=f"填 {reached.day} 或更早的日期"
            )
        day, provisional, basis = form.reply_by, False, "转办时要求的日期"
    kept = tuple(each for each in matter.state.due if each.what != "reply")
    reply = DueBy("reply", day, COMMITTEE.id, f"取得{form.unit}的答复", provisional, "", basis)
    return to(FORWARDED, due=(*kept, reply))


@proposal.action("reply", title="登记答复", by=(*KEEPERS, STREET), at=FORWARDED, form=Reply, slot="reply")
def reply(matter: Matter, form: Reply, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The department has answered; the paper stays open until there is evidence that it was done."""
    assert matter.state is not None
    return to(ACCEPTED, due=tuple(each for each in matter.state.due if each.what != "reply"))


@proposal.action("complete", title="办结", by=KEEPERS, at=OPEN, form=Completion, slot="completion")
def complete(matter: Matter, form: Completion, judgement: Judgement | None, scene: Scene) -> Outcome:
    """It was done, with evidence that anyone can check; those who signed are told."""
    if not form.evidence.strip():
        raise BadInput("没有办结凭据，不算办结", where="evidence", cure="写明现场可以看到什么，或哪份文件")
    title = paper_of(matter).title
    return to(DONE, notices=Notice(RESIDENT.id, scene.place, f"联名提出的“{title}”已经落实：{form.said}"))


@proposal.action(
    "supervise",
    title="监督",
    by=(REPRESENTATIVE, SUPERVISION),
    at=(*OPEN, DONE),
    form=Supervision,
    slot="supervision",
    apart_from=("complete", "accept"),
)
def supervise(matter: Matter, form: Supervision, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The representatives say whether it was really done; where it was not, it is open again."""
    assert matter.state is not None and matter.stage is not None
    if form.satisfied or matter.stage is not DONE:
        return to(matter.stage, due=matter.state.due)
    months = int(scene.rulebook.value(PROPOSAL_MONTHS, scene.happened, DEFAULT_MONTHS))
    reached = due(scene.happened, Period(months, Unit.MONTHS), scene.calendar)
    owed = DueBy("done", reached.day, COMMITTEE.id, "重新办结", reached.provisional, "", reached.basis)
    return to(DISPUTED, due=owed)


def closed(state: State) -> bool:
    """Whether a paper is closed: done, with evidence. Evidence that was taken away opens it again."""
    return state.stage_id == DONE.id and bool(
        str(state.facts.get("completion", {}).get("evidence", "")).strip()
    )


def counted(state: State) -> bool:
    """Whether a paper counts among those that have to be closed: it was taken up."""
    return state.did("accept") is not None and state.stage_id not in ("void", "retracted")
