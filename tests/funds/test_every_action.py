"""Every action that moves money, goods or promises, in any order, against a model that books by hand.

The model knows for each action which moves it may cause. What the system books is either exactly these, or nothing; the
accounts that it keeps are those of the model; and what was bound to a purpose goes nowhere else.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from linli.books import check
from linli.errors import LinliError
from linli.ledger import FEN, PIECES, Posting, is_outside
from tests.funds.conftest import DAY, FundOffice
from tests.funds.test_corrections import correct

GOVERNMENT, PEOPLE = "政府购买", "居民自筹"
SOURCES, PURPOSES = (GOVERNMENT, PEOPLE), ("", "助老", "助学")
PLEDGED = "pledged-fen"
AMOUNTS, PICK = st.integers(1, 500), st.integers(0, 60)
KEPT = {FEN, PIECES, PLEDGED}

Move = tuple[str, str, int, str]


def move(source: str, destination: str, amount: int, commodity: str = FEN) -> Move:
    return source, destination, amount, commodity


def back(moves: Sequence[Move]) -> list[Move]:
    return [(destination, source, amount, commodity) for source, destination, amount, commodity in moves]


class EveryAction(RuleBasedStateMachine):
    """A fund that hands government's money back at the end of a year, a store of goods, a list of pledges."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.office = FundOffice("shangcheng", DAY, Path(self.folder.name))
        self.office.appoint("keeper", "storekeeper")
        self.seen = len(list(self.office.store.postings()))
        self.held: Counter[tuple[str, str]] = Counter()
        self.gifts: list[str] = []
        self.payments: list[str] = []
        self.lots: list[str] = []
        self.lists: list[str] = []
        self.about: dict[str, tuple[str, str, int]] = {}
        self.booked: dict[str, list[Move]] = {}
        self.sent: list[Move] = []
        self.closed: list[Move] = []
        self.accepted: Counter[str] = Counter()

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    # What is known of accounts

    def fund(self, source: str, purpose: str) -> str:
        return f"fund:{self.office.fund}:{source}:{purpose or '非限定'}"

    def net(self, matter: str, account: str) -> int:
        """What a matter has brought into an account, by the model."""
        moves = self.booked.get(matter, ())
        return sum((d == account) * n - (s == account) * n for s, d, n, _ in moves)

    def take(self, name: str, matter: str, expected: Sequence[Move], told: Any) -> bool:
        """Act; what was booked is what was expected, or nothing. Whether it was booked."""
        try:
            receipt = told()
        except LinliError:
            receipt = None
        new = [s.posting for s in self.office.store.postings()][self.seen :]
        self.seen += len(new)
        booked = Counter(_move(each) for each in new if _counts(each))
        assert booked in (Counter(), Counter(expected)), f"{name}: {booked} instead of {expected}"
        if receipt is None:
            assert not new, f"{name} was refused and moved something"
        if not booked:
            return False
        for source, destination, amount, commodity in expected:
            self.held[source, commodity] -= amount
            self.held[destination, commodity] += amount
        self.booked.setdefault(matter or receipt.matter, []).extend(expected)
        self.accepted[name] += 1
        if not matter:
            self.last = receipt.matter
        return True

    def act(
        self, name: str, who: str, matter: str, procedure: str, expected: Sequence[Move], **facts: Any
    ) -> bool:
        return self.take(
            name, matter, expected, lambda: self.office.act(who, name, matter, procedure, **facts)
        )

    def one(self, among: Sequence[str], pick: int) -> str:
        return among[pick % len(among)] if among else ""

    def at(self, *stages: str) -> list[str]:
        """The payments that stand at a stage."""
        return [each for each in self.payments if self.office.stage(each) in stages]

    # Money that comes in

    @rule(source=st.sampled_from(SOURCES), purpose=st.sampled_from(PURPOSES), amount=AMOUNTS)
    def give(self, source: str, purpose: str, amount: int) -> None:
        expected = [move(f"outside:source/{source}", self.fund(source, purpose), amount)]
        if self.take("record", "", expected, lambda: self.office.give(amount, purpose, source)):
            self.gifts.append(self.last)
            self.about[self.last] = (source, purpose, amount)

    @rule(purpose=st.sampled_from(PURPOSES), amount=AMOUNTS)
    def take_over(self, purpose: str, amount: int) -> None:
        expected = [move(f"outside:opening/{PEOPLE}", self.fund(PEOPLE, purpose), amount)]
        facts = {
            "fund": self.office.fund,
            "source": PEOPLE,
            "channel": "opening",
            "amount_fen": amount,
            "purpose": purpose,
            "basis": "doc:1",
            "as_of": "2025-12-31",
        }
        place = self.office.top
        self.take(
            "take_over",
            "",
            expected,
            lambda: self.office.take("manager", "contribution", "take_over", facts, place=place),
        )

    @precondition(lambda self: bool(self.gifts))
    @rule(pick=PICK, how=st.sampled_from(["bounce", "void", "clear"]))
    def undo_gift(self, pick: int, how: str) -> None:
        gift = self.one(self.gifts, pick)
        if gift:
            who = "manager" if how == "void" else "treasurer"
            expected = [] if how == "clear" else back(self.booked[gift])
            if self.act(
                how, who, gift, "contribution", expected, **({} if how == "clear" else {"reason": "退"})
            ):
                self.gifts.remove(gift)

    @precondition(lambda self: bool(self.gifts))
    @rule(pick=PICK, purpose=st.sampled_from(PURPOSES), amount=AMOUNTS, consent=st.booleans())
    def repurpose(self, pick: int, purpose: str, amount: int, consent: bool) -> None:
        gift = self.one(self.gifts, pick)
        if not gift:
            return
        source, before, _ = self.about[gift]
        expected = [move(self.fund(source, before), self.fund(source, purpose), amount)]
        facts = {
            "purpose": purpose,
            "amount_fen": amount,
            "reason": "专款已足",
            "consent": "doc:1" if consent else "",
        }
        done = self.act("repurpose", "manager", gift, "contribution", expected, **facts)
        assert consent or not done or not before, "bound money changed its purpose without the donor"

    @precondition(lambda self: bool(self.gifts))
    @rule(pick=PICK, amount=AMOUNTS)
    def correct(self, pick: int, amount: int) -> None:
        gift = self.one(self.gifts, pick)
        if not gift or len(self.booked[gift]) != 1:
            return
        source, purpose, _ = self.about[gift]
        expected = [
            *back(self.booked[gift]),
            move(f"outside:source/{source}", self.fund(source, purpose), amount),
        ]
        office = self.office
        if self.take(
            "correct",
            gift,
            expected,
            lambda: correct(office, gift, "contribution", "contribution", amount_fen=amount),
        ):
            self.booked[gift] = expected[1:]

    # Money that goes out

    @rule(source=st.sampled_from(SOURCES), purpose=st.sampled_from(PURPOSES), amount=AMOUNTS)
    def ask(self, source: str, purpose: str, amount: int) -> None:
        told: list[Any] = []
        self.take("submit", "", [], lambda: told.append(self.office.ask(amount, purpose, source)))
        if told and told[0].stage == "awaiting":
            self.payments.append(told[0].matter)
            self.about[told[0].matter] = (source, purpose, amount)

    @precondition(lambda self: bool(self.at("awaiting")))
    @rule(pick=PICK)
    def approve(self, pick: int) -> None:
        payment = self.one(self.at("awaiting"), pick)
        if payment:
            source, purpose, amount = self.about[payment]
            expected = [move(self.fund(source, purpose), f"committed:{payment}", amount)]
            self.act("approve", "approver", payment, "payment", expected, no_interest=True)

    @precondition(lambda self: bool(self.at("committed")))
    @rule(pick=PICK)
    def pay(self, pick: int) -> None:
        payment = self.one(self.at("committed"), pick)
        if payment:
            amount = self.about[payment][2]
            expected = [move(f"committed:{payment}", "outside:payee/服务社", amount)]
            if self.act("pay", "treasurer", payment, "payment", expected):
                assert self.office.stage(payment) == "ordered"

    @precondition(lambda self: bool(self.at("ordered")))
    @rule(pick=PICK, cleared=st.booleans())
    def bank_says(self, pick: int, cleared: bool) -> None:
        payment = self.one(self.at("ordered"), pick)
        if not payment:
            return
        if cleared:
            self.act("clear", "treasurer", payment, "payment", [])
        else:
            amount = self.about[payment][2]
            expected = [move("outside:payee/服务社", f"committed:{payment}", amount)]
            self.act("bounce", "treasurer", payment, "payment", expected, reason="账号有误")

    @precondition(lambda self: bool(self.at("awaiting", "committed")))
    @rule(pick=PICK)
    def void(self, pick: int) -> None:
        payment = self.one(self.at("awaiting", "committed"), pick)
        if payment:
            amount = self.net(payment, f"committed:{payment}")
            source, purpose, _ = self.about[payment]
            expected = [move(f"committed:{payment}", self.fund(source, purpose), amount)] if amount else []
            self.act("void", "manager", payment, "payment", expected, reason="作废")

    @precondition(lambda self: bool(self.at("paid")))
    @rule(pick=PICK, amount=AMOUNTS)
    def refund(self, pick: int, amount: int) -> None:
        payment = self.one(self.at("paid"), pick)
        if payment:
            source, purpose, _ = self.about[payment]
            expected = [move("outside:payee/服务社", self.fund(source, purpose), amount)]
            self.act("refund", "treasurer", payment, "payment", expected, amount_fen=amount, reason="结余")

    @precondition(lambda self: bool(self.at("paid", "claimed")))
    @rule(pick=PICK, amount=AMOUNTS)
    def claim(self, pick: int, amount: int) -> None:
        payment = self.one(self.at("paid", "claimed"), pick)
        if payment:
            expected = [move("outside:payee/服务社", f"receivable:{payment}", amount)]
            facts = {"amount_fen": amount, "until": "2029-12-31", "reason": "没有按协议使用"}
            self.act("claim_back", "manager", payment, "payment", expected, **facts)

    @precondition(lambda self: bool(self.at("claimed")))
    @rule(pick=PICK, amount=AMOUNTS)
    def repay(self, pick: int, amount: int) -> None:
        payment = self.one(self.at("claimed"), pick)
        if payment:
            source, purpose, _ = self.about[payment]
            expected = [
                move(f"receivable:{payment}", "outside:payee/服务社", amount),
                move("outside:payee/服务社", self.fund(source, purpose), amount),
            ]
            self.act("repay", "treasurer", payment, "payment", expected, amount_fen=amount)

    @precondition(lambda self: bool(self.at("claimed")))
    @rule(pick=PICK, amount=AMOUNTS, decided=st.booleans())
    def write_off(self, pick: int, amount: int, decided: bool) -> None:
        payment = self.one(self.at("claimed"), pick)
        if payment:
            amount = min(amount, self.net(payment, f"receivable:{payment}"))
            expected = [move(f"receivable:{payment}", "outside:written-off", amount)]
            facts = {"amount_fen": amount, "reason": "单位已注销", "decision": "doc:1" if decided else ""}
            done = self.act("write_off", "second", payment, "payment", expected, **facts)
            assert decided or not done, "money was given up without a decision"

    @precondition(lambda self: bool(self.at("claimed")))
    @rule(pick=PICK)
    def drop_claim(self, pick: int) -> None:
        payment = self.one(self.at("claimed"), pick)
        if payment:
            claims = [m for m in self.booked.get(payment, ()) if m[1] == f"receivable:{payment}"]
            dropped = [m for m in self.booked.get(payment, ()) if m[0] == f"receivable:{payment}"]
            standing = list(reversed(claims))[: len(claims) - len(dropped)] if claims else []
            self.act("drop_claim", "manager", payment, "payment", back(standing), reason="已按协议使用")

    @precondition(lambda self: bool(self.payments))
    @rule(
        pick=PICK, name=st.sampled_from(["pay", "clear", "bounce", "refund", "repay", "claim_back", "void"])
    )
    def at_the_wrong_time(self, pick: int, name: str) -> None:
        """What comes when it cannot, or again, moves nothing."""
        payment = self.one(self.payments, pick)
        right = {
            "pay": ("committed",),
            "clear": ("ordered",),
            "bounce": ("ordered", "paid"),
            "refund": ("paid",),
            "repay": ("claimed",),
            "claim_back": ("paid", "claimed"),
            "void": ("awaiting", "committed"),
        }
        if self.office.stage(payment) not in right[name]:
            facts: dict[str, Any] = (
                {"reason": "又一次"} if name in ("bounce", "refund", "claim_back", "void") else {}
            )
            facts |= {"amount_fen": 1} if name in ("refund", "repay", "claim_back") else {}
            facts |= {"until": "2029-12-31"} if name == "claim_back" else {}
            who = "manager" if name in ("claim_back", "void") else "treasurer"
            assert not self.act(name, who, payment, "payment", [], **facts)

    # The end of a year

    @precondition(lambda self: self.office.clock.day.year > DAY.year)
    @rule()
    def close_year(self) -> None:
        year = self.office.clock.day.year - 1
        due = [
            move(account, f"owed:{self.office.fund}:{GOVERNMENT}", amount)
            for (account, commodity), amount in self.held.items()
            if account.startswith(f"fund:{self.office.fund}:{GOVERNMENT}:") and amount and commodity == FEN
        ]
        if self.act("close_year", "manager", self.office.fund, "fund", due, year=year):
            self.closed, self.sent = due, []

    @precondition(lambda self: self.held[f"owed:{self.office.fund}:{GOVERNMENT}", FEN] > 0)
    @rule()
    def hand_back(self) -> None:
        owed = f"owed:{self.office.fund}:{GOVERNMENT}"
        amount = self.held[owed, FEN]
        expected = [move(owed, f"outside:source/{GOVERNMENT}", amount)] if amount else []
        if self.act("hand_back", "treasurer", self.office.fund, "fund", expected, order="1"):
            self.sent = expected

    @precondition(lambda self: bool(self.sent))
    @rule()
    def hand_back_bounced(self) -> None:
        if self.sent and self.act(
            "hand_back_bounced", "treasurer", self.office.fund, "fund", back(self.sent), reason="账号有误"
        ):
            self.sent = []

    @precondition(lambda self: bool(self.closed))
    @rule()
    def undo_year(self) -> None:
        if self.closed and self.act(
            "undo_year", "manager", self.office.fund, "fund", back(self.closed), reason="漏记一笔"
        ):
            self.closed = []

    @rule(how=st.sampled_from(["suspend", "resume"]))
    def suspend(self, how: str) -> None:
        self.act(how, "manager", self.office.fund, "fund", [], reason="专项审计")

    # Goods and promises

    @rule(quantity=st.integers(1, 50))
    def receive(self, quantity: int) -> None:
        facts = {"item": "大米", "quantity": quantity}
        place = self.office.top
        told: list[Any] = []

        def received() -> Any:
            told.append(self.office.take("keeper", "goods", "receive", facts, place=place))
            expected[0] = move("outside:goods", f"goods:{told[0].matter}", quantity, PIECES)
            return told[0]

        expected = [move("", "", 0)]
        if self.take("receive", "", expected, received):
            self.lots.append(self.last)

    @precondition(lambda self: bool(self.lots))
    @rule(pick=PICK, quantity=st.integers(1, 60))
    def hand_out(self, pick: int, quantity: int) -> None:
        lot = self.one(self.lots, pick)
        if lot:
            expected = [move(f"goods:{lot}", "outside:use/困难家庭", quantity, PIECES)]
            self.act("hand_out", "keeper", lot, "goods", expected, quantity=quantity, use="困难家庭")

    @rule(aim=st.integers(1, 600))
    def invite(self, aim: int) -> None:
        facts = {
            "title": "邻里众筹",
            "fund": self.office.fund,
            "charity": "区慈善总会",
            "target_fen": aim,
            "ends": (self.office.clock.day + timedelta(days=400)).isoformat(),
            "invited": [{"unit": "甲公司"}, {"unit": "乙公司"}],
            "members_only": True,
        }
        told: list[Any] = []
        place = self.office.top
        self.take(
            "invite",
            "",
            [],
            lambda: told.append(self.office.take("cashier", "pledge", "invite", facts, place=place)),
        )
        if told and told[0].stage == "gathering":
            self.lists.append(told[0].matter)
            self.about[told[0].matter] = ("", "", aim)

    @precondition(lambda self: bool(self.lists))
    @rule(pick=PICK, unit=st.sampled_from(["甲公司", "乙公司", "路人"]), amount=AMOUNTS)
    def pledge(self, pick: int, unit: str, amount: int) -> None:
        meeting = self.one(self.lists, pick)
        if meeting:
            expected = [move("outside:pledger", f"pledged:{meeting}:{unit}", amount, PLEDGED)]
            done = self.act("pledge", "cashier", meeting, "pledge", expected, unit=unit, amount_fen=amount)
            assert unit != "路人" or not done, "somebody who was not invited promised"

    @precondition(lambda self: bool(self.lists))
    @rule(pick=PICK)
    def conclude(self, pick: int) -> None:
        meeting = self.one(self.lists, pick)
        if meeting:
            promised = [m for m in self.booked.get(meeting, ()) if m[0] == "outside:pledger"]
            short = sum(amount for _, _, amount, _ in promised) < self.about[meeting][2]
            expected = back(promised) if short else []
            self.act("conclude", "cashier", meeting, "pledge", expected)

    # Time

    @rule(days=st.sampled_from([1, 40]))
    def days_pass(self, days: int) -> None:
        self.office.clock.day += timedelta(days=days)

    @rule()
    def a_year_begins(self) -> None:
        self.office.clock.day = date(self.office.clock.day.year + 1, 1, 4)

    @invariant()
    def the_accounts_are_those_of_the_model(self) -> None:
        if not hasattr(self, "office"):
            return
        kept = {k: n for k, n in self.office.store.balances().items() if n and k[1] in KEPT and _named(k[0])}
        wanted = {k: n for k, n in self.held.items() if n and not is_outside(k[0])}
        assert kept == wanted
        assert all(n > 0 for n in wanted.values()), "an account below zero"
        for commodity in KEPT:
            assert sum(n for (_, c), n in self.held.items() if c == commodity) == 0, (
                "made of nothing, or lost"
            )
        assert check(self.office.store) == []


