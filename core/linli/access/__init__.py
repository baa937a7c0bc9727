"""社区工作准入: a department asks to place work on communities; rules judge it, people decide it, residents read it.

What a place plugin needs to write rules of this procedure is exported here.
"""

from linli.access.refusal import Admission, BurdenNote, Refusal
from linli.access.request import (
    AccessRequest,
    Duty,
    Kind,
    Landing,
    Manner,
    Nature,
    Share,
    StationFunction,
    Theme,
)
from linli.access.review import Verification
from linli.access.vocabulary import (
    ADMINISTRATIVE_SHARE_PERCENT,
    ADMISSION_OF,
    AT_DECISION,
    AT_SUBMISSION,
    EMERGENCY_DAYS,
    EMERGENCY_REVIEW_DAYS,
    GUIDE,
    LANDING,
    LISTED_ITEM,
    MANAGER,
    MINIMUM_COUNT,
    NOTICE_WORKING_DAYS,
    OBJECTION_DAYS,
    PLATE_LIMIT,
    REVIEW_WORKING_DAYS,
    STATION_OF,
    TERM_MONTHS,
    WORKING_DAYS_AHEAD,
    ListedItem,
)

__all__ = [
    "ADMINISTRATIVE_SHARE_PERCENT",
    "ADMISSION_OF",
    "AT_DECISION",
    "AT_SUBMISSION",
    "EMERGENCY_DAYS",
    "EMERGENCY_REVIEW_DAYS",
    "GUIDE",
    "LANDING",
    "LISTED_ITEM",
    "MANAGER",
    "MINIMUM_COUNT",
    "NOTICE_WORKING_DAYS",
    "OBJECTION_DAYS",
    "PLATE_LIMIT",
    "REVIEW_WORKING_DAYS",
    "STATION_OF",
    "TERM_MONTHS",
    "WORKING_DAYS_AHEAD",
    "AccessRequest",
    "Admission",
    "BurdenNote",
    "Duty",
    "Kind",
    "Landing",
    "ListedItem",
    "Manner",
    "Nature",
    "Refusal",
    "Share",
    "StationFunction",
    "Theme",
    "Verification",
]
