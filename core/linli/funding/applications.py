"""From the application to the award: received, examined, numbered, scored by several, set in order."""

from __future__ import annotations

from typing import Any

import msgspec

from linli.access.posts import COMMITTEE, STREET
from linli.calendar import Period, Unit, due
from linli.errors import BadInput
from linli.forms import plain
from linli.funding.announcement import Criterion
from linli.funding.posts import AWARDER, EXPERT, FUNDER, OPERATOR, ORGANIZATION
from linli.funding.procedure import (
    CONTRACTING,
    LOST,
    NO_INTEREST,
    NOTICE,
    REFUSED,
    RETURNED,
    SCORED,
    SCORING,
    SUBMITTED,
    committed,
    grant,
)
from linli.funding.registers import CANDIDATES
from linli.funding.request import Candidacy, GrantRequest
from linli.funding.review import AwardDecision, Bonus, Discussion, Missing, Numbering, Recusal, ScoreSheet
from linli.funding.scoring import by_criterion, check_sheet, score
from linli.funding.vocabulary import (
    AWARD_FEN,
    BONUS_MOST,
    CONCURRENT_PROJECTS,
    FUNDED_BY,
    KIND,
    MONEY_FROM,
    NOTICE_WORKING_DAYS,
    REVIEWERS,
    RUBRIC,
    TRIMMED,
    TRIMMED_MEAN,
    Ranked,
    candidate_key,
)
from linli.ledger import PIECES, Draw, Posting
from linli.matters import Matter
from linli.procedures import EntryChange, Nothing, Outcome, Scene, to
from linli.rulebook import Judgement
from linli.steps import DueBy, Publication

# Whoever applied has no part in examining, scoring or deciding.
APPLIED = ("apply", "complete")


def request_of(matter: Matter) -> GrantRequest:
    """The application of an open grant."""
    request = matter.facts("request", GrantRequest)
    assert request is not None, "a grant begins with an application"
    return request


def agreed(matter: Matter, term: Any, otherwise: Any = None) -> Any:
    """What the call bound this application to."""
    judgement = matter.judgement("grant.apply")
    return otherwise if judgement is None else judgement.term(term, otherwise)


def rubric_of(matter: Matter) -> dict[str, int]:
    """The most points of each criterion, by its id, as the call published them."""
    ids = {criterion.title: criterion.value for criterion in Criterion}
    pairs = (part.rsplit(" ", 1) for part in str(agreed(matter, RUBRIC, "")).split("，"))
    return {ids[title]: int(points) for title, points in pairs}


def forms_given(matter: Matter, slot: str, form: type) -> list[Any]:
    """Every form that was given under a slot, corrections applied, in the order of the steps."""
    given: dict[int, dict[str, Any]] = {}
    for step in matter.steps:
        if step.slot == slot:
            given[step.corrects or step.number] = step.facts
    return [msgspec.convert(facts, form, str_keys=True) for facts in given.values()]


def _checked(request: GrantRequest) -> None:
    names = [each.name for each in request.budget]
    if not names or len(set(names)) != len(names):
        raise BadInput("预算是空的，或者同一支出项目写了两次", where="budget", cure="每个支出项目写一行")


def _received(judgement: Judgement) -> Outcome:
    if judgement.refused:
        return to(REFUSED)
    if not judgement.incomplete and judgement.term(MONEY_FROM) is None:
        raise BadInput(
            "这里没有启用公益创投的规则", where="call", cure="在本地配置里启用带有 funding_rules 的插件"
        )
    return to(RETURNED if judgement.incomplete else SUBMITTED)


def _applied(matter: Matter, form: GrantRequest) -> Candidacy:
    return Candidacy(request=form, place=matter.place)


@grant.action(
    "apply",
    title="申报项目",
    by=(ORGANIZATION, COMMITTEE),
    form=GrantRequest,
    slot="request",
    judged=True,
    facts=_applied,
    reads=Candidacy,
)
def apply(matter: Matter, form: GrantRequest, judgement: Judgement, scene: Scene) -> Outcome:
    """An organisation applies to a call, for a project at a place."""
    _checked(form)
    return _received(judgement)


