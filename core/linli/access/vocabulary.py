"""The parameters, terms and asked facts of access that places give values to and write rules with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec
from msgspec import Struct

from linli.access.refusal import Admission
from linli.access.request import AccessRequest, Duty, Landing, Nature
from linli.calendar import WorkingCalendar, working_days_left
from linli.parameters import Bound, Parameter
from linli.rules import Asked, Derived, EntryFact
from linli.terms import Combine, Term

# The moments at which rules of access judge. Rules on the substance judge the decision (and once more, with the
# rulebook of each community, when the work is opened there, and when it is renewed); rules on form judge submission.
AT_SUBMISSION = ("access.submit",)
AT_DECISION = ("access.admit", "access.open", "access.renew")

NOTICE_WORKING_DAYS: Parameter[int] = Parameter(
    "access.notice_working_days", "提前申请", int, Bound.FLOOR, "个工作日"
)
REVIEW_WORKING_DAYS: Parameter[int] = Parameter(
    "access.review_working_days", "审核时限", int, Bound.CEILING, "个工作日"
)
OBJECTION_DAYS: Parameter[int] = Parameter(
    "access.objection_days", "复议答复时限", int, Bound.CEILING, "个工作日"
)
TERM_MONTHS: Parameter[int] = Parameter(
    "access.term_months", "一次准入的最长期限", int, Bound.CEILING, "个月"
)
PLATE_LIMIT: Parameter[int] = Parameter("access.plate_limit", "一个社区最多挂牌", int, Bound.CEILING, "块")
EMERGENCY_DAYS: Parameter[int] = Parameter(
    "access.emergency_days", "应急先行的最长期限", int, Bound.CEILING, "天"
)
EMERGENCY_REVIEW_DAYS: Parameter[int] = Parameter(
    "access.emergency_review_days", "应急事项补办审核的时限", int, Bound.CEILING, "个工作日"
)
ADMINISTRATIVE_SHARE_PERCENT: Parameter[int] = Parameter(
    "access.administrative_share_percent", "行政事务占比警戒线", int, Bound.CEILING, "%"
)
MINIMUM_COUNT: Parameter[int] = Parameter(
    "burden.minimum_count", "汇总公布的最小件数", int, Bound.FLOOR, "件"
)

_WHO = {"street": "街道办事处", "department": "申请部门"}
LANDING: Term[str] = Term(
    "access.landing", "落到哪里", str, Combine.EXACTLY_ONE, words={each.value: each.title for each in Landing}
)
MANAGER: Term[str] = Term("access.manager", "由谁管理", str, Combine.EXACTLY_ONE, words=_WHO)
GUIDE: Term[str] = Term("access.guide", "由谁指导", str, Combine.EXACTLY_ONE, words=_WHO)
# An action of another procedure, ``<procedure>.<action>``, whose form is `HandedDown`: residents decide on the money.
OPENS: Term[str] = Term("access.opens", "随准入一并开始的程序", str, Combine.EXACTLY_ONE)


class ListedItem(Struct, frozen=True):
    """An item on a place's list of work: its label, and the department that it belongs to by law, if any."""

    code: str
    title: str
    duty: Duty
    nature: Nature | None = None
    owner: str = ""


def _listed(entries: Sequence[EntryFact]) -> ListedItem | None:
    if not entries or not entries[0].version:
        return None
    return msgspec.convert(entries[0].values, ListedItem, str_keys=True)


def _stations(entries: Sequence[EntryFact]) -> tuple[str, ...]:
    """The station code of each community asked for, empty where none serves it."""
    return tuple(str(entry.values.get("code", "")) for entry in entries)


def _admission(entries: Sequence[EntryFact]) -> Admission | None:
    if not entries or not entries[0].version:
        return None
    return msgspec.convert(entries[0].values, Admission, str_keys=True)


LISTED_ITEM: Asked[ListedItem | None] = Asked(
    "access.listed_item",
    "清单上的事项",
    "work_items",
    keys=lambda request: (request.item,) if request.item else (),
    value=_listed,
    public=True,
)

ADMISSION_OF: Asked[Admission | None] = Asked(
    "access.admission_of",
    "对方出示的准入",
    "access.admissions",
    keys=lambda refusal: (refusal.admission,) if refusal.admission else (),
    value=_admission,
    public=True,
)

STATION_OF: Asked[tuple[str, ...]] = Asked(
    "access.station_of",
    "服务各社区的服务站",
    "stations.serves",
    keys=lambda request: _codes(request),
    value=_stations,
    public=True,
)


def _working_days_ahead(
    request: AccessRequest, happened: date, decided: date, calendar: WorkingCalendar
) -> int:
    """Working days after the application, up to the day on which the work starts; 0 where no start is given."""
    if request.starts is None or request.starts <= happened:
        return 0
    return working_days_left(happened, request.starts, calendar)


WORKING_DAYS_AHEAD: Derived[int] = Derived(
    "access.working_days_ahead", "申请到开始之间的工作日", _working_days_ahead, unit="个工作日"
)


def _codes(request: AccessRequest) -> tuple[str, ...]:
    return request.community_codes
