"""Many hands on one fund at the same time: no fen is lost or doubled, and the last yuan is spent once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random
from threading import Barrier, Thread
from typing import Any

import pytest

from linli.books import check
from linli.desk import Call
from linli.errors import LinliError
from linli.store_sqlite import SqliteStore
from linli.verification import verify
from linli_functions.threads import ready_for_threads
from tests.funds.conftest import DAY, FundOffice

HANDS = 6
GOVERNMENT, PEOPLE = "政府购买", "居民自筹"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[FundOffice]:
    ready_for_threads()
    with closing(SqliteStore(tmp_path / "purse.sqlite", "shangcheng")) as store:
        yield FundOffice("shangcheng", DAY, tmp_path, store)


def at_once(*hands: Callable[[], Any]) -> list[Any]:
    """What each hand got, an error among them; all begin at the same moment."""
    together = Barrier(len(hands))

    def begin(hand: Callable[[], Any]) -> Any:
        together.wait()
        try:
            return hand()
        except LinliError as error:
            return error

    with ThreadPoolExecutor(len(hands)) as pool:
        return list(pool.map(begin, hands))


def test_two_payments_and_more_race_for_the_last_yuan(office: FundOffice) -> None:
    office.give(1_000)
    payments = [office.ask(700).matter for _ in range(HANDS)]
    at_once(*[lambda p=p: office.approve(p) for p in payments])
    promised = [p for p in payments if office.store.balance(f"committed:{p}")]
    assert len(promised) == 1
    assert office.held() == {(PEOPLE, "非限定"): 300}
    assert check(office.store) == []


def test_one_payment_is_paid_once_whoever_sends_it(office: FundOffice) -> None:
    office.give(1_000)
    payment = office.ask(700).matter
    office.approve(payment)
    told = at_once(*[lambda: office.act("treasurer", "pay", payment) for _ in range(HANDS)])
    assert sum(not isinstance(each, LinliError) for each in told) == 1
    assert office.store.balance("outside:payee/服务社") == 700
    assert check(office.store) == []


def test_a_request_that_is_repeated_at_once_has_effect_once(office: FundOffice) -> None:
    facts = {"fund": office.fund, "source": PEOPLE, "channel": "grant", "amount_fen": 500, "purpose": ""}
    call = Call(procedure="contribution", action="record", facts=facts, place=office.top, key="the-same")
    person = office.service.person("cashier")
    told = at_once(*[lambda: office.service.take(call, person) for _ in range(HANDS)])
    assert {each.matter for each in told} == {told[0].matter}
    assert office.held() == {(PEOPLE, "非限定"): 500}


def test_a_year_is_closed_while_money_of_that_year_still_comes_in(office: FundOffice) -> None:
    """Whichever is first: what came before the closing goes back with it, what comes after waits or is refused."""
    office.give(1_000, source=GOVERNMENT)
    office.clock.day = date(2027, 1, 4)
    hands: list[Callable[[], Any]] = [
        lambda: office.act("manager", "close_year", office.fund, "fund", year=2026)
    ]
    hands += [lambda: office.give(10, source=GOVERNMENT) for _ in range(HANDS - 1)]
    told = at_once(*hands)
    taken = sum(not isinstance(each, LinliError) and each.stage == "received" for each in told[1:])
    held, owed = office.held(), office.store.balance(f"owed:{office.fund}:{GOVERNMENT}")
    assert sum(held.values()) + owed == 1_000 + 10 * taken
    assert owed == 1_000, "what came for the new year stays"
    assert check(office.store) == []


def test_many_hands_do_all_sorts_of_things_and_every_fen_is_accounted_for(office: FundOffice) -> None:
    """Contributions, requests, approvals, payments, what comes back: in threads, each by chance of its own."""
    payments: list[str] = []
    gifts: list[str] = []
    done: list[Counter[str]] = [Counter() for _ in range(HANDS)]
    broken: list[BaseException] = []

    def one(hand: int) -> None:
        chance = Random(hand)
        try:
            for _ in range(25):
                name, act = _some_act(office, chance, gifts, payments)
                try:
                    told = act()
                except LinliError:
                    continue
                if name == "give" and told.stage == "received":
                    gifts.append(told.matter)
                if name == "ask" and told.stage == "awaiting":
                    payments.append(told.matter)
                done[hand][name] += 1
        except BaseException as error:  # what a thread raises is told by the test, and not swallowed
            broken.append(error)

    threads = [Thread(target=one, args=(hand,)) for hand in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    store, tried = office.store, sum(done, Counter())
    assert {"give", "ask", "approve"} <= set(tried)
    came = sum(-store.balance(f"outside:source/{source}") for source in (GOVERNMENT, PEOPLE))
    waiting = sum(n for _, n in store.balances("committed:").items())
    assert came == sum(office.held().values()) + waiting + store.balance("outside:payee/服务社")
    assert all(n >= 0 for n in store.balances().values())
    assert check(store) == []
    assert verify(office.service.desk) == []


def _some_act(
    office: FundOffice, chance: Random, gifts: list[str], payments: list[str]
) -> tuple[str, Callable[[], Any]]:
    source = chance.choice((GOVERNMENT, PEOPLE))
    purpose, amount = chance.choice(("", "助老")), chance.randint(1, 300)
    gift, payment = chance.choice([*gifts, ""]), chance.choice([*payments[-4:], ""])
    acts: dict[str, Callable[[], Any]] = {
        "give": lambda: office.give(amount, purpose, source),
        "ask": lambda: office.ask(amount, purpose, source),
    }
    if gift:
        acts["bounce"] = lambda: office.act("treasurer", "bounce", gift, "contribution", reason="退回")
    if payment:
        acts |= {
            "approve": lambda: office.approve(payment),
            "pay": lambda: office.act("treasurer", "pay", payment),
            "clear": lambda: office.act("treasurer", "clear", payment),
            "send_back": lambda: office.act("treasurer", "bounce", payment, reason="账号有误"),
            "refund": lambda: office.act("treasurer", "refund", payment, amount_fen=amount, reason="结余"),
            "void": lambda: office.act("manager", "void", payment, reason="作废"),
        }
    name = chance.choice([*acts, "give", "ask", *(["approve", "pay"] if payment else [])])
    return name, acts[name]