def _move(posting: Posting) -> Move:
    return posting.source, posting.destination, posting.amount, posting.commodity


def _named(account: str) -> bool:
    return not account.startswith(("allowance:", "used:"))


def _counts(posting: Posting) -> bool:
    """Limits are drawn down beside the money; they are tried with `tests.funds.test_conservation`."""
    return _named(posting.source) and _named(posting.destination)


EveryAction.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=80,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
TestEveryAction = EveryAction.TestCase


# Hypothesis finds the short stories and makes them shorter; these are the long ones, in which years go by.

ARGUMENTS: dict[str, Any] = {
    "source": lambda chance: chance.choice(SOURCES),
    "purpose": lambda chance: chance.choice(PURPOSES),
    "amount": lambda chance: chance.choice((chance.randint(1, 500), chance.randint(1, 40))),
    "pick": lambda chance: chance.randint(0, 60),
    "consent": lambda chance: chance.random() < 0.8,
    "decided": lambda chance: chance.random() < 0.8,
    "cleared": lambda chance: chance.random() < 0.8,
    "quantity": lambda chance: chance.randint(1, 50),
    "aim": lambda chance: chance.randint(1, 600),
    "unit": lambda chance: chance.choice(("甲公司", "乙公司", "路人")),
    "days": lambda chance: chance.choice((1, 40)),
}
OFTEN = {
    "give": 3,
    "ask": 7,
    "approve": 8,
    "pay": 8,
    "bank_says": 8,
    "claim": 5,
    "repay": 3,
    "drop_claim": 3,
    "days_pass": 2,
}
HOW = {"undo_gift": ("bounce", "void", "clear"), "suspend": ("suspend", "resume", "resume")}


