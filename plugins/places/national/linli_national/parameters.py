"""National settings. No national text gives these figures: every one is an example, so that places start somewhere.

The examples lie at the loose end of each bound, because a place may only tighten a floor or a ceiling.
"""

from __future__ import annotations

from datetime import date

from linli.access import (
    ADMINISTRATIVE_SHARE_PERCENT,
    EMERGENCY_DAYS,
    EMERGENCY_REVIEW_DAYS,
    MINIMUM_COUNT,
    NOTICE_WORKING_DAYS,
    OBJECTION_DAYS,
    PLATE_LIMIT,
    REVIEW_WORKING_DAYS,
    TERM_MONTHS,
)
from linli.citations import NATION
from linli.standing import OBJECTION_WORKING_DAYS

# The first day of the first text that the plugin knows, so that no case is too old to be judged.
BEGINNING = date(1990, 1, 1)

SETTINGS = tuple(
    parameter.at(NATION, value, since=BEGINNING, example=True)
    for parameter, value in (
        (NOTICE_WORKING_DAYS, 5),
        (REVIEW_WORKING_DAYS, 30),
        (OBJECTION_DAYS, 30),
        (OBJECTION_WORKING_DAYS, 30),
        (TERM_MONTHS, 12),
        (PLATE_LIMIT, 10),
        (EMERGENCY_DAYS, 30),
        (EMERGENCY_REVIEW_DAYS, 10),
        (ADMINISTRATIVE_SHARE_PERCENT, 50),
        (MINIMUM_COUNT, 3),
    )
)
