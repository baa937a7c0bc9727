"""崇川: the list of powers, burdens by kind and misplaced work through the service, with the shipped plugins."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.places.districts import District

HONGDONG = "320613005002"
OWNED = {
    "code": "CC-D01",
    "title": "安全生产执法检查",
    "place": "320613000000",
    "duty": "prohibited",
    "nature": "enforcement",
    "owner": "崇川区应急管理局",
}
LISTED = {"code": "CC-S01", "title": "调解民间纠纷", "place": "320613000000", "duty": "self_government"}
VISITS: dict[str, Any] = {
    "title": "独居老人冬季走访",
    "communities": [{"community": HONGDONG, "need_fen": 300_000, "offered_fen": 300_000}],
    "basis": "关于独居老人关爱的通知",
    "duty": "entrusted",
    "nature": "service",
    "kinds": ["task", "ledger"],
    "starts": "2026-04-01",
    "ends": "2026-12-31",
    "responsible": ["崇川区民政局"],
}


@pytest.fixture
def chongchuan(tmp_path: Path) -> District:
    return District("chongchuan", date(2026, 3, 2), tmp_path)


def reasons(receipt: Any) -> str:
    return "；".join(heard.reason for heard in receipt.judgement.adverse())


def test_a_task_on_no_list_is_refused_on_record_until_it_is_admitted(chongchuan: District) -> None:
    asked = {"title": "独居老人冬季走访", "asked_by": "某局", "asked_on": "2026-04-02"}
    assert chongchuan.refuse(HONGDONG, **asked).stage == "recorded"
    (child,) = chongchuan.admit(chongchuan.apply(**VISITS).matter, "entrusted", "service").children
    assert chongchuan.refuse(HONGDONG, **asked, admission=child).stage == "not_founded"


def test_a_committee_cannot_refuse_what_is_on_its_list(chongchuan: District) -> None:
    chongchuan.lists(LISTED)
    refused = chongchuan.refuse(
        HONGDONG, title="调解纠纷", asked_by="某局", asked_on="2026-03-02", item="CC-S01"
    )
    assert refused.stage == "not_founded"
    assert "职权清单" in reasons(refused)


def test_an_order_is_refused_and_a_request_for_help_is_not(chongchuan: District) -> None:
    assert chongchuan.apply(**VISITS | {"manner": "order"}).stage == "refused"
    assert chongchuan.apply(**VISITS | {"manner": "assistance"}).stage == "under_review"


def test_an_application_without_kinds_goes_back(chongchuan: District) -> None:
    returned = chongchuan.apply(**VISITS | {"kinds": []})
    assert returned.stage == "returned"
    assert "事项类型" in reasons(returned)


def test_misplaced_work_is_refused_with_the_department_named(chongchuan: District) -> None:
    chongchuan.lists(OWNED)
    refused = chongchuan.apply(**VISITS | {"item": "CC-D01"})
    assert refused.stage == "refused"
    assert "崇川区应急管理局" in reasons(refused)


@pytest.mark.parametrize(
    ("applied", "decided", "stage"),
    [
        (date(2025, 11, 3), date(2025, 12, 31), "refused"),
        (date(2025, 12, 22), date(2026, 1, 1), "admitted"),
        (date(2026, 1, 5), date(2026, 1, 20), "admitted"),
    ],
)
def test_consent_is_asked_for_until_the_end_of_2025_only(
    tmp_path: Path, applied: date, decided: date, stage: str
) -> None:
    chongchuan = District("chongchuan", applied, tmp_path)
    matter = chongchuan.apply(**VISITS).matter
    chongchuan.clock.day = decided
    assert chongchuan.admit(matter, "entrusted", "service").stage == stage
