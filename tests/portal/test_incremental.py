"""A portal that follows its record step by step ends in the same bytes as one that is built anew."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.errors import LinliError
from linli_site.bucket import Folder, Memory
from linli_site.manifest import Manifest
from tests.portal.conftest import Town
from tests.portal.money import MoneyTown

ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("submit"), st.integers(0, 3)),
        st.tuples(st.just("decide"), st.integers(0, 5)),
        st.tuples(st.just("refuse"), st.integers(0, 1)),
        st.tuples(st.just("note"), st.integers(1, 3)),
        st.tuples(st.just("exit"), st.integers(0, 5)),
        st.tuples(st.just("days"), st.integers(1, 200)),
    ),
    min_size=1,
    max_size=6,
)


class Story:
    """A town in which things happen; what cannot be done now is left undone."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.matters: list[str] = []
        self.children: list[str] = []

    def happen(self, action: str, number: int) -> None:
        """Take one action, as far as it is possible."""
        town = self.town
        if action == "days":
            town.office.clock.day += timedelta(days=number)
        elif action == "submit":
            more = [{}, {"offer": 1_000_000}, {"basis": ""}, {"kinds": ["ledger", "plate"]}][number]
            self.matters.append(town.submit(town.home, town.near, **more))
        elif action == "refuse":
            town.refuse(f"填表 {number}")
        elif action == "note":
            for _ in range(number):
                facts = {"title": "填报表", "kinds": ["report"]}
                town.office.take("committee", "burden", "note", facts, place=town.home)
        elif action == "decide" and self.matters:
            try:
                self.children += town.decide(self.matters[number % len(self.matters)]).children
            except LinliError:
                return
        elif action == "exit" and self.children:
            child = self.children[number % len(self.children)]
            try:
                town.office.take("decider", "access", "exit", {"ground": "居民反映重复"}, matter=child)
            except LinliError:
                return


@given(ACTIONS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_incremental_build_equals_a_clean_one(actions: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as folder:
        town = Town(Path(folder))
        town.built()
        story = Story(town)
        for action, number in actions:
            story.happen(action, number)
            town.caught_up()
        clean = Memory()
        town.opened(clean).build(town.office.clock.today())
        assert dict(town.files()) == clean.files


def test_one_step_rewrites_its_matter_its_lists_its_places_and_nothing_else(town: Town) -> None:
    matters = [town.submit(title=f"第 {number} 件") for number in range(8)]
    town.built()
    town.office.take(
        "reviewer", "access", "review", {"duty": "entrusted", "nature": "service"}, matter=matters[3]
    )
    report = town.caught_up()
    touched = {address for address in report.reasons if address.startswith("matters/")}
    assert {address.split("/")[1] for address in touched} == {matters[3]}
    assert len(report.written) < 25
    assert not any(address.startswith(("rules/", "sources/", "places/")) for address in report.written)


def test_the_next_process_goes_on_from_the_manifest_and_draws_nothing_twice(
    town: Town, tmp_path: Path
) -> None:
    town.decide(town.submit())
    out = Folder(tmp_path / "site")
    town.out = out
    town.built()
    known = Manifest.decode(town.portal.manifest().encode())
    assert dict(town.opened(out).build(town.office.clock.today(), known).reasons) == {}


def test_a_publish_that_cannot_be_shown_leaves_the_portal_able_to_show_the_next_one(town: Town) -> None:
    town.built()
    town.submit()
    put = town.out.put

    def full(address: str, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    town.out.put = full  # type: ignore[method-assign]
    from linli.publication import publish

    published = publish(town.office.service.desk)
    try:
        town.portal.apply(published, town.office.clock.today())
    except OSError:
        pass
    else:
        raise AssertionError("the disk was full")
    town.out.put = put  # type: ignore[method-assign]
    town.portal.apply(published, town.office.clock.today())
    clean = Memory()
    town.opened(clean).build(town.office.clock.today())
    assert dict(town.files()) == clean.files


SCORED_UNTIL = date(2026, 4, 10)
"""Later the call is closed for applications, and there is nothing to score."""

MOVES = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "give",
                "ask",
                "approve",
                "pay",
                "bounce",
                "void",
                "down",
                "call",
                "apply",
                "score",
                "award",
                "days",
            ]
        ),
        st.integers(0, 60),
    ),
    min_size=1,
    max_size=10,
)


class Purse:
    """A town in which money moves; what cannot be done now is left undone."""

    def __init__(self, town: MoneyTown) -> None:
        self.town = town
        self.gifts: list[str] = []
        self.payments: list[str] = []
        self.calls: list[str] = []
        self.grants: list[str] = []

    def happen(self, action: str, number: int) -> None:
        """Take one action, as far as it is possible."""
        with suppress(LinliError):
            self._take(action, number)

    def _take(self, action: str, number: int) -> None:
        office, venture = self.town.office, self.town.venture
        if action == "days":
            office.clock.day += timedelta(days=3 * number)
        elif action == "give":
            purpose, source = ("", "助老")[number % 2], ("政府购买", "居民自筹")[number // 2 % 2]
            for _ in range(1 + number // 20 * 15):  # now and then so many that a sheet is full
                self.gifts.append(office.give(100 + number, purpose, source, donor="某商场").matter)
        elif action == "ask":
            self.payments.append(office.ask(50 + number, ("", "助老")[number % 2], "居民自筹").matter)
        elif action in ("approve", "pay", "void") and self.payments:
            facts = {"approve": {"no_interest": True}, "pay": {}, "void": {"reason": "作废"}}[action]
            who = {"approve": "approver", "pay": "treasurer", "void": "manager"}[action]
            office.act(who, action, self.payments[number % len(self.payments)], **facts)
        elif action == "bounce" and self.gifts:
            office.act(
                "treasurer", "bounce", self.gifts[number % len(self.gifts)], "contribution", reason="退回"
            )
        elif action == "down" and self.gifts:
            self.town.taken_down(self.gifts[number % len(self.gifts)])
        elif action == "call":
            self.calls.append(venture.publish(budget_fen=20_000_000))
        elif action == "apply" and self.calls:
            self.grants.append(venture.apply(self.calls[number % len(self.calls)], 1 + number % 3))
        elif action == "score" and self.calls and office.clock.day <= SCORED_UNTIL:
            call = self.calls[number % len(self.calls)]
            self.grants.append(venture.scored(call, 1, 30, 25, 15, number % 20))
        elif action == "award" and self.grants:
            venture.award(self.grants[number % len(self.grants)], 1)


@given(MOVES)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_incremental_build_of_money_equals_a_clean_one(moves: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as folder:
        town = MoneyTown(Path(folder))
        town.built()
        purse = Purse(town)
        for action, number in moves:
            purse.happen(action, number)
            town.caught_up()
        clean = Memory()
        town.opened(clean).build(town.office.clock.today())
        assert dict(town.files()) == clean.files
