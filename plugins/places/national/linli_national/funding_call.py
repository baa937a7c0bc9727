"""What an announcement binds funder and applicants to, as rules.

They rest on nothing but the call itself, and so hold wherever there is one. The later steps of a project read the
terms that they set; the figures are examples at the loose end of each bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from linli.citations import NATION, Rank, Source
from linli.findings import Finding, Verdict, not_applicable, refuse, require, satisfied, set_term, set_terms
from linli.funding.announcement import Announcement, Theme
from linli.funding.awarding import Candidate, award, with_votes
from linli.funding.conduct import Evaluation
from linli.funding.request import Candidacy
from linli.funding.scoring import LEAST_FOR_TRIMMING, readable
from linli.funding.vocabulary import (
    ACT_DAY,
    AWARD_FEN,
    BAR_YEARS,
    BARRED_YEARS,
    BONUS_MOST,
    CANDIDATES_OF_CALL,
    CAP_FEN,
    CONCURRENT_PROJECTS,
    FINAL_SCORE,
    FUNDED_BY,
    GRADE,
    GRADE_POINTS,
    KIND,
    MEAN,
    MONEY_FROM,
    NOTICE_WORKING_DAYS,
    NUMBERED,
    PARTS,
    PLACE_AMONG,
    PREFERRED_KINDS,
    REGISTERED_MONTHS,
    REPORT_YEARS,
    REST_FEN,
    REVIEWERS,
    RUBRIC,
    SHARE_PERCENT,
    SHIFT_PERCENT,
    THE_CALL,
    THE_ORGANIZATION,
    THE_VOTE,
    TRANCHES,
    TRIMMED,
    TRIMMED_MEAN,
    WHY_NOT,
    Announced,
    Ranked,
)
from linli.money import yuan
from linli.resolutions import Tally
from linli.rules import Balance, Given, rule

BEGINNING = date(2009, 1, 1)
# The year of the first venture contests; no call is older.

AGREEMENT = Source(
    "funding-announcement",
    "征集公告和资助协议",
    Rank.AGREEMENT,
    since=BEGINNING,
    note="每次征集由资助方公布、申报单位接受的约定，全文附在各次征集的页面",
)

LIMITS = AGREEMENT.article("资助标准", gist="资助比例和单个项目的上限")
FORM = AGREEMENT.article("评审办法", gist="评分标准、计分方法、同分办法和分期比例在征集时公布")
PERIOD = AGREEMENT.article("申报时间", gist="只在公布的时间内受理")
ORDER = AGREEMENT.article("受理", gist="受理的项目从 1 起连续编号，全部参加评审")
AWARDING = AGREEMENT.article("入选办法", gist="按得分从高到低、在总预算内确定")
GRADES = AGREEMENT.article(
    "结项", gist="按得分评定等次；不合格的不拨末期款，并在若干年内不能向同一资助方申报"
)
CLOSE = AGREEMENT.article("结余", gist="没有用完的资金退回原来源")

CALL_ACCOUNT = Balance("call.left", "征集账户余额", account=lambda facts: facts.account, public=True)


@rule("call.publish", title="征集的标准不超过本地上限", cites=LIMITS, uses=(SHARE_PERCENT, CAP_FEN))
def call_stays_within_limits(call: Announcement, given: Given) -> Finding:
    """Cap and share of a call stay within what holds at its place; a cap above the whole budget means nothing."""
    if call.cap_fen > min(given[CAP_FEN], call.budget_fen):
        most = yuan(min(given[CAP_FEN], call.budget_fen))
        return refuse(f"单个项目上限 {yuan(call.cap_fen)} 超过了 {most}", f"把单个项目上限改为不超过 {most}")
    share = call.share_percent or 100
    if share > given[SHARE_PERCENT]:
        return refuse(
            f"资助比例 {share}% 超过本地上限 {given[SHARE_PERCENT]}%",
            f"把资助比例改为不超过 {given[SHARE_PERCENT]}%",
        )
    return satisfied()


@rule("call.publish", title="评审和拨付办法事先写全", cites=FORM)
def call_is_complete(call: Announcement, given: Given) -> Finding:
    """Rubric, reviewers, tie rule and split are said beforehand and fit each other."""
    if call.closes < call.opens:
        return refuse("申报截止早于申报开始", "改正申报日期")
    named = [weight.criterion for weight in call.rubric]
    if not named or len(set(named)) != len(named):
        return require("评分标准是空的，或者一项写了两次", "每项评审标准写一次，并写明满分")
    if set(call.ties) - set(named):
        return require("同分时比较的标准不在评分标准里", "从评分标准里选同分时依次比较的几项")
    if call.threshold > call.full_points + call.bonus_most:
        return refuse(f"入选最低分 {call.threshold} 高于满分 {call.full_points}", "调低入选最低分")
    if call.trimmed and call.reviewers < LEAST_FOR_TRIMMING:
        return require("去掉最高分和最低分，至少要有 3 位专家", "把专家人数改为 3 位以上")
    if call.parts and sum(part.percent for part in call.parts) != 100:
        return require("各期比例加起来不是 100%", "改正分期拨付的比例")
    return satisfied()


@rule(
    "call.close", title="没有用完的资金退回原来源", cites=CLOSE, uses=(CALL_ACCOUNT,), power=Verdict.SATISFIED
)
def rest_goes_back(facts: object, given: Given) -> Finding:
    """What is left in a call's account is known when it is closed."""
    left = given[CALL_ACCOUNT]
    return set_term(REST_FEN, left) if left else not_applicable("没有结余")


