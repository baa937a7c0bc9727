"""The parameters, terms and asked facts of venture grants that places give values to and write rules with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import msgspec
from msgspec import Struct

from linli.calendar import WorkingCalendar
from linli.funding.announcement import Announcement
from linli.funding.awarding import Candidate
from linli.funding.registers import BARS, CALLS, CANDIDATES, Organization
from linli.funding.request import Candidacy
from linli.ledger import PIECES
from linli.parameters import Bound, Parameter
from linli.resolutions import Tally, asked_tally
from linli.rules import Asked, Balance, Derived, EntryFact
from linli.terms import Combine, Term

# Figures. No national text lays them down: each national value is an example, and says so.
SHARE_PERCENT: Parameter[int] = Parameter(
    "call.share_percent", "资助占项目总预算的上限", int, Bound.CEILING, "%", "示例：广州市2019年为 60%"
)
CAP_FEN: Parameter[int] = Parameter(
    "call.cap_fen", "单个项目资助上限", int, Bound.CEILING, "分", "示例：广州市2019年为 500,000 元"
)
NOTICE_WORKING_DAYS: Parameter[int] = Parameter(
    "grant.notice_working_days", "入选公示", int, Bound.FLOOR, "个工作日", "示例"
)
REGISTERED_MONTHS: Parameter[int] = Parameter(
    "grant.registered_months", "登记满多久才能申报", int, Bound.DEFAULT, "个月", "示例"
)
REPORT_YEARS: Parameter[int] = Parameter(
    "grant.report_years", "最近几个年度内要有合格的年报", int, Bound.DEFAULT, "年", "示例"
)
CONCURRENT_PROJECTS: Parameter[int] = Parameter(
    "grant.concurrent_projects", "一个组织同时实施的项目", int, Bound.CEILING, "个", "示例"
)
TRANCHES: Parameter[tuple[str, ...]] = Parameter(
    "grant.tranches", "分期拨付比例", tuple, Bound.DEFAULT, "%", "示例：50/30/20"
)
GRADE_POINTS: Parameter[tuple[str, ...]] = Parameter(
    "grant.grade_points", "优、良、合格的最低分", tuple, Bound.DEFAULT, "分数", "示例：90/75/60"
)
BAR_YEARS: Parameter[int] = Parameter(
    "grant.bar_years", "结项不合格后几年不能再向同一资助方申报", int, Bound.CEILING, "年", "示例"
)
SHIFT_PERCENT: Parameter[int] = Parameter(
    "grant.shift_percent", "不用批准的预算调整，累计占资助款", int, Bound.CEILING, "%", "示例"
)

PREFERRED_KINDS: Parameter[tuple[str, ...]] = Parameter(
    "grant.preferred_kinds", "得分相同时优先的组织类别", tuple, Bound.DEFAULT
)

# What rules settle about a project, read by its later steps and by its page.
FUNDED_BY: Term[str] = Term("grant.funded_by", "资助方", str, Combine.EXACTLY_ONE)
MONEY_FROM: Term[str] = Term("grant.money_from", "资金来源", str, Combine.EXACTLY_ONE)
RUBRIC: Term[str] = Term("grant.rubric", "评分标准", str, Combine.EXACTLY_ONE)
REVIEWERS: Term[int] = Term("grant.reviewers", "至少几位专家", int, Combine.LARGEST, "位")
TRIMMED: Term[str] = Term("grant.trimmed", "计分方法", str, Combine.EXACTLY_ONE)
BONUS_MOST: Term[int] = Term("grant.bonus_most", "加分最多", int, Combine.SMALLEST, "分")
PARTS: Term[str] = Term("grant.parts", "分期拨付（%）", str, Combine.EXACTLY_ONE)
KIND: Term[str] = Term("grant.kind", "组织类别", str, Combine.EXACTLY_ONE)
PLACE_AMONG: Term[int] = Term("grant.place_among", "名次", int, Combine.EXACTLY_ONE)
FINAL_SCORE: Term[str] = Term("grant.final_score", "得分", str, Combine.EXACTLY_ONE)
AWARD_FEN: Term[int] = Term("grant.award_fen", "资助金额", int, Combine.EXACTLY_ONE, "分")
WHY_NOT: Term[str] = Term("grant.why_not", "没有入选的原因", str, Combine.EXACTLY_ONE)
GRADE: Term[str] = Term("grant.grade", "结项等次", str, Combine.EXACTLY_ONE)
BARRED_YEARS: Term[int] = Term(
    "grant.barred_years", "几年内不能再向同一资助方申报", int, Combine.LARGEST, "年"
)
REST_FEN: Term[int] = Term("call.rest_fen", "没有用完的资金", int, Combine.EXACTLY_ONE, "分")

ALL_TERMS = (
    FUNDED_BY,
    MONEY_FROM,
    RUBRIC,
    REVIEWERS,
    TRIMMED,
    BONUS_MOST,
    PARTS,
    KIND,
    PLACE_AMONG,
    FINAL_SCORE,
    AWARD_FEN,
    WHY_NOT,
    GRADE,
    BARRED_YEARS,
    REST_FEN,
)

MEAN, TRIMMED_MEAN = "各位专家总分的平均", "去掉一个最高分和一个最低分后的平均"


class Announced(Struct, frozen=True, kw_only=True):
    """A call as the register keeps it, flat: what binds applicants, who funds, where the money lies; its vote, if any.

    ``themes`` and ``ties`` hold ids joined by ``/``, ``parts`` is such as ``50/30/20``, ``rubric`` as people read it.
    """

    funder: str
    place: str
    account: str
    opens: date
    closes: date
    budget_fen: int
    cap_fen: int
    share_percent: int
    threshold: int
    reviewers: int
    bonus_most: int
    micro: bool
    trimmed: bool
    skip: bool
    rubric: str
    themes: str = ""
    ties: str = ""
    parts: str = ""
    vote_percent: int = 0
    poll: str = ""


def announced(call: Announcement, funder: str, place: str, account: str) -> Announced:
    """What the register keeps of an announcement."""
    return Announced(
        funder=funder,
        place=place,
        account=account,
        opens=call.opens,
        closes=call.closes,
        budget_fen=call.budget_fen,
        cap_fen=call.cap_fen,
        share_percent=call.share_percent,
        threshold=call.threshold,
        reviewers=call.reviewers,
        bonus_most=call.bonus_most,
        micro=call.micro,
        trimmed=call.trimmed,
        skip=call.skip,
        rubric="，".join(f"{weight.criterion.title} {weight.points}" for weight in call.rubric),
        themes="/".join(call.themes),
        ties="/".join(call.ties),
        parts="/".join(str(part.percent) for part in call.parts),
        vote_percent=call.vote_percent,
    )


class Ranked(Struct, frozen=True, kw_only=True):
    """A numbered candidate as the register keeps it; ``score`` is a fraction as text, empty until it is known."""

    grant: str
    number: int
    asked_fen: int
    code: str
    score: str = ""
    means: dict[str, str] = {}
    kind: str = ""

    def candidate(self) -> Candidate:
        """The candidate for the award; raises ValueError where it has no score yet."""
        means = {name: Fraction(text) for name, text in self.means.items()}
        return Candidate(self.number, Fraction(self.score), self.asked_fen, self.code, means, self.kind)


class Bar(Struct, frozen=True):
    """That a funder takes no applications of an organisation until a day, inclusive, and after which project."""

    until: date
    grant: str


def _call(entries: Sequence[EntryFact]) -> Announced | None:
    found = [each for each in entries if each.version and each.values]
    return msgspec.convert(found[0].values, Announced, str_keys=True) if found else None


def _organizations(entries: Sequence[EntryFact]) -> Organization | None:
    found = [each for each in entries if each.version and each.values]
    return msgspec.convert(found[0].values, Organization, str_keys=True) if found else None


def _bar(entries: Sequence[EntryFact]) -> Bar | None:
    found = [each for each in entries if each.version and each.values]
    return msgspec.convert(found[0].values, Bar, str_keys=True) if found else None


def _ranked(entries: Sequence[EntryFact]) -> tuple[Ranked | None, ...]:
    return tuple(msgspec.convert(e.values, Ranked, str_keys=True) if e.values else None for e in entries)


def candidate_key(call: str, number: int) -> str:
    """The key of a numbered candidate."""
    return f"{call}/{number:06}"


def _all_candidates(facts: Candidacy) -> Sequence[str]:
    """The keys of all that the call numbered, and of one more, which must not be there."""
    numbers = (n for n in range(1, facts.projects + 2) if n not in facts.left_out)
    return [candidate_key(facts.request.call, number) for number in numbers]


def _beside(facts: Candidacy) -> Sequence[str]:
    """The key of the number given, and of the one before it."""
    return [candidate_key(facts.request.call, n) for n in (facts.number, facts.number - 1) if n > 0]


THE_CALL: Asked[Announced | None] = Asked(
    "grant.the_call", "征集公告", CALLS, lambda facts: (facts.request.call,), _call, public=True
)
THE_ORGANIZATION: Asked[Organization | None] = Asked(
    "grant.the_organization",
    "组织名册",
    "organizations",
    lambda facts: (facts.request.code,),
    _organizations,
    public=True,
)
THE_BAR: Asked[Bar | None] = Asked(
    "grant.the_bar", "不得申报的期限", BARS, lambda facts: (f"{facts.request.code}/{facts.funder}",), _bar
)
THE_VOTE: Asked[Tally | None] = asked_tally(
    "grant.the_vote", "居民投票的计票结果", lambda facts: str(facts.poll)
)
NUMBERED: Asked[tuple[Ranked | None, ...]] = Asked(
    "grant.numbered", "这个受理号和前一个受理号", CANDIDATES, _beside, _ranked
)
CANDIDATES_OF_CALL: Asked[tuple[Ranked | None, ...]] = Asked(
    "grant.candidates", "本次征集受理的全部项目", CANDIDATES, _all_candidates, _ranked
)
RUNNING_PROJECTS = Balance(
    "grant.running_projects",
    "正在实施的项目",
    account=lambda facts: f"used:projects/{facts.request.code}",
    unit="个",
    commodity=PIECES,
)


def _day(facts: object, happened: date, decided: date, calendar: WorkingCalendar) -> date:
    return happened


ACT_DAY: Derived[date] = Derived("grant.act_day", "办理这一步的日期", _day)
