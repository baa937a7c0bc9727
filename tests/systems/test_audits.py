"""What auditors get, and what nobody else gets: through the API, the command line, and the desk."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from linli.auditing import audit_for, hand_over
from linli.bank import Line
from linli.places import Level
from tests.ledger.beancount import read as read_beancount
from tests.systems.test_funds import Purse
from tests.systems.town import Denied, deployment

SLUG = "chongchuan"
OPENED, CLOSED, TODAY = date(2026, 1, 5), date(2026, 3, 31), date(2026, 4, 8)
PACKAGE = "audits/2026-1/package"


class Audited(Purse):
    """A street's fund that took and paid in the first quarter, and an audit of just that."""

    def __init__(self, folder: Path) -> None:
        places, top = deployment(SLUG).places, deployment(SLUG).place
        self.street, elsewhere = (place.code for place in list(places.below(top, Level.STREET))[:2])
        people = {
            "manager": [("fund_manager", top)],
            "cashier": [("fund_clerk", top)],
            "approver": [("fund_approver", top)],
            "treasurer": [("fund_treasurer", top)],
            "auditor": [("auditor", self.street)],
            "district auditor": [("auditor", top)],
            "auditor elsewhere": [("auditor", elsewhere)],
            "auditor of a unit": [],
            "auditor who left": [],
        }
        super().__init__(SLUG, OPENED, folder, people=people)
        self.audited = audited(self, self.street)


@pytest.fixture
def town(tmp_path: Path) -> Audited:
    return Audited(tmp_path)


def audited(town: Purse, street: str) -> str:
    """The fund: opened at a street, with gifts, payments, a void, a late entry, and what came after the period."""
    fund = town.fund(street, title="街道微基金")
    town.give(fund, 10_000_00, place=street, donor_name="隐去的一位居民", receipt_waived=True)
    first = town.spend(fund, 1_500_00, place=street, reason="修路灯").matter
    town.pay(first)
    town.clock.day = date(2026, 2, 10)
    town.give(fund, 2_000_00, source="辖区单位赞助")  # at the district, into the street's fund
    second = town.spend(fund, 700_00, place=street, reason="慰问").matter
    town.take("manager", "void", {"reason": "重复申请"}, matter=second, procedure="payment")
    refused = town.ask(fund, 99_999_00, place=street, reason="超过结余的支出")
    assert refused.stage == "refused"
    town.clock.day = TODAY
    late = {"happened": "2026-03-20", "decided": "2026-03-20", "on_behalf_of": "paper"}
    facts = {"fund": fund, "source": "居民自筹", "channel": "grant", "amount_fen": 300_00}
    town.take("cashier", "record", facts, procedure="contribution", place=street, **late)
    town.give(fund, 50_00, place=street)
    row = {"id": "2026-1", "title": "一季度审计", "place": street, "since": OPENED, "until": CLOSED}
    town.imports("audits", [row])
    return fund


def opened(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def sheets(files: dict[str, bytes]) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(files["账册.xlsx"]))
    return {sheet.title: list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book}


def test_the_packages_journal_sums_to_the_balances(town: Audited) -> None:
    files = opened(town.download(PACKAGE, "auditor"))
    account = f"fund:{town.audited}:居民自筹:非限定"
    rows = list(csv.DictReader(io.StringIO(files["journal.csv"].decode("utf-8-sig"))))
    sums: dict[str, Decimal] = {}
    for row in rows:
        for name, sign in ((row["转出账户"], -1), (row["转入账户"], 1)):
            sums[name] = sums.get(name, Decimal()) + sign * Decimal(row["金额"])
    balances = {row[0]: row for row in sheets(files)["余额"]}
    assert all(row[-1] == "相符" for row in balances.values())
    for name, row in balances.items():
        before, after, later, now = (Decimal(row[at].replace(",", "")) for at in (2, 5, 6, 7))
        assert before + sums.get(name, Decimal()) == after
        assert after + later == now == Decimal(town.store.balance(name)) / 100
    assert balances[account][5] == "8,800.00" and balances[account][6] == "50.00"
    assert any(row["转入账户"].endswith("辖区单位赞助:非限定") for row in rows), (
        "whoever caused it, and wherever"
    )
    told = read_beancount(files["ledger.beancount"].decode())
    assert all(told.sums[key] == amount for key, amount in told.asserted.items())


def test_the_audits_period_bounds_which_postings_are_in(town: Audited) -> None:
    town.imports(
        "audits",
        [
            {
                "id": "2026-2",
                "title": "二月审计",
                "place": town.street,
                "since": "2026-02-01",
                "until": "2026-02-28",
            }
        ],
    )
    files = opened(town.download("audits/2026-2/package", "auditor"))
    days = {row["日期"] for row in csv.DictReader(io.StringIO(files["journal.csv"].decode("utf-8-sig")))}
    assert days == {"2026-02-10"}
    told = read_beancount(files["ledger.beancount"].decode())
    assert all(told.sums[key] == amount for key, amount in told.asserted.items()), (
        "with what was there before"
    )