@rule(
    "grant.apply", title="在公布的时间内、按公布的类别申报", cites=PERIOD, uses=(THE_CALL, ACT_DAY, TRANCHES)
)
def call_is_open(facts: Candidacy, given: Given) -> Finding:
    """A call that is there and takes applications binds the applicant to its terms."""
    held, today = given[THE_CALL], given[ACT_DAY]
    if held is None:
        return refuse(f"没有编号为 {facts.request.call} 的征集", "填征集公告上的编号")
    if not held.opens <= today <= held.closes:
        return refuse(f"受理时间是 {held.opens} 到 {held.closes}", "请在下一次征集时申报")
    themes, usual = held.themes.split("/"), given[TRANCHES]
    if held.themes and facts.request.theme not in themes:
        titles = "、".join(Theme(theme).title for theme in themes)
        return refuse(f"本次征集不含“{facts.request.theme.title}”", f"本次征集的类别：{titles}")
    return set_terms(
        {
            FUNDED_BY: held.funder,
            MONEY_FROM: held.account,
            RUBRIC: held.rubric,
            REVIEWERS: held.reviewers,
            TRIMMED: TRIMMED_MEAN if held.trimmed else MEAN,
            BONUS_MOST: held.bonus_most,
            PARTS: held.parts or "/".join(usual),
        }
    )


@rule("grant.apply", title="申请的资助不超过公布的标准", cites=LIMITS, uses=(THE_CALL,))
def ask_stays_within_the_call(facts: Candidacy, given: Given) -> Finding:
    """The grant asked for stays within the cap and the share of the whole budget; compared without rounding."""
    call, request = given[THE_CALL], facts.request
    if call is None:
        return not_applicable()
    if request.asked_fen <= 0:
        return require("预算里没有申请资助的金额", "在预算各项里写明申请资助多少")
    if request.asked_fen > call.cap_fen:
        return refuse(
            f"申请 {yuan(request.asked_fen)}，超过单个项目上限 {yuan(call.cap_fen)}",
            f"减到 {yuan(call.cap_fen)} 以内",
        )
    if call.share_percent and request.asked_fen * 100 > call.share_percent * request.total_fen:
        return refuse(
            f"申请 {yuan(request.asked_fen)}，超过总预算 {yuan(request.total_fen)} 的 {call.share_percent}%",
            "增加自筹，或者减少申请的资助",
        )
    return satisfied()


