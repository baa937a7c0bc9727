"""What residents read of money: funds, calls, projects and organisations, and the files beside their pages."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from linli.ledger import FEN
from linli.publication import publish, take_down
from linli.statements import held
from tests.funding.conftest import code
from tests.funds.test_public_books import book_of
from tests.ledger.beancount import read as read_beancount
from tests.portal.money import DAY, MoneyTown
from tests.systems.town import read

OF_MONEY = ("funds/", "calls/", "projects/", "organizations/", "matters/", "places/", "index.html")
FILES = ("csv", "xlsx", "json", "beancount")


@pytest.fixture
def town(tmp_path: Path) -> MoneyTown:
    return MoneyTown(tmp_path)


def text(town: MoneyTown, address: str) -> str:
    return read(town.page(address))


class Nothing:
    """A publish that found nothing new."""

    def __init__(self) -> None:
        self.changes: dict[str, Any] = {}
        self.before: dict[str, Any] = {}


def test_a_fund_opens_with_this_years_income_spending_and_what_is_left_and_bound(town: MoneyTown) -> None:
    town.office.give(186_400_00, "助老")
    town.office.give(100_00)
    payment = town.spend(92_150_00, purpose="助老")
    town.office.act("treasurer", "pay", payment)
    town.built()
    said = text(town, f"funds/{town.office.fund}.html")
    answer = "今年收入 186,500 元，支出 92,150 元，结余 94,350 元，其中 94,250 元只能用于助老。"
    assert answer in said
    assert said.index(answer) < said.index("下一步") < said.index("持有单位")


def test_the_picture_and_the_table_beside_it_have_the_same_numbers(town: MoneyTown) -> None:
    town.office.give(1_000_00, source="政府购买")
    town.office.give(300_50)
    town.spend(200_00, source="政府购买")
    town.built()
    page = town.page(f"funds/{town.office.fund}.html")
    drawn = re.search(r"<desc>(.*?)</desc>", page)
    assert drawn is not None
    assert drawn[1] == (
        "来源：政府购买 1,000 元，居民自筹 300.50 元。去向：已批准、待付款 200 元，结余 1,100.50 元。"
    )
    said = read(page)
    assert "来源：政府购买 1,000.00 来源：居民自筹 300.50" in said
    assert "去向：已批准、待付款 200.00 去向：结余 1,100.50" in said


def test_every_entry_leads_to_the_step_that_decided_it(town: MoneyTown) -> None:
    gift = town.office.give(1_000_00).matter
    payment = town.spend(200_00)
    town.built()
    page = town.page(f"funds/{town.office.fund}/2026-03-001.html")
    links = re.findall(r'href="\.\./\.\./matters/([^/]+)/index\.html#(step-\d+)"', page)
    assert links == [(gift, "step-1"), (payment, "step-2")]
    for matter, step in links:
        assert f'id="{step}"' in town.page(f"matters/{matter}/index.html")


def test_what_is_promised_stands_there_until_it_is_paid(town: MoneyTown) -> None:
    town.office.give(1_000_00)
    payment = town.spend(200_00, reason="修路灯")
    town.built()
    address = f"funds/{town.office.fund}.html"
    assert "修路灯 2026年3月9日 已批准、待付款 200.00" in text(town, address)
    assert "另有 200 元已批准、待付款。" in text(town, address)
    town.office.act("treasurer", "pay", payment)
    town.caught_up()
    assert "已经定了、还没有付清的" not in text(town, address)
    assert "今年收入 1,000 元，支出 200 元，结余 800 元。" in text(town, address)


def test_disclosure_is_late_on_the_morning_after_its_day_and_the_page_said_so_before(town: MoneyTown) -> None:
    town.office.fund = town.office.open_fund()
    town.office.give(1_000_00)
    town.built()
    address = f"funds/{town.office.fund}.html"
    due = re.search(r"应在(\d+)年(\d+)月(\d+)日前公开收支", text(town, address))
    assert due is not None
    day = date(*map(int, due.groups()))
    after = day + timedelta(days=1)
    assert f"{after.year}年{after.month}月{after.day}日起还没有公开收支的，标为逾期" in text(town, address)
    town.portal.apply(Nothing(), day)
    assert "逾期。" not in text(town, address)
    town.portal.apply(Nothing(), after)
    assert "已经逾期。" in text(town, address) and "逾期" in text(town, "funds/index.html")


def test_a_new_year_turns_the_sentence_and_keeps_what_was_carried(town: MoneyTown) -> None:
    town.office.give(1_000_00)
    town.built()
    address = f"funds/{town.office.fund}.html"
    town.portal.apply(Nothing(), date(2027, 1, 1))
    assert "今年还没有收支；加上以前年度结转，现在结余 1,000 元。" in text(town, address)
    town.office.clock.day = date(2027, 1, 4)
    town.office.give(50_00)
    town.caught_up()
    assert "今年收入 50 元，支出 0 元；加上以前年度结转，现在结余 1,050 元。" in text(town, address)
    assert "以前年度结转 1,000.00" in text(town, f"funds/{town.office.fund}/2027.html")


def test_one_entry_rewrites_its_month_its_year_and_its_fund_and_no_other_of_them(town: MoneyTown) -> None:
    town.filled()
    other = town.office.open_fund(title="另一个基金")
    town.office.give(
        20_00
    )  # the month has begun: with its first entry the year looks which of its months are over
    town.built()
    town.office.give(10_00)
    report = town.caught_up()
    fund = town.office.fund
    of_funds = {each for each in report.written if each.startswith("funds/")}
    month = {f"funds/{fund}/2026-04-001.html", f"funds/{fund}/gifts-2026-002.html"}
    files = {f"funds/{fund}/current.{suffix}" for suffix in FILES}
    assert of_funds == {f"funds/{fund}.html", f"funds/{fund}/2026.html", "funds/index.html", *month, *files}
    drawn = {each for each in report.reasons if each.startswith("funds/")}
    assert drawn == of_funds and not any(other in each for each in drawn), "nor is it drawn in vain"


def test_a_fund_of_many_entries_stays_light(town: MoneyTown) -> None:
    town.filled()
    town.built()
    heavy = {
        address: len(content)
        for address, content in town.files().items()
        if address.endswith(".html") and address.startswith(OF_MONEY) and len(content) > 30_000
    }
    assert heavy == {}


# Files


def entries(town: MoneyTown, kind: str, book: str, year: str) -> list[dict[str, str]]:
    data = town.out.get(f"{kind}/{book}/{year}.csv") or b""
    assert data.startswith(b"\xef\xbb\xbf"), "Excel reads it as UTF-8"
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_files_of_a_year_say_the_same_and_sum_to_the_ledger(town: MoneyTown) -> None:
    town.filled()
    town.built()
    fund = town.office.fund
    prefix = f"fund:{fund}:"
    sums: dict[str, Decimal] = {}
    for year in ("2025", "2026", "current"):
        rows = entries(town, "funds", fund, year)
        told = json.loads(town.out.get(f"funds/{fund}/{year}.json") or b"")
        book = load_workbook(io.BytesIO(town.out.get(f"funds/{fund}/{year}.xlsx") or b""))
        sheet = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
        assert [Decimal(row["金额"]) * 100 for row in rows] == [each["amount"] for each in told["entries"]]
        assert [Decimal(row["金额"]) for row in rows] == [Decimal(str(row[7])) for row in sheet]
        assert told["opening"]["held"] == {k.removeprefix(prefix): int(v * 100) for k, v in sums.items() if v}
        for row in rows:
            for account, sign in ((row["转出账户"], -1), (row["转入账户"], 1)):
                if account.startswith(prefix):
                    sums[account] = sums.get(account, Decimal()) + sign * Decimal(row["金额"])
        assert told["closing"]["held"] == {k.removeprefix(prefix): int(v * 100) for k, v in sums.items() if v}
    ledger = {name: n for (name, of), n in town.office.store.balances(prefix).items() if n and of == FEN}
    assert {name: int(n * 100) for name, n in sums.items() if n} == ledger


def test_beancount_reads_each_year_by_itself_and_agrees_with_every_balance(town: MoneyTown) -> None:
    call, _, _ = town.filled()
    town.built()
    for address in (
        f"funds/{town.office.fund}/2025",
        f"funds/{town.office.fund}/2026",
        f"calls/{call}/2026",
        f"calls/{call}/current",
    ):
        told = read_beancount((town.out.get(f"{address}.beancount") or b"").decode())
        assert told.asserted and told.transactions
        assert all(told.sums[key] == amount for key, amount in told.asserted.items())
        assert all(sum(amount for _, amount, _ in legs) == 0 for legs in told.transactions)


def test_the_same_record_gives_the_same_files_byte_for_byte(town: MoneyTown, tmp_path: Path) -> None:
    town.filled()
    town.built()
    from linli_site.bucket import Memory

    clean = Memory()
    town.opened(clean).build(town.office.clock.today())
    assert clean.files == dict(town.files())


# What is withheld


def test_a_step_that_comes_down_leaves_amounts_and_no_words_in_pages_and_files(town: MoneyTown) -> None:
    gift = town.office.give(700_00, donor="某商场", receipt_waived=True).matter
    town.built()
    assert any("某商场".encode() in content for content in town.files().values())
    before = take_down(town.office.service.desk, gift, 1)
    publish(town.office.service.desk)
    town.portal = town.opened(town.out)
    town.portal.build(town.office.clock.today())
    assert before and not any("某商场".encode() in content for content in town.files().values())
    said = text(town, f"funds/{town.office.fund}/2026-03-001.html")
    assert "没有公开的办理" in said and "700.00" in said
    assert sum(held(book_of(town.office.store, town.office.fund)).values()) == 700_00
    assert gift not in town.page(f"funds/{town.office.fund}/2026-03-001.html")


# Calls, projects, organisations


def test_a_call_says_what_it_offers_until_when_and_how_it_is_scored(town: MoneyTown) -> None:
    call = town.venture.publish(trimmed=False, ties=["need", "benefit"], skip=False)
    town.built()
    said = text(town, f"calls/{call}.html")
    assert "正在征集项目：总预算 200,000 元，单个项目最多 100,000 元，申报到2026年4月10日为止。" in said
    assert "2026年4月11日起不再受理。" in said
    assert "需求 30 受益 30 可行 20 可持续 20 满分 100" in said
    assert "先比需求、受益的得分" in said and "到此为止" in said
    assert "2026年公益创投" in text(town, "calls/index.html")
    assert "有 1 次征集正在接受申报" in text(town, "calls/index.html")
    town.portal.apply(Nothing(), date(2026, 4, 11))
    assert "申报已经截止，收到 0 份申报" in text(town, f"calls/{call}.html")


def test_candidates_stand_with_scores_and_reasons_once_it_is_decided_and_not_before(town: MoneyTown) -> None:
    call = town.venture.publish(budget_fen=12_000_000)
    won = town.venture.scored(call, 1, 30, 25, 15, 15)
    lost = town.venture.scored(call, 2, 20, 20, 15, 15)
    town.built()
    address = f"calls/{call}.html"
    before = text(town, address)
    assert "还有 2 份申报没有确定" in before and "资助了谁" not in before
    assert "85" not in text(town, f"calls/{call}/candidates-001.html")
    town.venture.award(won, 2)
    town.venture.award(lost, 2)
    town.caught_up()
    said = text(town, address)
    assert "总预算 120,000 元，资助 1 个项目，共 80,000.01 元，还有 39,999.99 元没有安排。" in said
    assert "邻里互助1号 第1社工服务社 1 85 80,000.01 80,000.01 入选公示" in said
    assert "邻里互助2号 第2社工服务社 2 70 80,000.01 0.00 未入选：本次征集的资金已按得分次序用完" in said
    page = town.page(address)
    assert f'href="../projects/{won}.html"' in page
    assert f'href="../organizations/{code(1)}.html"' in page


def test_a_project_shows_lines_tranches_what_gates_the_next_and_who_said_what(town: MoneyTown) -> None:
    call, won, lost = town.filled()
    town.built()
    said = text(town, f"projects/{won}.html")
    assert "资助 80,000.01 元，分 2 期，已经拨付 1 期。" in said
    assert "第 2 期 32,000.00 元：还没有结项评估。" in said
    assert "人员 40,000.00 40,000.00 10,000.00 30,000.00" in said
    assert "合计 80,000.01 80,000.01 10,000.00 70,000.01" in said
    assert "第 1 位专家 需求 30，受益 25，可行 15，可持续 15 85 需求清楚，做法可行" in said
    assert "中期评估 通过 进展正常" in said and "结对六十户" in said
    assert "没有入选：得 70 分，第 2 名，本次征集的资金已按得分次序用完。" in text(
        town, f"projects/{lost}.html"
    )
    assert f'href="../calls/{call}.html"' in town.page(f"projects/{won}.html")


def test_an_organisation_has_one_page_for_all_its_applications(town: MoneyTown) -> None:
    town.filled()
    second = town.venture.publish(title="第二批征集", opens="2026-04-01", closes="2026-05-30")
    town.venture.apply(second, 2)
    town.built()
    said = text(town, f"organizations/{code(2)}.html")
    assert "第2社工服务社" in said and "已登记" in said and code(2) in said
    assert "申报过 2 个项目，还没有入选的。" in said
    assert "未入选：70 分，第 2 名，本次征集的资金已按得分次序用完" in said
    assert "第二批征集" in said and "待资格审查" in said
    assert "申报过 1 个项目，入选 1 个，共 80,000.01 元；正在办理 1 个。" in text(
        town, f"organizations/{code(1)}.html"
    )


def test_a_filing_number_that_no_address_can_bear_still_has_its_page(town: MoneyTown) -> None:
    row = {"title": "楼门互助队", "place": town.office.top, "standing": "filed", "since": "2024-05-01"}
    town.office.enter("organizations", {"code": "街备/2025 第7号", **row})
    town.built()
    pages = [a for a in town.files() if a.startswith("organizations/") and "楼门互助队" in town.page(a)]
    assert len(pages) == 1


def test_the_communitys_page_names_its_projects(town: MoneyTown) -> None:
    _, won, _ = town.filled()
    town.built()
    place = town.office.service.matter(won).place
    page = town.page(f"places/{place}/index.html")
    assert f'href="../../projects/{won}.html"' in page and "邻里互助1号" in page


def test_what_residents_voted_stands_on_the_project_and_on_its_call(town: MoneyTown) -> None:
    call, won, lost = town.filled()
    choices = [{"key": won, "count": 61, "selected": True}, {"key": lost, "count": 20}]
    tally = {
        "id": "320613-2026-POLL",
        "place": town.office.top,
        "question": "选哪些项目",
        "method": "按得票从高到低",
        "counted": "2026-03-08",
        "ballots": 81,
        "electors": 120,
        "choices": choices,
        "certificate": "ab" * 32,
    }
    town.built()
    town.office.enter("tallies", tally)
    report = town.caught_up()
    assert f"projects/{won}.html" in report.written
    for address in (f"projects/{won}.html", f"calls/{call}.html"):
        said = text(town, address)
        assert "2026年3月8日计票：选哪些项目" in said and "有效票 81 张" in said and "ab" * 32 in said
        assert "邻里互助1号 61 入选" in said
    assert "邻里互助2号 20 未入选" in text(town, f"calls/{call}.html")


# Grant data


def test_grants_are_valid_360giving_data(town: MoneyTown, shared: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    referencing = pytest.importorskip("referencing", reason="referencing is not installed")
    drafts = pytest.importorskip("referencing.jsonschema", reason="referencing is not installed")
    call, won, _ = town.filled()
    town.built()
    package = json.loads(town.out.get(f"calls/{call}/360giving.json") or b"")
    folder = shared / "data" / "schemas"
    schema = json.loads((folder / "360-giving-package-schema.json").read_text("utf-8"))
    grant = json.loads((folder / "360-giving-schema.json").read_text("utf-8"))
    resource = drafts.DRAFT202012.create_resource(grant)
    named = schema["properties"]["grants"]["items"][
        "$ref"
    ]  # the package names another patch of the same schema
    found = referencing.Registry().with_resource(named, resource)
    dates = jsonschema.FormatChecker(formats=())
    dates.checks("date-time")(lambda value: "T" in value)
    validator = jsonschema.Draft202012Validator(schema, registry=found, format_checker=dates)
    faults = validator.iter_errors(package)
    assert [fault.message for fault in faults] == []
    (told,) = package["grants"]
    assert (told["amountAwarded"], told["amountDisbursed"], told["currency"]) == (80_000.01, 48_000.01, "CNY")
    assert told["recipientOrganization"] == [{"id": f"CN-USCC-{code(1)}", "name": "第1社工服务社"}]
    assert told["awardDate"] == DAY.isoformat() and won in told["id"]


def test_a_call_that_funded_nobody_hands_out_no_grant_data(town: MoneyTown) -> None:
    call = town.venture.publish()
    town.built()
    assert town.out.get(f"calls/{call}/360giving.json") is None


def test_a_month_moves_into_the_files_of_its_year_on_the_morning_after_its_last_day(town: MoneyTown) -> None:
    town.office.give(1_000_00)
    town.built()
    fund = town.office.fund
    assert [len(entries(town, "funds", fund, year)) for year in ("2026", "current")] == [0, 1]
    town.portal.apply(Nothing(), date(2026, 3, 31))
    assert [len(entries(town, "funds", fund, year)) for year in ("2026", "current")] == [0, 1]
    town.portal.apply(Nothing(), date(2026, 4, 1))
    assert [len(entries(town, "funds", fund, year)) for year in ("2026", "current")] == [1, 0]
    assert "下载这一年已经结束的月份" in text(town, f"funds/{fund}/2026.html")
    assert "下载还没有结束的月份" not in text(town, f"funds/{fund}/2026.html")


def test_a_year_shows_its_months_and_what_was_left_at_the_end_of_each(town: MoneyTown) -> None:
    town.filled()
    town.built()
    said = text(town, f"funds/{town.office.fund}/2025.html")
    assert "4月 7,345.67 1,234.56 6,111.11 5月 7,345.67 1,234.56 12,222.22" in said
