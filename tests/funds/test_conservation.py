"""Over any order of contributions, commitments, payments, reversals and lapses no fen is lost and none strays."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from linli.books import check
from linli.errors import LinliError
from tests.funds.conftest import DAY, FundOffice

SOURCES = ("政府购买", "居民自筹")
PURPOSES = ("", "助老", "助学")
AMOUNTS = st.integers(1, 500)
CAP = 2_000


class Money(RuleBasedStateMachine):
    """A fund with a yearly limit, against a model of three dicts."""

    gifts = Bundle("gifts")
    payments = Bundle("payments")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.office = FundOffice("dongcheng", DAY, Path(self.folder.name))
        self.office.fund = self.office.open_fund(yearly_fen=CAP)
        self.held: dict[tuple[str, str], int] = {}
        self.waiting: dict[str, int] = {}
        self.out: dict[str, int] = {}
        self.about: dict[str, tuple[tuple[str, str], int]] = {}
        self.used = 0

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def _add(self, key: tuple[str, str], amount: int) -> None:
        self.held[key] = self.held.get(key, 0) + amount

    def _stage(self, matter: str) -> str:
        return self.office.stage(matter)

    @rule(target=gifts, source=st.sampled_from(SOURCES), purpose=st.sampled_from(PURPOSES), amount=AMOUNTS)
    def give(self, source: str, purpose: str, amount: int) -> str:
        told = self.office.give(amount, purpose, source)
        assert told.stage == "received"
        key = (source, purpose or "非限定")
        self._add(key, amount)
        self.about[told.matter] = (key, amount)
        return told.matter

    @rule(target=payments, source=st.sampled_from(SOURCES), purpose=st.sampled_from(PURPOSES), amount=AMOUNTS)
    def ask(self, source: str, purpose: str, amount: int) -> object:
        told = self.office.ask(amount, purpose, source)
        key = (source, purpose or "非限定")
        possible = self.held.get(key, 0) >= amount and self.used + amount <= CAP
        assert (told.stage == "awaiting") is possible, (
            "only money of that source and purpose, within the limit"
        )
        self.about[told.matter] = (key, amount)
        return told.matter if possible else multiple()

    @rule(payment=payments)
    def approve(self, payment: str) -> None:
        if self._stage(payment) != "awaiting":
            return
        key, amount = self.about[payment]
        possible = self.held.get(key, 0) >= amount and self.used + amount <= CAP
        stage = self.office.approve(payment).stage
        assert stage == ("committed" if possible else "refused")
        if possible:
            self._add(key, -amount)
            self.waiting[payment] = amount
            self.used += amount

    @rule(payment=payments)
    def pay(self, payment: str) -> None:
        if self._stage(payment) == "committed":
            self.office.act("treasurer", "pay", payment)
            self.out[payment] = self.waiting.pop(payment)

    @rule(payment=payments, cleared=st.booleans())
    def answer(self, payment: str, cleared: bool) -> None:
        if self._stage(payment) != "ordered":
            return
        if cleared:
            self.office.act("treasurer", "clear", payment)
        else:
            self.office.act("treasurer", "bounce", payment, reason="退回")
            self.waiting[payment] = self.out.pop(payment)

    @rule(payment=payments, part=AMOUNTS)
    def refund(self, payment: str, part: int) -> None:
        if self._stage(payment) != "paid":
            return
        if part > self.out[payment]:
            part = self.out[payment]
        if part:
            self.office.act("treasurer", "refund", payment, amount_fen=part, reason="结余")
            self.out[payment] -= part
            self._add(self.about[payment][0], part)

    @rule(payment=consumes(payments))
    def void(self, payment: str) -> None:
        if self._stage(payment) in ("awaiting", "committed"):
            self.office.act("manager", "void", payment, reason="作废")
            if payment in self.waiting:
                amount = self.waiting.pop(payment)
                self._add(self.about[payment][0], amount)
                self.used -= amount

    @rule(gift=consumes(gifts))
    def bounce(self, gift: str) -> None:
        key, amount = self.about[gift]
        try:
            self.office.act("treasurer", "bounce", gift, "contribution", reason="退回")
        except LinliError as error:
            assert self.held[key] < amount, error
        else:
            self._add(key, -amount)

    @rule()
    def a_day_passes(self) -> None:
        self.office.clock.day += timedelta(days=1)

    @invariant()
    def the_books_say_what_happened(self) -> None:
        if not hasattr(self, "office"):
            return
        office = self.office
        assert office.held() == {key: amount for key, amount in self.held.items() if amount}
        committed = office.store.balances("committed:")
        assert {k[0].removeprefix("committed:"): v for k, v in committed.items() if v} == self.waiting
        assert office.store.balance("outside:payee/服务社") == sum(self.out.values())
        came = -sum(office.store.balance(f"outside:source/{source}") for source in SOURCES)
        assert came == sum(self.held.values()) + sum(self.waiting.values()) + sum(self.out.values())
        by_source = [sum(v for (s, _), v in office.held().items() if s == source) for source in SOURCES]
        assert sum(by_source) == sum(office.held().values())
        assert office.store.balance(f"used:fund/{office.fund}/2026") == self.used <= CAP
        assert check(office.store) == []


Money.TestCase.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
TestMoney = Money.TestCase