@rule("grant.apply", title="写明目标、计划、主体、评价和服务对象", cites=FORM)
def project_is_described(facts: Candidacy, given: Given) -> Finding:
    """A project says what it wants, how, by whom, for whom, and how one will know whether it went well."""
    request = facts.request
    asked = {
        "目标": request.goal,
        "计划": request.plan,
        "主体": request.actors,
        "评价": request.evaluation,
        "服务对象": request.target_group,
    }
    missing = [title for title, said in asked.items() if not said.strip()]
    if missing:
        return require(f"没有写{'、'.join(missing)}，不能立项", f"补上{'、'.join(missing)}")
    return satisfied()


@rule("grant.qualify", title="受理的项目连续编号", cites=ORDER, uses=(NUMBERED,))
def numbers_leave_no_gap(facts: Candidacy, given: Given) -> Finding:
    """Numbers run from 1 without a gap and are given once, so that nobody can be forgotten at the award."""
    this, *before = given[NUMBERED]
    if this is not None:
        return require(f"{facts.number} 号已经给了另一个项目", f"换成下一个号，例如 {facts.number + 1}")
    if before and before[0] is None:
        return require(f"{facts.number - 1} 号还没有给出，编号不能跳过", f"先用 {facts.number - 1} 号")
    return satisfied()


@rule(
    "grant.qualify", title="记下组织的类别", cites=AWARDING, uses=(THE_ORGANIZATION,), power=Verdict.SATISFIED
)
def kind_is_noted(facts: Candidacy, given: Given) -> Finding:
    """The kind of the organisation, as its register has it, goes along to the award: it may decide between equals."""
    body = given[THE_ORGANIZATION]
    return set_term(KIND, body.kind) if body is not None and body.kind else not_applicable()


@rule(
    "grant.award",
    title="按得分次序在总预算内确定",
    cites=AWARDING,
    uses=(THE_CALL, CANDIDATES_OF_CALL, PREFERRED_KINDS, THE_VOTE),
    revision=3,
    changes=("preferred-kinds", "residents-vote"),
)
def awarded_by_score(facts: Candidacy, given: Given) -> Finding:
    """All candidates of the call are set in order, and the award of this one follows from its place and the budget.

    Where the call says that residents vote, the order is that of score and votes together, by the weights of the call;
    without the tally of the vote that was registered for it nothing is awarded.
    """
    held = given[THE_CALL]
    if held is None:
        return refuse("没有找到这次征集", "核对征集编号")
    *counted, beyond = given[CANDIDATES_OF_CALL]
    if beyond is not None:
        return require(f"本次征集受理了不止 {facts.projects} 个项目", "填最后一个受理号")
    numbers = [number for number in range(1, facts.projects + 1) if number not in facts.left_out]
    unscored = [
        number for number, each in zip(numbers, counted, strict=True) if each is None or not each.score
    ]
    if unscored:
        said = "、".join(map(str, unscored))
        return require(f"受理号 {said} 还没有评审结果", "等全部项目评审汇总后再确定，或写明不再参加的原因")
    candidates = [each.candidate() for each in counted if each is not None]
    if held.vote_percent:
        votes = _votes(facts, held, [each for each in counted if each is not None], given[THE_VOTE])
        if isinstance(votes, Finding):
            return votes
        candidates = with_votes(candidates, votes, held.vote_percent)
    placed = award(
        candidates,
        held.budget_fen,
        threshold=Fraction(held.threshold),
        ties=held.ties.split("/"),
        first=given[PREFERRED_KINDS],
        skip=held.skip,
    )
    mine = next((each for each in placed if each.candidate.number == facts.number), None)
    if mine is None:
        return refuse(f"受理号 {facts.number} 不在参加的项目里", "核对不再参加的受理号")
    return set_terms(
        {
            PLACE_AMONG: mine.place,
            FINAL_SCORE: readable(mine.candidate.score),
            AWARD_FEN: mine.award_fen,
            WHY_NOT: mine.why,
        },
        f"{len(placed)} 个项目里名列第 {mine.place}{_voted(mine.candidate, held)}",
    )