def test_it_shows_decisions_with_reasons_what_was_refused_reversed_and_entered_late(town: Audited) -> None:
    files = opened(town.download(PACKAGE, "auditor"))
    steps = json.loads(files["decisions.json"])
    refused = [step for step in steps if step["stage"] == "refused"]
    assert any("99,999" in json.dumps(step["judgement"], ensure_ascii=False) for step in refused)
    assert {step["procedure"] for step in steps} == {"社区基金", "基金收入", "基金支出"}
    told = sheets(files)
    assert any(row[0] == "冲销" for row in told["另行决定和更正"])
    late = {row[0]: row for row in told["补录"]}
    assert late["期后补录本期的账"][6] == 19 and "补录" in late
    assert {row[3] for row in told["银行对账"]} == {"在途"}, "no statement was handed in"


def test_no_personal_data_is_in_it_and_every_file_has_its_hash(town: Audited) -> None:
    data = town.download(PACKAGE, "auditor")
    files = opened(data)
    assert not [name for name, content in files.items() if "隐去的一位居民".encode() in content]
    names = {step["facts"].get("donor_name", "") for step in json.loads(files["decisions.json"])}
    assert names == {"", "（个人信息，未提供）"}
    for line in files["sha256.txt"].decode().splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    assert town.download(PACKAGE, "auditor") == data, "the same books give the same bytes"


@pytest.mark.parametrize(
    "who", ["", "auditor elsewhere", "manager", "treasurer", "administrator", "resident"]
)
def test_nobody_else_gets_a_package_or_hears_of_an_audit(town: Audited, who: str) -> None:
    who = (
        f"resident@{deployment(SLUG).places.below(town.place, Level.COMMUNITY)[0].code}"
        if who == "resident"
        else who
    )
    with pytest.raises(Denied) as denied:
        town.download(PACKAGE, who)
    assert denied.value.status == (404 if who else 401)
    if who:
        assert town.get("audits", who) == {"audits": []}
        with pytest.raises(Denied) as unknown:
            town.download("audits/there-is-none/package", who)
        assert str(unknown.value) == str(denied.value), "as if there were none"


def test_a_district_auditor_reaches_below_and_a_street_auditor_not_above(town: Audited) -> None:
    assert town.download(PACKAGE, "district auditor")
    row = {"id": "whole", "title": "全区审计", "place": town.place, "since": OPENED, "until": CLOSED}
    town.imports("audits", [row])
    assert town.download("audits/whole/package", "district auditor")
    with pytest.raises(Denied) as denied:
        town.download("audits/whole/package", "auditor")
    assert denied.value.status == 404


def test_the_dates_of_the_appointment_bound_when_it_can_be_had(town: Audited) -> None:
    row = {"id": "t1", "person": "auditor who left", "post": "auditor", "place": town.street}
    town.imports("appointments", [{**row, "since": "2026-04-01", "until": "2026-04-10"}])
    assert town.download(PACKAGE, "auditor who left")
    town.clock.day = date(2026, 4, 10)
    assert town.download(PACKAGE, "auditor who left")
    town.clock.day = date(2026, 4, 11)
    with pytest.raises(Denied) as denied:
        town.download(PACKAGE, "auditor who left")
    assert denied.value.status == 404
    assert town.get("audits", "auditor who left") == {"audits": []}


def test_an_audit_given_to_an_office_is_that_offices(town: Audited) -> None:
    row = {"id": "2026-9", "title": "专项审计", "place": town.street, "since": OPENED, "until": CLOSED}
    town.imports("audits", [{**row, "unit": "某会计师事务所"}])
    with pytest.raises(Denied):
        town.download("audits/2026-9/package", "auditor")
    post = {"id": "t2", "person": "auditor of a unit", "post": "auditor", "place": town.street}
    town.imports("appointments", [{**post, "unit": "某会计师事务所", "since": "2026-01-01"}])
    assert town.download("audits/2026-9/package", "auditor of a unit")


def test_every_package_that_is_had_is_noted_with_its_hash(town: Audited) -> None:
    data = town.download(PACKAGE, "auditor")
    (audit,) = town.get("audits", "district auditor")["audits"]
    (handed,) = audit["handed_over"]
    assert handed["sha256"] == hashlib.sha256(data).hexdigest() and handed["size"] == len(data)
    assert "auditor" not in handed["by"], "by a pseudonym"


def test_a_period_that_ends_before_it_begins_is_refused(town: Audited) -> None:
    row = {"id": "x", "title": "倒着的", "place": town.place, "since": "2026-03-01", "until": "2026-02-01"}
    with pytest.raises(Denied, match="审计期间的结束早于开始"):
        town.imports("audits", [row])


def test_a_statement_of_the_bank_is_set_beside_the_books(town: Audited) -> None:
    audit = audit_for(town.service, "2026-1", None)
    lines = (
        Line(date(2026, 1, 6), "B-001", "来款", 10_000_00),
        Line(date(2026, 1, 9), "B-002", "手续费", -5_00),
    )
    told = sheets(opened(hand_over(town.service, audit, None, lines)))["银行对账"]
    assert [row[3:] for row in told if row[2] == 10000] == [("已到账", "B-001")]
    assert [row[0] for row in told if row[4] == "B-002"] == ["账上没有"]
