"""社区基金的全国规则: what rules of funds there are, with the figures and the texts that they rest on."""

from __future__ import annotations

from datetime import date
from typing import Any

from linli.citations import NATION
from linli.funds import (
    APPROVALS_LARGE,
    APPROVALS_SMALL,
    CARRY_OVER,
    CHANGE_NOTICE_DAYS,
    DISCLOSURE_MONTHS,
    EMERGENCY_DISCLOSURE_DAYS,
    FILING_DAYS,
    FINAL_DISCLOSURE_MONTHS,
    LARGE_PAYMENT_FEN,
    LATE_FILING_DAYS,
    LONG_CAMPAIGN_MONTHS,
    MATCH_MOST_FEN,
    MATCH_PERCENT,
    OWN_PERCENT,
    QUERY_WORKING_DAYS,
    RETURN_DAYS,
    RETURNED_SOURCES,
    SOURCES,
)
from linli.parameters import Setting
from linli_national.charity_ratios import RATIO_RULES
from linli_national.charity_sources import CHARITY_LAW_2024, FUND_SOURCES, FUNDRAISING_2024
from linli_national.fund_income import INCOME_RULES
from linli_national.fund_payments import PAYMENT_RULES
from linli_national.fund_years import YEAR_RULES
from linli_national.fundraising import FUNDRAISING_RULES

__all__ = ["FUND_RULES", "FUND_SETTINGS", "FUND_SOURCES"]

BEGINNING = date(1990, 1, 1)
SINCE_2024 = CHARITY_LAW_2024.since
EVERY_THREE_MONTHS = CHARITY_LAW_2024.article(
    79, "至少每三个月公开一次募捐情况", gist="公开募捐超过六个月的，至少每三个月公开一次"
)
WHOLE_IN_THREE_MONTHS = CHARITY_LAW_2024.article(
    79, "公开募捐活动结束后三个月内应当全面、详细公开募捐情况", gist="结束后三个月内全面、详细公开"
)

FUND_SETTINGS: tuple[Setting[Any], ...] = (
    SOURCES.at(NATION, ("政府购买", "基金会资助", "辖区单位赞助", "居民自筹"), since=BEGINNING, example=True),
    LARGE_PAYMENT_FEN.at(NATION, 5_000_000, since=BEGINNING, example=True),
    APPROVALS_SMALL.at(NATION, 1, since=BEGINNING, example=True),
    APPROVALS_LARGE.at(NATION, 2, since=BEGINNING, example=True),
    CARRY_OVER.at(NATION, False, since=BEGINNING, example=True),
    RETURNED_SOURCES.at(NATION, (), since=BEGINNING, example=True),
    RETURN_DAYS.at(NATION, 30, since=BEGINNING, example=True),
    MATCH_PERCENT.at(NATION, 60, since=BEGINNING, example=True),
    MATCH_MOST_FEN.at(NATION, 50_000_000, since=BEGINNING, example=True),
    OWN_PERCENT.at(NATION, 40, since=BEGINNING, example=True),
    QUERY_WORKING_DAYS.at(NATION, 10, since=BEGINNING, example=True),
    CHANGE_NOTICE_DAYS.at(NATION, 0, since=BEGINNING, example=True),
    DISCLOSURE_MONTHS.at(NATION, 3, since=SINCE_2024, cites=EVERY_THREE_MONTHS),
    FINAL_DISCLOSURE_MONTHS.at(NATION, 3, since=SINCE_2024, cites=WHOLE_IN_THREE_MONTHS),
    LONG_CAMPAIGN_MONTHS.at(NATION, 6, since=SINCE_2024, cites=EVERY_THREE_MONTHS),
    EMERGENCY_DISCLOSURE_DAYS.at(
        NATION,
        5,
        since=SINCE_2024,
        cites=CHARITY_LAW_2024.article(
            72, "至少每五日公开一次募得款物的接收情况", gist="应急处置与救援阶段至少每五日公开一次"
        ),
    ),
    FILING_DAYS.at(
        NATION,
        10,
        since=FUNDRAISING_2024.since,
        cites=FUNDRAISING_2024.article(11, gist="在开展公开募捐活动十日前报送募捐方案备案"),
    ),
    LATE_FILING_DAYS.at(
        NATION,
        10,
        since=SINCE_2024,
        cites=CHARITY_LAW_2024.article(
            73, "应当在活动开始后十日内补办备案手续", gist="应对重大突发事件的，开始后十日内补办备案"
        ),
    ),
)

FUND_RULES = (*INCOME_RULES, *PAYMENT_RULES, *YEAR_RULES, *FUNDRAISING_RULES, *RATIO_RULES)