def _votes(
    facts: Candidacy, held: Announced, counted: Sequence[Ranked], tally: Tally | None
) -> dict[int, int] | Finding:
    """How many votes each candidate got, by number; or why that cannot be said yet."""
    if not held.poll:
        return require("征集公告写明居民投票，还没有登记是哪一次投票", "请资助方先登记居民投票")
    if facts.poll != held.poll:
        return require(f"这次征集登记的居民投票是 {held.poll}", f"居民投票一栏填 {held.poll}")
    if tally is None:
        return require(f"居民投票 {held.poll} 还没有计票结果，或者已经作废", "等开票以后再确定")
    votes = {each.number: tally.count_of(each.grant) for each in counted}
    missing = [str(number) for number, count in votes.items() if count is None]
    if missing:
        return require(f"受理号 {'、'.join(missing)} 不在居民投票的选项里", "投票的选项要包括全部参加的项目")
    return {number: count for number, count in votes.items() if count is not None}


def _voted(candidate: Candidate, held: Announced) -> str:
    if candidate.worth is None:
        return ""
    both = f"专家评审 {100 - held.vote_percent}%、居民投票 {held.vote_percent}%"
    return f"（{both}，合计 {readable(candidate.worth)} 分）"


@rule(
    "grant.evaluate",
    title="结项等次和后果",
    cites=GRADES,
    uses=(GRADE_POINTS, BAR_YEARS),
)
def grade_follows_from_points(facts: Evaluation, given: Given) -> Finding:
    """优, 良, 合格 or 不合格 by points; the last has consequences, with this funder only."""
    if not facts.no_interest:
        return refuse("与项目有利益关系的人作的评估不作数", "请没有利益关系的人评估")
    least_points = given[GRADE_POINTS]
    grades = zip(("优", "良", "合格"), map(int, least_points), strict=True)
    grade = next((title for title, least in grades if facts.points >= least), "不合格")
    failed = grade == "不合格"
    return set_terms({GRADE: grade, BARRED_YEARS: given[BAR_YEARS] if failed else 0})


FUNDING_CALL_RULES = (
    call_stays_within_limits,
    call_is_complete,
    rest_goes_back,
    call_is_open,
    ask_stays_within_the_call,
    project_is_described,
    numbers_leave_no_gap,
    kind_is_noted,
    awarded_by_score,
    grade_follows_from_points,
)

FUNDING_SETTINGS = (
    SHARE_PERCENT.at(NATION, 100, since=BEGINNING, example=True),
    CAP_FEN.at(NATION, 50_000_000, since=BEGINNING, example=True),
    NOTICE_WORKING_DAYS.at(NATION, 5, since=BEGINNING, example=True),
    REGISTERED_MONTHS.at(NATION, 12, since=BEGINNING, example=True),
    REPORT_YEARS.at(NATION, 2, since=BEGINNING, example=True),
    CONCURRENT_PROJECTS.at(NATION, 2, since=BEGINNING, example=True),
    TRANCHES.at(NATION, ("50", "30", "20"), since=BEGINNING, example=True),
    GRADE_POINTS.at(NATION, ("90", "75", "60"), since=BEGINNING, example=True),
    BAR_YEARS.at(NATION, 3, since=BEGINNING, example=True),
    SHIFT_PERCENT.at(NATION, 10, since=BEGINNING, example=True),
    PREFERRED_KINDS.at(NATION, (), since=BEGINNING, example=True),
)
