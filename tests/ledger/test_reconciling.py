"""A statement beside the books of a fund: what is told, what is recorded, and that nothing is recorded twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from linli.books import check
from linli.errors import BadInput, Forbidden
from linli.reconciling import compare, known_lines, record
from linli.store_sqlite import SqliteStore
from linli_cli.main import FINE, FOUND, main
from tests.access.conftest import INFRA
from tests.funds.conftest import DAY, FundOffice

HEAD = "日期,流水号,摘要,收入,支出\n"


class Bank:
    """A fund with a gift that came, a payment that was ordered, and one that was ordered to a wrong account."""

    def __init__(self, folder: Path) -> None:
        store = SqliteStore(folder / "dongcheng.sqlite", "dongcheng")
        self.office = office = FundOffice("dongcheng", DAY, folder, store)
        self.gift = office.give(100_000).matter
        self.sent, self.back = (office.ask(amount).matter for amount in (40_000, 30_000))
        for payment in (self.sent, self.back):
            office.approve(payment)
            office.act("treasurer", "pay", payment)

    def statement(self, *more: str) -> bytes:
        rows = [
            f"2026-03-02,1,{self.gift} 捐款,1000.00,",
            f"2026-03-03,2,{self.sent} 付服务社,,400.00",
            f"2026-03-03,3,{self.back} 付服务社,,300.00",
            *more,
        ]
        return (HEAD + "\n".join(rows) + "\n").encode()


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return Bank(tmp_path)


def recorded(bank: Bank, data: bytes, who: str = "treasurer") -> list[tuple[str, str, str]]:
    office = bank.office
    compared = compare(office.service, data, "三月.csv")
    person = office.service.person(who)
    receipt, told = record(
        office.service, compared, data, "三月.csv", account="基本户", place=office.top, person=person
    )
    differs = compared.found.unclear or compared.found.unknown
    assert receipt.stage == ("differs" if differs else "fits"), "what came back is booked as such"
    return [(each.entry.matter, each.action, each.refusal) for each in told]


def test_what_the_statement_shows_has_cleared_and_what_it_sends_back_has_bounced(bank: Bank) -> None:
    office = bank.office
    office.clock.day = date(2026, 3, 9)
    told = recorded(bank, bank.statement(f"2026-03-06,4,{bank.back} 退汇,300.00,"))
    assert sorted(told) == sorted(
        [(bank.gift, "clear", ""), (bank.sent, "clear", ""), (bank.back, "bounce", "")]
    )
    assert (office.stage(bank.sent), office.stage(bank.back)) == ("paid", "committed")
    assert office.store.balance(f"committed:{bank.back}") == 30_000
    assert set(known_lines(office.service).values()) == {"1", "2", "3"}
    assert check(office.store) == []


def test_the_same_statement_again_changes_nothing(bank: Bank) -> None:
    office = bank.office
    office.clock.day = date(2026, 3, 9)
    recorded(bank, bank.statement())
    before = office.store.balances("")
    assert recorded(bank, bank.statement()) == []
    assert office.store.balances("") == before
    assert office.stage(bank.sent) == "paid"


def test_the_lines_of_an_earlier_statement_are_no_news_in_the_next(bank: Bank) -> None:
    office = bank.office
    office.clock.day = date(2026, 4, 9)
    recorded(bank, bank.statement())
    again = office.give(100_000).matter
    data = (HEAD + f"2026-03-02,1,{bank.gift} 捐款,1000.00,\n2026-04-09,9,捐款,1000.00,\n").encode()
    compared = compare(office.service, data, "四月.csv")
    assert compared.fresh == {f"{again}/1/0": "9"}, "the old entry of the same amount has its line"
    assert compared.fits


def test_only_the_money_of_the_account_is_compared(bank: Bank) -> None:
    office = bank.office
    first = office.fund
    office.fund = office.open_fund()
    other = office.give(500).matter
    office.clock.day = date(2026, 3, 9)
    data = bank.statement()
    assert [e.matter for e in compare(office.service, data, "三月.csv").on_the_way] == [other]
    assert compare(office.service, data, "三月.csv", [first]).on_the_way == ()


def test_a_line_that_nobody_knows_waits_for_an_explanation_by_two(bank: Bank) -> None:
    office = bank.office
    office.clock.day = date(2026, 3, 9)
    recorded(bank, bank.statement("2026-03-05,7,利息,0.12,"))
    (matter,) = office.service.listed("reconciliation", office.top)
    assert office.stage(matter) == "differs"
    office.appoint("treasurer", "fund_manager")
    office.act("treasurer", "explain", matter, "reconciliation", reason="银行结息，四月登记收入")
    with pytest.raises(Forbidden):
        office.act("treasurer", "confirm", matter, "reconciliation")
    assert office.act("manager", "confirm", matter, "reconciliation").stage == "confirmed"


def test_nobody_records_without_the_post(bank: Bank) -> None:
    bank.office.clock.day = date(2026, 3, 9)
    with pytest.raises(Forbidden):
        recorded(bank, bank.statement(), "manager")
    assert bank.office.stage(bank.sent) == "ordered"


def test_a_statement_without_a_line_is_refused(bank: Bank) -> None:
    with pytest.raises(BadInput, match="一行也没有"):
        compare(bank.office.service, HEAD.encode(), "三月.csv")


@pytest.fixture
def ledger(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.setenv("LINLI_INFRA", str(INFRA))

    def run(*arguments: object) -> tuple[int, str, str]:
        said = ["--deployment", "dongcheng", "ledger", "reconcile", *map(str, arguments)]
        code = main([*said, "--home", str(tmp_path)])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_the_command_prints_what_fits_and_what_does_not(
    tmp_path: Path, ledger: Callable[..., tuple[int, str, str]]
) -> None:
    bank = Bank(tmp_path)
    bank.office.give(77_700)
    bank.office.store.close()
    file = tmp_path / "三月.csv"
    file.write_bytes(bank.statement("2026-03-05,7,利息,0.12,", f"2026-03-06,8,{bank.back} 退汇,300.00,"))
    code, out, _ = ledger(file)
    assert code == FOUND
    assert f"已到账  2026-03-03  2  -400.00  {bank.sent}/3/0" in out
    assert "在途  2026-03-02  对账单上没有" in out
    assert f"已退回  2026-03-02  账上还没有登记  {bank.back}/3/0" in out
    assert "账上没有  2026-03-05  7  0.12  利息" in out
    assert "5 行，在途 1 笔，账上没有登记的退回 1 笔，账上没有 1 笔" in out
    said = json.loads(ledger(file, "--json")[1])
    assert (said["unknown"], said["recorded"]) == (["7"], "")


def test_the_command_records_as_the_treasurer(
    tmp_path: Path, ledger: Callable[..., tuple[int, str, str]]
) -> None:
    bank = Bank(tmp_path)
    bank.office.store.close()
    file = tmp_path / "三月.csv"
    file.write_bytes(bank.statement())
    code, out, _ = ledger(file, "--as", "treasurer", "--bank", "基本户")
    assert code == FINE, out
    assert f"{bank.sent}：登记为银行已付或已到账" in out and "对账结果记在 110101-2026-" in out
    code, out, _ = ledger(file, "--as", "treasurer", "--bank", "基本户")
    assert code == FINE and "登记为" not in out


def test_a_file_that_is_not_there_is_named(
    tmp_path: Path, ledger: Callable[..., tuple[int, str, str]]
) -> None:
    Bank(tmp_path).office.store.close()
    code, _, err = ledger(tmp_path / "没有.csv")
    assert code not in (FINE, FOUND) and "没有.csv" in err
