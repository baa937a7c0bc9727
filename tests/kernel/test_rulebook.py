"""Judging: order of exemptions and guarantees, the strictest wins, terms, dates, and rules that go wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from msgspec import Struct

from linli.calendar import WorkingCalendar
from linli.citations import NATION, Rank, Source
from linli.errors import RuleFault
from linli.findings import Finding, Verdict, not_applicable, refuse, require, review, satisfied, set_term
from linli.parameters import Bound, Parameter
from linli.places import Level, Place, Places
from linli.rulebook import BoundRule, Dates, Figures, Outcome, Rulebook
from linli.rules import DECIDED, HAPPENED, Asked, EntryFact, Force, Given, Rule, rule
from linli.terms import Combine, Term

DISTRICT = "110101000000"
LAW = Source("law", "一部法律", Rank.LAW, date(2026, 1, 1))
OLD_LAW = Source("old", "旧法", Rank.LAW, date(1990, 1, 1), date(2025, 12, 31), replaced_by="law")
NOTICE = Source("notice", "一份通知", Rank.NORMATIVE_DOCUMENT, date(2015, 7, 13))
PLACES = Places([Place(DISTRICT, Level.DISTRICT, "东城区", NATION)])
DAY = date(2026, 3, 2)


class Facts(Struct, frozen=True):
    """The facts of a small moment."""

    money: int = 0
    ok: bool = True


def book(
    *rules: Rule, settings: tuple[Any, ...] = (), terms: tuple[Term[Any], ...] = (), place: str = NATION
) -> Rulebook:
    """A rulebook of one district with the given rules bound at a place."""
    bound = [BoundRule(f"p.{moment}.{r.slug}", "p", moment, place, r) for r in rules for moment in r.moments]
    return Rulebook(DISTRICT, PLACES, bound, settings, {t.id: t for t in terms}, WorkingCalendar.official())


def saying(name: str, finding: Finding, source: Source = LAW, **more: Any) -> Rule:
    """A rule that always says the same."""

    def answer(facts: Facts, given: Given) -> Finding:
        return finding

    answer.__name__ = name
    return rule("t.act", title=name, cites=source.article(1), **more)(answer)


def judged(*rules: Rule, on: Dates | None = None, **more: Any) -> Any:
    """The judgement of the given rules on empty facts."""
    return book(*rules, **more).judge("t.act", Facts(), on or Dates.on(DAY))


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ((satisfied(),), Outcome.ADMISSIBLE),
        ((satisfied(), review("看")), Outcome.REVIEW),
        ((satisfied(), review("看"), require("缺", "补")), Outcome.INCOMPLETE),
        ((satisfied(), require("缺", "补"), refuse("不行")), Outcome.REFUSED),
        ((not_applicable(),), Outcome.REVIEW),
        ((), Outcome.REVIEW),
    ],
)
def test_the_heaviest_finding_decides_and_silence_is_not_consent(
    findings: tuple[Finding, ...], verdict: Outcome
) -> None:
    rules = [saying(f"r{number}", finding) for number, finding in enumerate(findings)]
    assert judged(*rules).verdict is verdict


def test_a_rule_without_the_power_to_refuse_does_not_settle_a_case() -> None:
    assert judged(saying("soft", satisfied(), power=Verdict.REVIEW)).verdict is Outcome.REVIEW


def test_an_exemption_strikes_out_the_finding_that_it_names_and_both_are_shown() -> None:
    judgement = judged(
        saying("strict", refuse("不行")),
        saying(
            "way-out".replace("-", "_"), satisfied("紧急"), force=Force.EXEMPTION, exempts=("p.t.act.strict",)
        ),
    )
    assert judgement.verdict is Outcome.ADMISSIBLE
    struck = next(heard for heard in judgement.findings if heard.rule == "p.t.act.strict")
    assert struck.struck_by == "p.t.act.way-out"
    assert struck.reason == "不行"


def test_an_exemption_that_does_not_hold_strikes_nothing() -> None:
    judgement = judged(
        saying("strict", refuse("不行")),
        saying("way_out", not_applicable(), force=Force.EXEMPTION, exempts=("p.t.act.strict",)),
    )
    assert judgement.verdict is Outcome.REFUSED


def test_no_exemption_reaches_a_guarantee() -> None:
    judgement = judged(
        saying("right", refuse("没有钱"), force=Force.GUARANTEE),
        saying("way_out", satisfied(), force=Force.EXEMPTION, exempts=("p.t.act.right",)),
    )
    assert judgement.verdict is Outcome.REFUSED


def test_a_guarantee_that_secures_an_act_strikes_out_what_lower_texts_find_against_it() -> None:
    judgement = judged(
        saying("right", satisfied(), force=Force.GUARANTEE, secures=True),
        saying("local", refuse("本地不许"), source=NOTICE),
    )
    assert judgement.verdict is Outcome.ADMISSIBLE
    assert [heard.struck_by for heard in judgement.findings if heard.rule == "p.t.act.local"] == [
        "p.t.act.right"
    ]


def test_a_guarantee_does_not_strike_out_a_text_of_its_own_rank() -> None:
    judgement = judged(
        saying("right", satisfied(), force=Force.GUARANTEE, secures=True),
        saying("equal", refuse("法律也不许")),
    )
    assert judgement.verdict is Outcome.REFUSED


def test_a_resolution_sets_aside_only_what_is_overridable() -> None:
    rules = (saying("soft", refuse("甲"), overridable=True), saying("hard", refuse("乙")))
    judgement = book(*rules).judge(
        "t.act", Facts(), Dates.on(DAY), overridden={"p.t.act.soft": "doc:1", "p.t.act.hard": "doc:1"}
    )
    assert {heard.rule: heard.struck_by for heard in judgement.findings} == {
        "p.t.act.soft": "doc:1",
        "p.t.act.hard": "",
    }


def test_each_rule_is_governed_by_the_date_that_it_names() -> None:
    by_act = saying("by_act", refuse("旧"), source=OLD_LAW, governed_by=HAPPENED)
    by_decision = saying("by_decision", refuse("旧"), source=OLD_LAW, governed_by=DECIDED)
    across = Dates(date(2025, 12, 31), date(2026, 1, 1))
    assert [heard.rule for heard in judged(by_act, by_decision, on=across).findings] == ["p.t.act.by-act"]
    assert len(judged(by_act, by_decision, on=Dates.on(date(2025, 12, 31))).findings) == 2
    assert not judged(by_act, by_decision, on=Dates.on(date(2026, 1, 1))).findings


def test_a_finding_keeps_its_article_and_the_value_in_force_that_day() -> None:
    limit = Parameter("t.limit", "限额", int, Bound.CEILING)

    @rule("t.act", title="限额", cites=LAW.article(43), uses=(limit,))
    def under(facts: Facts, given: Given) -> Finding:
        return satisfied() if facts.money <= given[limit] else refuse("超过限额")

    settings = (
        limit.at(NATION, 10, since=date(2026, 1, 1), cites=LAW.article(2)),
        limit.at(NATION, 20, since=date(2026, 6, 1), cites=LAW.article(2)),
    )
    early = book(under, settings=settings).judge("t.act", Facts(money=15), Dates.on(DAY))
    late = book(under, settings=settings).judge("t.act", Facts(money=15), Dates.on(date(2026, 6, 1)))
    assert (early.verdict, late.verdict) == (Outcome.REFUSED, Outcome.ADMISSIBLE)
    assert early.findings[0].cites[0].article == "43"
    assert [(v.name, v.value, v.since) for v in early.findings[0].values] == [
        ("t.limit", 10, date(2026, 1, 1))
    ]


@pytest.mark.parametrize(("bound", "wins"), [(Bound.CEILING, 3), (Bound.FLOOR, 9), (Bound.DEFAULT, 9)])
def test_the_strictest_value_wins_under_a_bound(bound: Bound, wins: int) -> None:
    figure = Parameter("t.figure", "数", int, bound)
    settings = (
        figure.at(NATION, 3, since=date(2020, 1, 1), cites=LAW.article(1)),
        figure.at(DISTRICT, 9, since=date(2020, 1, 1), cites=NOTICE.article(1)),
    )
    assert book(settings=settings).value(figure, DAY) == wins


def test_a_text_that_leaves_a_figure_to_places_lets_them_loosen_it() -> None:
    figure = Parameter("t.figure", "数", int, Bound.CEILING)
    settings = (
        figure.at(NATION, 3, since=date(2020, 1, 1), cites=LAW.article(1), local_choice=True),
        figure.at(DISTRICT, 9, since=date(2020, 1, 1), cites=NOTICE.article(1)),
    )
    assert book(settings=settings).value(figure, DAY) == 9


def test_the_smallest_of_several_terms_holds() -> None:
    days = Term("t.days", "天数", int, Combine.SMALLEST)
    judgement = judged(saying("a", set_term(days, 15)), saying("b", set_term(days, 10)), terms=(days,))
    assert judgement.term(days) == 10


def test_two_different_answers_to_one_term_send_the_case_to_review_naming_it() -> None:
    forum = Term("t.forum", "去处", str, Combine.EXACTLY_ONE)
    judgement = judged(
        saying("a", set_term(forum, "居委会")), saying("b", set_term(forum, "服务站")), terms=(forum,)
    )
    assert judgement.verdict is Outcome.REVIEW
    assert judgement.disputed == ("t.forum",)
    assert judgement.term(forum) is None


def test_a_register_fact_is_handed_in_and_recorded_with_its_version() -> None:
    station: Asked[str] = Asked(
        "t.station",
        "服务站",
        "stations",
        keys=lambda facts: ("c1",),
        value=lambda found: str(found[0].values.get("code", "")),
    )

    @rule("t.act", title="站", cites=LAW.article(1), uses=(station,))
    def has_station(facts: Facts, given: Given) -> Finding:
        return satisfied() if given[station] else refuse("没有服务站")

    rules = book(has_station)
    assert rules.ask("t.act", Facts(), Dates.on(DAY)).entries == {"stations": ("c1",)}
    figures = Figures({("stations", "c1"): EntryFact("c1", 3, {"code": "X"})}, {})
    judgement = rules.judge("t.act", Facts(), Dates.on(DAY), figures)
    assert judgement.verdict is Outcome.ADMISSIBLE
    assert judgement.findings[0].values[0].version == "c1@3"
    assert rules.judge("t.act", Facts(), Dates.on(DAY)).verdict is Outcome.REFUSED


def test_a_rule_that_raises_stops_its_own_decision_and_is_named() -> None:
    @rule("t.act", title="坏", cites=LAW.article(1))
    def broken(facts: Facts, given: Given) -> Finding:
        raise ZeroDivisionError

    with pytest.raises(RuleFault, match=r"p\.t\.act\.broken") as caught:
        judged(broken)
    assert "ZeroDivisionError" in str(caught.value)


def test_a_rule_that_answers_something_else_is_named() -> None:
    @rule("t.act", title="坏", cites=LAW.article(1))
    def odd(facts: Facts, given: Given) -> Finding:
        return True  # type: ignore[return-value]

    with pytest.raises(RuleFault, match=r"p\.t\.act\.odd"):
        judged(odd)


def test_a_rule_that_answers_more_than_it_declared_is_named() -> None:
    with pytest.raises(RuleFault, match="超出"):
        judged(saying("soft", refuse("不行"), power=Verdict.REVIEW))


def test_a_rule_that_loops_is_stopped_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.rulebook.RULE_SECONDS", 0.2)

    @rule("t.act", title="坏", cites=LAW.article(1))
    def endless(facts: Facts, given: Given) -> Finding:
        while True:
            pass

    with pytest.raises(RuleFault, match=r"p\.t\.act\.endless"):
        judged(endless)


def test_a_rule_is_given_only_what_it_declared() -> None:
    hidden = Parameter("t.hidden", "未声明", int, Bound.DEFAULT)

    @rule("t.act", title="偷看", cites=LAW.article(1))
    def peeks(facts: Facts, given: Given) -> Finding:
        return satisfied() if given[hidden] else not_applicable()

    with pytest.raises(RuleFault, match="peeks"):
        judged(peeks, settings=(hidden.at(NATION, 1, since=date(2020, 1, 1), example=True),))


@for_all(st.permutations(["a", "b", "c", "d"]))
def test_the_order_of_registration_cannot_change_a_judgement(order: list[str]) -> None:
    findings = {"a": satisfied(), "b": review("看"), "c": require("缺", "补"), "d": not_applicable()}
    assert judged(*(saying(name, findings[name]) for name in order)) == judged(
        *(saying(name, findings[name]) for name in "abcd")
    )