@grant.action(
    "complete",
    title="补正后申报",
    by=(ORGANIZATION, COMMITTEE),
    at=RETURNED,
    form=GrantRequest,
    slot="request",
    judged=True,
    judged_as="apply",
    facts=_applied,
    reads=Candidacy,
)
def complete(matter: Matter, form: GrantRequest, judgement: Judgement, scene: Scene) -> Outcome:
    """What was returned comes back complete."""
    _checked(form)
    return _received(judgement)


@grant.action(
    "return",
    title="退回补正",
    by=(OPERATOR, FUNDER),
    at=SUBMITTED,
    form=Missing,
    slot="return",
    apart_from=APPLIED,
)
def give_back(matter: Matter, form: Missing, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Whoever examines asks for what is missing."""
    return to(RETURNED)


def _examined(matter: Matter, form: Any) -> Candidacy:
    """The application with what is known of it; the number comes from the form, or from the day it was given."""
    state = matter.state
    assert state is not None
    numbering = state.facts.get("numbering", {})
    return Candidacy(
        request=request_of(matter),
        place=matter.place,
        funder=str(agreed(matter, FUNDED_BY, "")),
        number=getattr(form, "number", 0) or int(numbering.get("number", 0)),
        discussed=state.did("discuss") is not None,
        projects=getattr(form, "projects", 0),
        left_out=tuple(each.number for each in getattr(form, "left_out", ())),
        poll=getattr(form, "poll", ""),
    )


@grant.action(
    "qualify",
    title="资格审查通过，编号受理",
    by=(OPERATOR, FUNDER),
    at=SUBMITTED,
    form=Numbering,
    slot="numbering",
    judged=True,
    facts=_examined,
    reads=Candidacy,
    decides="apply",
    apart_from=APPLIED,
)
def qualify(matter: Matter, form: Numbering, judgement: Judgement, scene: Scene) -> Outcome:
    """Who meets the conditions gets a number; who does not is refused by the rules and gets none."""
    if judgement.refused:
        return to(REFUSED)
    if judgement.incomplete:
        heard = judgement.adverse()[0]
        raise BadInput(heard.reason, where="number", cure=heard.cure)
    request = request_of(matter)
    ranked = Ranked(
        grant=matter.id,
        number=form.number,
        asked_fen=request.asked_fen,
        code=request.code,
        kind=judgement.term(KIND, ""),
    )
    entry = EntryChange(CANDIDATES, candidate_key(request.call, form.number), plain(ranked))
    return to(SCORING, entries=entry)


@grant.action(
    "discuss",
    title="登记居民议事结果",
    by=(COMMITTEE, STREET),
    at=(SUBMITTED, SCORING, SCORED),
    form=Discussion,
    slot="discussion",
)
def discuss(matter: Matter, form: Discussion, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Residents discussed the project before its budget is approved."""
    assert matter.stage is not None
    if form.held > scene.happened:
        raise BadInput("议事日期不能在今天之后", where="held")
    return to(matter.stage)


@grant.action(
    "recuse",
    title="回避",
    by=EXPERT,
    at=SCORING,
    form=Recusal,
    slot="recusal",
    apart_from=("score",),
    publication=Publication.ON_REQUEST,
    basis="涉及评审专家的个人关系",
)
def recuse(matter: Matter, form: Recusal, judgement: Judgement | None, scene: Scene) -> Outcome:
    """A reviewer with an interest declares it and keeps away from this project."""
    return to(SCORING)


@grant.action(
    "score",
    title="打分",
    by=EXPERT,
    at=SCORING,
    form=ScoreSheet,
    slot="score",
    apart_from=(*APPLIED, "qualify", "recuse", "score"),
)
def give_score(matter: Matter, form: ScoreSheet, judgement: Judgement | None, scene: Scene) -> Outcome:
    """One reviewer scores, once, after declaring to have no interest."""
    if not form.no_interest:
        raise BadInput(
            "与项目有利益关系的，不能打分", where="no_interest", cure="改为办理“回避”", basis=NO_INTEREST
        )
    if len({each.criterion for each in form.points}) != len(form.points):
        raise BadInput("同一项标准打了两次分", where="points", cure="每项标准打一次分")
    check_sheet(form.by_criterion(), rubric_of(matter))
    return to(SCORING)


@grant.action("bonus", title="加分", by=FUNDER, at=SCORING, form=Bonus, slot="bonus", apart_from=APPLIED)
def add_bonus(matter: Matter, form: Bonus, judgement: Judgement | None, scene: Scene) -> Outcome:
    """Points on top, within what the call allows; given again, the last one counts."""
    most = int(agreed(matter, BONUS_MOST, 0))
    if form.points > most:
        raise BadInput(f"加了 {form.points} 分，征集公告最多加 {most} 分", where="points")
    return to(SCORING)


@grant.action(
    "conclude",
    title="汇总评审",
    by=(OPERATOR, FUNDER),
    at=SCORING,
    form=Nothing,
    slot="conclusion",
    apart_from=(*APPLIED, "score"),
)
def conclude(matter: Matter, form: Nothing, judgement: Judgement | None, scene: Scene) -> Outcome:
    """The score of the project is worked out of all sheets and goes into the list of the call."""
    assert matter.state is not None
    rubric = rubric_of(matter)
    sheets = [sheet.by_criterion() for sheet in forms_given(matter, "score", ScoreSheet)]
    least = int(agreed(matter, REVIEWERS, 1))
    if len(sheets) < least:
        raise BadInput(
            f"至少要有 {least} 位专家打分，现在有 {len(sheets)} 位", where="score", cure="请其余专家打分"
        )
    total = score(sheets, rubric, trimmed=agreed(matter, TRIMMED) == TRIMMED_MEAN)
    total += int(matter.state.facts.get("bonus", {}).get("points", 0))
    request, number = request_of(matter), int(matter.state.facts["numbering"]["number"])
    examined = matter.judgement("grant.qualify")
    ranked = Ranked(
        grant=matter.id,
        number=number,
        asked_fen=request.asked_fen,
        code=request.code,
        score=str(total),
        means={name: str(mean) for name, mean in by_criterion(sheets, rubric).items()},
        kind=examined.term(KIND, "") if examined else "",
    )
    entry = EntryChange(CANDIDATES, candidate_key(request.call, number), plain(ranked))
    return to(SCORED, entries=entry)


@grant.action(
    "award",
    title="确定是否入选",
    by=AWARDER,
    at=SCORED,
    form=AwardDecision,
    slot="award",
    judged=True,
    facts=_examined,
    reads=Candidacy,
    apart_from=(*APPLIED, "qualify", "score", "conclude"),
)
def give_award(matter: Matter, form: AwardDecision, judgement: Judgement, scene: Scene) -> Outcome:
    """Those who decide award what follows from the scores; the money moves from the call to the project at once."""
    if judgement.refused or judgement.incomplete:
        heard = judgement.adverse()[0]
        raise BadInput(heard.reason, where="projects", cure=heard.cure)
    amount = int(judgement.term(AWARD_FEN, 0))
    if not amount:
        return to(LOST)
    request = request_of(matter)
    days = int(scene.rulebook.value(NOTICE_WORKING_DAYS, scene.happened, 5))
    shown = due(scene.happened, Period(days, Unit.WORKING_DAYS), scene.calendar)
    limit = int(scene.rulebook.value(CONCURRENT_PROJECTS, scene.happened, 1))
    return to(
        NOTICE,
        due=DueBy("notice", shown.day, "", "公示期满", shown.provisional, CONTRACTING.id, shown.basis),
        postings=Posting(agreed(matter, MONEY_FROM), committed(matter.id), amount, purpose=request.title),
        draws=Draw(f"projects/{request.code}", limit, 1, PIECES),
    )
