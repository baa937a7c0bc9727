"""公益创投: calls for projects, applications, review, award, tranches, evaluation and closing, on one ledger.

What a place plugin needs to write rules of these procedures is exported here.
"""

from linli.funding.announcement import Announcement, Criterion, Mode, Part, Programme, Theme, Weight
from linli.funding.conduct import Evaluation
from linli.funding.registers import Organization, Standing
from linli.funding.request import BudgetLine, Candidacy, GrantRequest, Means, Price, Resource
from linli.funding.vocabulary import (
    ACT_DAY,
    ALL_TERMS,
    BAR_YEARS,
    CAP_FEN,
    CONCURRENT_PROJECTS,
    GRADE_POINTS,
    NOTICE_WORKING_DAYS,
    PREFERRED_KINDS,
    REGISTERED_MONTHS,
    REPORT_YEARS,
    RUNNING_PROJECTS,
    SHARE_PERCENT,
    SHIFT_PERCENT,
    THE_BAR,
    THE_CALL,
    THE_ORGANIZATION,
    TRANCHES,
    Announced,
    Bar,
)

__all__ = [
    "ACT_DAY",
    "ALL_TERMS",
    "BAR_YEARS",
    "CAP_FEN",
    "CONCURRENT_PROJECTS",
    "GRADE_POINTS",
    "NOTICE_WORKING_DAYS",
    "PREFERRED_KINDS",
    "REGISTERED_MONTHS",
    "REPORT_YEARS",
    "RUNNING_PROJECTS",
    "SHARE_PERCENT",
    "SHIFT_PERCENT",
    "THE_BAR",
    "THE_CALL",
    "THE_ORGANIZATION",
    "TRANCHES",
    "Announced",
    "Announcement",
    "Bar",
    "BudgetLine",
    "Candidacy",
    "Criterion",
    "Evaluation",
    "GrantRequest",
    "Means",
    "Mode",
    "Organization",
    "Part",
    "Price",
    "Programme",
    "Resource",
    "Standing",
    "Theme",
    "Weight",
]