def walked(seed: int, steps: int) -> EveryAction:
    """A machine after so many actions that chance chose; the trail says which, where something is wrong."""
    chance, trail = Random(seed), []
    machine = EveryAction()
    machine.begin()
    try:
        for _ in range(steps):
            enabled = [each for each in machine.rules if all(p(machine) for p in each.preconditions)]
            chosen = chance.choices(enabled, [OFTEN.get(each.function.__name__, 1) for each in enabled])[0]
            name = chosen.function.__name__
            given = {}
            for argument in chosen.arguments:
                if argument == "how":
                    given[argument] = chance.choice(HOW[name])
                elif argument == "name":
                    given[argument] = chance.choice(("pay", "clear", "bounce", "refund", "repay", "void"))
                else:
                    given[argument] = ARGUMENTS[argument](chance)
            trail.append((name, given))
            chosen.function(machine, **given)
        machine.the_accounts_are_those_of_the_model()
    except AssertionError as error:
        machine.teardown()
        raise AssertionError(f"{error}; after {trail[-12:]}") from error
    return machine


def test_long_stories_try_every_action_and_keep_every_account() -> None:
    tried: Counter[str] = Counter()
    for seed in range(10):
        machine = walked(seed, 300)
        tried += machine.accepted
        machine.teardown()
    moved = {
        "record",
        "take_over",
        "bounce",
        "void",
        "repurpose",
        "correct",
        "approve",
        "pay",
        "refund",
        "claim_back",
        "repay",
        "write_off",
        "drop_claim",
        "close_year",
        "hand_back",
        "hand_back_bounced",
        "undo_year",
        "receive",
        "hand_out",
        "pledge",
        "conclude",
    }
    assert moved - set(tried) == set(), "an action that moves something never did"
