"""Identifiers: a right one passes, any single slip is caught."""

import csv
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.errors import BadInput
from linli.identifiers import (
    PROVINCE_CODES,
    USCC_CHARACTERS,
    is_old_resident_id,
    is_resident_id,
    is_uscc,
    parse_region_code,
    parse_uscc,
    passes_luhn,
    resident_id_check_digit,
    uscc_check_character,
)

# Numbers printed as examples: in GB 11643-1999 (two people who never lived) and in python-stdnum.
GB_11643_EXAMPLES = ("11010519491231002X", "440524188001010014")
STDNUM_USCC_EXAMPLE = "91110000600037341L"

uscc_bodies = st.tuples(
    st.sampled_from("159Y"),
    st.sampled_from("1239"),
    st.integers(100000, 999999).map(str),
    st.text(USCC_CHARACTERS, min_size=9, max_size=9),
).map("".join)
births = st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 1, 1))
resident_id_bodies = st.tuples(
    st.sampled_from(sorted(PROVINCE_CODES)),
    st.integers(0, 9999).map("{:04d}".format),
    births.map("{:%Y%m%d}".format),
    st.integers(0, 999).map("{:03d}".format),
).map("".join)


def test_the_published_example_of_a_credit_code_passes() -> None:
    assert is_uscc(STDNUM_USCC_EXAMPLE)


@settings(max_examples=200)
@given(uscc_bodies, st.integers(0, 17), st.sampled_from(USCC_CHARACTERS))
def test_a_credit_code_with_one_wrong_character_is_refused(body: str, place: int, other: str) -> None:
    code = body + uscc_check_character(body)
    assert is_uscc(code)
    slipped = code[:place] + other + code[place + 1 :]
    assert is_uscc(slipped) == (slipped == code)


@settings(max_examples=200)
@given(uscc_bodies)
def test_credit_codes_agree_with_python_stdnum(body: str) -> None:
    uscc = pytest.importorskip(
        "stdnum.cn.uscc", reason="python-stdnum is the oracle here and is not installed"
    )
    assert uscc.calc_check_digit(body) == uscc_check_character(body)


def test_a_credit_code_is_read_with_spaces_and_small_letters() -> None:
    assert parse_uscc(" 9111 0000 6000 3734 1l ") == STDNUM_USCC_EXAMPLE


@pytest.mark.parametrize(
    ("text", "hint"),
    [("9111", "18 位"), ("91110000600037341I", "字符 I"), ("91110000600037341M", "校验位不符")],
)
def test_a_wrong_credit_code_is_refused_with_its_reason(text: str, hint: str) -> None:
    with pytest.raises(BadInput, match=hint):
        parse_uscc(text)


@pytest.mark.parametrize("number", GB_11643_EXAMPLES)
def test_the_examples_of_the_standard_pass(number: str) -> None:
    assert is_resident_id(number)
    assert resident_id_check_digit(number[:17]) == number[17]


def test_a_small_x_counts_as_a_capital_one() -> None:
    assert is_resident_id("11010519491231002x")


@settings(max_examples=200)
@given(resident_id_bodies, st.integers(0, 16), st.integers(0, 9).map(str))
def test_a_resident_id_with_one_wrong_digit_is_refused(body: str, place: int, other: str) -> None:
    number = body + resident_id_check_digit(body)
    assert is_resident_id(number)
    slipped = number[:place] + other + number[place + 1 :]
    assert is_resident_id(slipped) == (slipped == number)


@pytest.mark.parametrize(
    "body",
    ["00010519491231002", "11010519490231002", "11010517991231002", "11010519491331002"],
    ids=["no such province", "31 February", "before 1850", "month 13"],
)
def test_a_resident_id_must_name_a_province_and_a_day(body: str) -> None:
    assert not is_resident_id(body + resident_id_check_digit(body))


def test_an_old_number_needs_a_province_and_a_day_of_birth() -> None:
    assert is_old_resident_id("110105491231002")
    assert not is_old_resident_id("110105491331002")
    assert not is_old_resident_id("990105491231002")


def test_a_community_code_with_a_serial_number_is_no_old_resident_id() -> None:
    assert not is_old_resident_id("330102001002" + "007")


def test_luhn_accepts_the_example_of_the_standard_and_catches_a_slip() -> None:
    assert passes_luhn("4111111111111111")
    assert passes_luhn("79927398713")
    assert not passes_luhn("79927398710")


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("110101007001", "community", "110101007000"),
        ("110101007000", "street", "110101000000"),
        ("110101000000", "county", "110100000000"),
        ("110100000000", "prefecture", "110000000000"),
        ("110000000000", "province", "000000000000"),
        ("110101010000", "street", "110101000000"),
        ("110101007010", "community", "110101007000"),
    ],
)
def test_a_region_code_knows_its_level_and_parent(code: str, level: str, parent: str) -> None:
    region = parse_region_code(code)
    assert region.level == level
    assert region.parent == parse_region_code(parent)


def test_the_country_has_no_parent() -> None:
    assert parse_region_code("000000000000").parent is None


def test_a_short_code_is_filled_up() -> None:
    assert parse_region_code("110101").code == "110101000000"
    assert parse_region_code("110101007").street == "007"


def test_a_district_contains_its_communities_and_no_others() -> None:
    district = parse_region_code("110101")
    assert district.contains(parse_region_code("110101007001"))
    assert district.contains(district)
    assert not district.contains(parse_region_code("110102007001"))
    assert not parse_region_code("110101007001").contains(district)


@pytest.mark.parametrize(
    "text", ["", "1101", "11010100700a", "１１０１０１００７００１", "110101000001", "001101007001"]
)
def test_a_malformed_region_code_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="区划代码"):
        parse_region_code(text)


def test_every_place_of_the_national_statistics_extract_has_the_level_and_parent_listed_there() -> None:
    shared = Path(os.environ.get("LINLI_SHARED", Path(__file__).parents[3] / "shared"))
    places = shared / "data" / "places.csv"
    if not places.exists():
        pytest.skip("the extract of region codes is not beside the repository (see LINLI_SHARED)")
    names = {"city": "prefecture", "district": "county", "area": "county", "village": "community"}
    with places.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        region = parse_region_code(row["code"])
        assert region.level == names.get(row["level"], row["level"])
        if row["parent"]:
            assert region.parent == parse_region_code(row["parent"])
