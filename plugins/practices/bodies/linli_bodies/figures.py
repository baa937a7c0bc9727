"""The figures that places give values to, and the terms that rules set, in the affairs of bodies."""

from __future__ import annotations

from fractions import Fraction

from linli.parameters import Bound, Parameter
from linli.terms import Combine, Term
from linli_bodies.balloting import LIST_UNTIL_ID, PROXIES_UNTIL_ID, RESULT_UNTIL_ID

# Figures of elections. A place may lower a ceiling or raise a floor, never the other way.
RESIDENCE_MONTHS: Parameter[int] = Parameter(
    "registration.residence_months", "登记选民要求的居住月数", int, Bound.CEILING, "个月"
)
WORKER_MONTHS: Parameter[int] = Parameter(
    "registration.worker_months", "户籍不在本社区的社区工作者参选要求的工作月数", int, Bound.CEILING, "个月"
)
LIST_DAYS: Parameter[int] = Parameter(
    "election.list_days", "选民名单在选举日前公布的天数", int, Bound.FLOOR, "天"
)
CHALLENGE_DAYS: Parameter[int] = Parameter(
    "election.challenge_days", "对名单提出异议的期限", int, Bound.FLOOR, "天"
)
RULING_DAYS: Parameter[int] = Parameter("election.ruling_days", "处理异议的期限", int, Bound.CEILING, "天")
NOMINATORS: Parameter[int] = Parameter("election.nominators", "联名提名的选民", int, Bound.CEILING, "名")
PROXIES_MOST: Parameter[int] = Parameter(
    "election.proxies_most", "每人最多接受委托", int, Bound.CEILING, "人"
)
RESULT_DAYS: Parameter[int] = Parameter(
    "election.result_days",
    "候选人和当选人名单公布多少天",
    int,
    Bound.CEILING,
    "天",
    "示例：法律没有写明撤下的日子",
)
TERM_YEARS: Parameter[int] = Parameter("election.term_years", "每届任期", int, Bound.FIXED, "年")
HANDOVER_DAYS: Parameter[int] = Parameter("election.handover_days", "工作移交", int, Bound.CEILING, "天")
GROUP_SIZE: Parameter[int] = Parameter(
    "grouping.size", "一个居民小组最多多少人", int, Bound.CEILING, "人", "示例"
)
COMMITTEE_LEAST: Parameter[int] = Parameter("body.committee_least", "居委会最少人数", int, Bound.FLOOR, "人")
COMMITTEE_MOST: Parameter[int] = Parameter("body.committee_most", "居委会最多人数", int, Bound.CEILING, "人")
RECALL_SHARE: Parameter[Fraction] = Parameter(
    "seat.recall_share", "联名要求罢免的居民（户代表）占比", Fraction, Bound.CEILING
)
RECALL_REPRESENTATIVES: Parameter[Fraction] = Parameter(
    "seat.recall_representatives", "联名要求罢免的居民代表占比", Fraction, Bound.CEILING
)

CARRIES: Term[tuple[str, ...]] = Term("seat.carries", "随之由同一人担任负责人的组织", tuple, Combine.UNION)
"""Bodies whose head's seat goes with a seat: when the one changes hands, the other does."""

# What rules settle about an election.
LIST_UNTIL: Term[str] = Term(LIST_UNTIL_ID, "选民名单公布到", str, Combine.SMALLEST)
PROXIES_UNTIL: Term[str] = Term(PROXIES_UNTIL_ID, "委托名单公布到", str, Combine.SMALLEST)
RESULT_UNTIL: Term[str] = Term(RESULT_UNTIL_ID, "名单公布到", str, Combine.SMALLEST)
ELECTED_LEAST: Term[int] = Term("election.elected_least", "当选至少得票", int, Combine.LARGEST, "票")
