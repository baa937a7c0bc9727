"""居务公开: help that a committee gives to government is posted for its residents."""

from __future__ import annotations

from linli.access import AT_DECISION, AccessRequest, Duty
from linli.findings import Finding, Verdict, not_applicable, set_term
from linli.rules import Given, rule
from linli.terms import Combine, Term
from linli_national.sources import RESIDENTS_COMMITTEE_LAW_2026

DISCLOSED_DAYS: Term[int] = Term("access.disclosed_days", "居务公开至少", int, Combine.LARGEST, "天")


@rule(
    *AT_DECISION,
    title="协助政府的工作要居务公开",
    cites=(
        RESIDENTS_COMMITTEE_LAW_2026.article(
            34, "居民委员会协助政府开展工作的情况", gist="居委会协助政府开展工作的情况应当及时公布"
        ),
        RESIDENTS_COMMITTEE_LAW_2026.article(34, "公布的期限不得少于十五日", gist="公布不少于十五日"),
    ),
    power=Verdict.SATISFIED,
)
def help_given_is_disclosed(request: AccessRequest, given: Given) -> Finding:
    """What a committee does for government is among the affairs that it posts, for fifteen days at least."""
    if request.duty not in (Duty.ASSIST, Duty.ENTRUSTED):
        return not_applicable()
    return set_term(DISCLOSED_DAYS, 15, "准入以后列入居务公开，公布不少于十五日")


RULES = (help_given_is_disclosed,)
