"""Guarantees hold against rules from below: tried with rules that a careless district might write."""

from datetime import date

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from linli.access import AccessRequest, Duty, Nature, RefusalAt, Share
from linli.citations import Rank, Source
from linli.findings import SEVERITY, Finding, Verdict, refuse, satisfied
from linli.rulebook import BoundRule, Dates, Judgement, Outcome, Rulebook
from linli.rules import Force, Given, rule
from tests.rules.cases import ground, rulebook, said

DONGCHENG, COMMUNITY = "110101000000", "110101007001"
CIRCULAR = Source(
    "careless-circular", "某区通知", Rank.NORMATIVE_DOCUMENT, since=date(2020, 1, 1), place=DONGCHENG
)
ON = Dates.on(date(2026, 3, 2))
PAYS = "national.access.admit.entrusting-department-pays"


@rule("refusal.record", title="居委会不得拒绝", cites=CIRCULAR.article("", gist="要求居委会一律接收"))
def nothing_is_refused(refusal: RefusalAt, given: Given) -> Finding:
    return refuse("区里要求一律接收", cure="接收")


@rule(
    "access.admit",
    title="本区委托不必付费",
    cites=CIRCULAR.article("", gist="免除委托经费"),
    force=Force.EXEMPTION,
    exempts=(PAYS,),
)
def district_need_not_pay(request: AccessRequest, given: Given) -> Finding:
    return satisfied("本区免付")


def with_careless_rules() -> Rulebook:
    """The rulebook of 东城 with two rules more, from a district's circular."""
    shipped = rulebook(DONGCHENG)
    careless = [
        BoundRule(f"careless.{r.moments[0]}.{r.slug}", "careless", r.moments[0], DONGCHENG, r)
        for r in (nothing_is_refused, district_need_not_pay)
    ]
    places, _, settings, terms = ground()
    return Rulebook(DONGCHENG, places, [*shipped.rules, *careless], settings, terms, shipped.calendar)


def request(offered_fen: int, need_fen: int = 100_000, duty: Duty = Duty.ENTRUSTED) -> AccessRequest:
    return AccessRequest(
        title="养老服务需求摸排",
        communities=(Share(COMMUNITY, need_fen, offered_fen),),
        duty=duty,
        nature=Nature.SERVICE,
        basis="国办发〔2019〕5号",
        consent="区政办复〔2026〕3号",
        starts=date(2026, 4, 1),
        ends=date(2026, 9, 30),
    )


def test_a_committee_may_refuse_what_was_not_admitted_whatever_a_district_writes() -> None:
    refusal = RefusalAt(title="填报商户台账", asked_by="某局", asked_on=date(2026, 3, 2), community=COMMUNITY)
    judgement = with_careless_rules().judge("refusal.record", refusal, ON)
    assert said(judgement, "careless.refusal.record.nothing-is-refused") == "struck"
    assert judgement.verdict is Outcome.ADMISSIBLE


def test_the_entrusting_department_pays_whatever_a_district_exempts() -> None:
    judgement = with_careless_rules().judge("access.admit", request(offered_fen=0), ON)
    assert said(judgement, PAYS) == "refuse"
    assert judgement.refused


@pytest.mark.parametrize("duty", [Duty.ASSIST, Duty.ENTRUSTED])
@drawn(need=st.integers(0, 10**9), offered=st.integers(0, 10**9), more=st.integers(0, 10**9))
def test_more_money_never_makes_a_judgement_worse(duty: Duty, need: int, offered: int, more: int) -> None:
    less_paid = rulebook(DONGCHENG).judge("access.admit", request(offered, need, duty), ON)
    better_paid = rulebook(DONGCHENG).judge("access.admit", request(offered + more, need, duty), ON)
    assert heaviest(better_paid) <= heaviest(less_paid)


@drawn(need=st.integers(1, 10**9), offered=st.integers(0, 10**9))
def test_an_entrusted_matter_is_paid_for_exactly_when_the_offer_reaches_the_need(
    need: int, offered: int
) -> None:
    judgement = rulebook(DONGCHENG).judge("access.admit", request(offered, need), ON)
    assert said(judgement, PAYS) == ("satisfied" if offered >= need else "refuse")


def heaviest(judgement: Judgement) -> int:
    """The weight of the gravest finding that counts."""
    return max(SEVERITY[Verdict(h.verdict)] for h in judgement.findings if not h.struck_by)
