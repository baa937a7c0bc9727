"""社区基金: money with a source and a purpose, from the day it comes in to the day it is paid out and accounted for.

What a place plugin needs to write rules of these procedures is exported here.
"""

from linli.funds.contributions import Channel, Contribution
from linli.funds.goods import Lot
from linli.funds.opening import FundOpening, Holder, Programme
from linli.funds.payments import PaymentKind, PaymentRequest
from linli.funds.pledges import PledgeList
from linli.funds.ratios import CharityKind, CharityYear
from linli.funds.vocabulary import (
    ALLOWANCE_FEN,
    APPROVALS,
    APPROVALS_LARGE,
    APPROVALS_SMALL,
    AT_PAYMENT,
    CARRY_OVER,
    COMMUNITY_LEFT,
    COMMUNITY_LEFT_BEFORE,
    COMMUNITY_LIMIT,
    COMMUNITY_USED,
    COMMUNITY_USED_BEFORE,
    DECIDED_YEAR,
    DISCLOSURE_MONTHS,
    FUND_OF,
    LARGE_PAYMENT_FEN,
    MONEY_HELD,
    PROGRAMME_LIMIT,
    PROGRAMME_USED,
    PROGRAMMES,
    REWARD_FEN,
    REWARDED,
    SOURCES,
    SPECIAL_FUND_FEN,
    YEAR_LIMIT,
    YEAR_USED,
    Fund,
    carried,
)

__all__ = [
    "ALLOWANCE_FEN",
    "APPROVALS",
    "APPROVALS_LARGE",
    "APPROVALS_SMALL",
    "AT_PAYMENT",
    "CARRY_OVER",
    "COMMUNITY_LEFT",
    "COMMUNITY_LEFT_BEFORE",
    "COMMUNITY_LIMIT",
    "COMMUNITY_USED",
    "COMMUNITY_USED_BEFORE",
    "DECIDED_YEAR",
    "DISCLOSURE_MONTHS",
    "FUND_OF",
    "LARGE_PAYMENT_FEN",
    "MONEY_HELD",
    "PROGRAMMES",
    "PROGRAMME_LIMIT",
    "PROGRAMME_USED",
    "REWARDED",
    "REWARD_FEN",
    "SOURCES",
    "SPECIAL_FUND_FEN",
    "YEAR_LIMIT",
    "YEAR_USED",
    "Channel",
    "CharityKind",
    "CharityYear",
    "Contribution",
    "Fund",
    "FundOpening",
    "Holder",
    "Lot",
    "PaymentKind",
    "PaymentRequest",
    "PledgeList",
    "Programme",
    "carried",
]
