"""The page on which a person looks up a receipt: what it tells, what it withholds, and that the number stays there."""

import logging
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from linli.publication import publish
from linli_functions.api import LIMITS, Limits
from linli_functions.building import RECEIPTS
from linli_functions.opening import House
from linli_functions.serving import app
from tests.functions.offices import Office, application

UNKNOWN = "0000-0000-0000-0000-0000"


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path)


def begun_case(office: Office) -> dict[str, str]:
    """A case that a department has just filed."""
    return office.begin("clerk", application()).json()


def person(office: Office, folder: Path, limits: Limits = LIMITS) -> TestClient:
    """Somebody with a browser and no account."""
    house = House([office.service])
    return TestClient(app(house, office.identity, folder, limits), base_url="http://house/dongcheng/")


def test_a_receipt_shows_the_stage_and_who_is_next_by_when(office, tmp_path):
    begun = begun_case(office)
    page = person(office, tmp_path).get(RECEIPTS, params={"code": begun["code"]})
    assert page.status_code == 200
    assert begun["matter"] in page.text and begun["stage_title"] in page.text
    assert re.search(r"应在\d+年\d+月\d+日（星期.）前", page.text)


def test_the_link_to_the_public_page_comes_once_the_matter_is_published(office, tmp_path):
    begun = begun_case(office)
    link = f'href="matters/{begun["matter"]}/index.html"'
    client = person(office, tmp_path)
    assert link not in client.get(RECEIPTS, params={"code": begun["code"]}).text
    publish(office.service.desk)
    assert link in client.get(RECEIPTS, params={"code": begun["code"]}).text


def test_a_number_may_be_typed_in_small_letters_and_without_hyphens(office, tmp_path):
    code = begun_case(office)["code"].lower().replace("-", " ")
    assert person(office, tmp_path).get(RECEIPTS, params={"code": code}).status_code == 200


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        (UNKNOWN, 404, "没有这个回执号"),
        ("0000", 400, "填得不对"),
        ("x" * 10_000, 400, "填得不对"),
        ("<b>", 400, "填得不对"),
    ],
)
def test_a_number_that_is_none_is_said_to_be_none(office, tmp_path, code, status, said):
    page = person(office, tmp_path).get(RECEIPTS, params={"code": code})
    assert (page.status_code, said in page.text, "<form" in page.text) == (status, True, True)
    assert "<b>" not in page.text


def test_without_a_number_there_is_the_form(office, tmp_path):
    page = person(office, tmp_path).get(RECEIPTS)
    assert page.status_code == 200 and 'name="code"' in page.text


def test_numbers_cannot_be_tried_out_on_the_page(tmp_path):
    client = person(Office(tmp_path), tmp_path, Limits(receipts_per_minute=6, receipts_burst=3))
    tries = [client.get(RECEIPTS, params={"code": UNKNOWN}) for _ in range(5)]
    assert [each.status_code for each in tries] == [404] * 3 + [429] * 2
    assert int(tries[-1].headers["retry-after"]) > 0


def test_the_number_stays_on_the_page(office, tmp_path, caplog):
    caplog.set_level(logging.DEBUG, logger="linli")
    code = begun_case(office)["code"]
    page = person(office, tmp_path).get(RECEIPTS, params={"code": code})
    assert code not in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert not re.search(r'(?:href|src|action)="(?:https?:)?//', page.text)
    assert "<script" not in page.text
    assert not any(
        code in record.getMessage() for record in caplog.records if record.name.startswith("linli")
    )


def test_personal_fields_are_not_told(office, tmp_path):
    begun = begun_case(office)
    page = person(office, tmp_path).get(RECEIPTS, params={"code": begun["code"]})
    assert "张三" not in page.text and "13800138000" not in page.text
