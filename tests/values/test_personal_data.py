"""The scanner: planted personal data is found in every spelling, and innocent text is left alone."""

import hashlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.identifiers import (
    PROVINCE_CODES,
    USCC_CHARACTERS,
    is_resident_id,
    passes_luhn,
    resident_id_check_digit,
    uscc_check_character,
)
from linli.personal_data import HitKind, mask_name, redact, scan, scan_html

ID = "11010519491231002X"  # printed as an example in GB 11643-1999
MOBILE = "13812345678"
CARD = "6222021234567890128"


def kinds(text: str, *names: str) -> list[HitKind]:
    return [hit.kind for hit in scan(text, names)]


def with_luhn(body: str) -> str:
    return next(body + digit for digit in "0123456789" if passes_luhn(body + digit))


def full_width(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


ids = st.builds(
    lambda province, region, birth, serial: (
        (body := f"{province}{region:04d}{birth:%Y%m%d}{serial:03d}") + resident_id_check_digit(body)
    ),
    st.sampled_from(sorted(PROVINCE_CODES)),
    st.integers(0, 9999),
    st.dates(date(1930, 1, 1), date(2026, 1, 1)),
    st.integers(0, 999),
)
mobiles = st.builds(
    lambda prefix, rest: f"{prefix}{rest:08d}",
    st.sampled_from(["130", "138", "139", "147", "150", "159", "166", "173", "186", "199"]),
    st.integers(0, 10**8 - 1),
)
cards = st.builds(
    lambda length, rest: with_luhn("62" + f"{rest:017d}"[-(length - 3) :]),
    st.integers(16, 19),
    st.integers(0, 10**17 - 1),
)
plates = st.builds(
    lambda province, city, number: province + city + number,
    st.sampled_from("京沪苏浙川粤新"),
    st.sampled_from("ABCDEFGH"),
    st.one_of(
        st.from_regex(r"[0-9]{5}", fullmatch=True).filter(str.isascii),
        st.from_regex(r"[A-HJ-NP-Z][0-9]{4}", fullmatch=True).filter(str.isascii),
        st.from_regex(r"[DF][0-9]{5}", fullmatch=True).filter(str.isascii),
    ),
)
# What stands around planted data: sentences of Chinese, punctuation, line ends, tags' edges.
surroundings = st.text("居民社区联系人为的（）：，。\n\t “”<>|；", max_size=20)


@settings(max_examples=200)
@given(surroundings, ids, surroundings)
def test_an_id_number_is_found_wherever_it_stands(before: str, number: str, after: str) -> None:
    assert kinds(before + number + after) == [HitKind.RESIDENT_ID]


@settings(max_examples=200)
@given(surroundings, mobiles, surroundings)
def test_a_mobile_number_is_found_wherever_it_stands(before: str, number: str, after: str) -> None:
    assert kinds(before + number + after) == [HitKind.MOBILE]


@settings(max_examples=200)
@given(surroundings, cards, surroundings)
def test_a_bank_card_is_found_wherever_it_stands(before: str, number: str, after: str) -> None:
    # One card number in some thousands is a well-formed id number too: it is found, under that name.
    expected = HitKind.RESIDENT_ID if is_resident_id(number) else HitKind.BANK_CARD
    assert kinds(before + number + after) == [expected]


@settings(max_examples=200)
@given(surroundings, plates, surroundings)
def test_a_number_plate_is_found_wherever_it_stands(before: str, plate: str, after: str) -> None:
    assert kinds(before + plate + after) == [HitKind.NUMBER_PLATE]


@pytest.mark.parametrize(
    "text",
    [
        "138 1234 5678",
        "138-1234-5678",
        "138.1234.5678",
        "1381234 5678",
        "+86 13812345678",
        "+8613812345678",
        "0086 138 1234 5678",
        "(86)13812345678",
        "1 3 8 1 2 3 4 5 6 7 8",
        full_width(MOBILE),
        "tel13812345678",
        "2026-11-22 13812345678",
        "电话：13812345678转2",
        "3号楼 13812345678",
    ],
)
def test_a_mobile_number_is_found_in_every_usual_spelling(text: str) -> None:
    assert kinds(text) == [HitKind.MOBILE]


@pytest.mark.parametrize(
    "text",
    [
        ID,
        ID.lower(),
        "110105 19491231 002X",
        "110105-19491231-002x",
        full_width(ID),
        "110105491231002",
        "ID" + ID,
    ],
)
def test_an_id_number_is_found_in_every_usual_spelling(text: str) -> None:
    assert kinds(text) == [HitKind.RESIDENT_ID]


@pytest.mark.parametrize(
    "text", [CARD, "6222 0212 3456 7890 128", "6222-0212-3456-7890-128", "4111 1111 1111 1111"]
)
def test_a_bank_card_is_found_in_every_usual_spelling(text: str) -> None:
    assert kinds(text) == [HitKind.BANK_CARD]


@pytest.mark.parametrize(
    "text", ["京A12345", "京A·12345", "京a 12345", "沪AD12345", "苏F12345D", "川A1234警", "粤Z1234港"]
)
def test_ordinary_and_new_energy_plates_are_found(text: str) -> None:
    assert kinds(f"停放的{text}，请挪车") == [HitKind.NUMBER_PLATE]


@pytest.mark.parametrize("text", ["zhang.san@example.com", "邮箱zs_01+a@mail.example.org.cn，", "<a@b.cn>"])
def test_a_mail_address_is_found(text: str) -> None:
    assert kinds(text) == [HitKind.EMAIL]


def test_several_pieces_side_by_side_are_told_apart() -> None:
    text = f"{ID} {MOBILE} {CARD}"
    assert kinds(text) == [HitKind.RESIDENT_ID, HitKind.MOBILE, HitKind.BANK_CARD]


def test_a_known_name_is_found_and_the_longest_wins() -> None:
    assert [hit.shown for hit in scan("联系人张三丰、李四", {"张三", "张三丰", "李四"})] == ["张**", "李*"]
    assert scan("联系人王五", {"张三", "张三丰"}) == ()


@pytest.mark.parametrize(
    "text",
    [
        "110101007001",
        "110101007001-g03",
        "110101007001001",
        "区划代码 330102001002007",
        "access-2026-000123",
        "2026-11-22 10:30:00",
        "2026-01-01 2026-12-31",
        "2026年11月22日，第12345号",
        "12,345,678,901.00",
        "¥13812345678",
        "合计 13812345678 元",
        '{"amount_fen": 13812345678}',
        "010-65123456",
        "0.13812345678901234",
        "统一社会信用代码：91110000600037341L",
        "京政发〔2026〕12号",
        "新APP上线",
        "苏ABCDEF",
        "13812345678901234567890123",
        "11010519491231002",  # without its check digit
        "110105194912310021",  # with a wrong one
        "6222021234567890123",  # fails Luhn
        "ab13812345678",
        "v2@3",
    ],
)
def test_innocent_text_is_left_alone(text: str) -> None:
    assert scan(text) == ()


def test_a_labelled_credit_code_of_digits_is_no_id_number() -> None:
    # The two standards overlap in theory: look for a code that satisfies both, and let the label decide.
    for serial in range(10_000):
        body = f"52110119{90 + serial // 1000}0101{serial % 1000:03d}00"[:17]
        number = body + uscc_check_character(body)
        if is_resident_id(number):
            break
    else:
        pytest.fail("no number found that is both")
    assert kinds(f"证件号 {number}") == [HitKind.RESIDENT_ID]
    assert kinds(f"统一社会信用代码：{number}") == []


@settings(max_examples=200)
@given(st.binary(max_size=40))
def test_a_hash_is_never_taken_for_personal_data(content: bytes) -> None:
    digest = hashlib.sha256(content).hexdigest()
    assert scan(f"sha256:{digest} {digest.upper()}") == ()


@settings(max_examples=200)
@given(
    st.text(USCC_CHARACTERS[10:], min_size=1, max_size=1), st.text(USCC_CHARACTERS, min_size=8, max_size=8)
)
def test_a_credit_code_with_a_letter_is_never_taken_for_personal_data(letter: str, rest: str) -> None:
    body = "51110101" + letter + rest
    assert scan(body + uscc_check_character(body)) == ()


@settings(max_examples=200)
@given(st.integers(0, 10**10 - 1), st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(1, 999))
def test_short_numbers_dates_and_region_codes_are_never_taken_for_personal_data(
    number: int, day: date, community: int
) -> None:
    assert scan(f"{day:%Y-%m-%d} {number} 元，{day.isoformat()}，110101007{community:03d}") == ()


@settings(max_examples=200)
@given(
    st.lists(st.one_of(ids, mobiles, cards, plates, surroundings), max_size=8),
    st.sampled_from(["", " ", "，", "\n"]),
)
def test_nothing_is_left_to_find_after_redaction(pieces: list[str], joint: str) -> None:
    assert scan(redact(joint.join(pieces))) == ()


@settings(max_examples=200)
@given(st.lists(st.one_of(ids, mobiles, cards, plates, surroundings), max_size=8))
def test_hits_are_in_order_and_do_not_overlap(pieces: list[str]) -> None:
    text = " ".join(pieces)
    place = 0
    for hit in scan(text):
        assert place <= hit.start < hit.end <= len(text)
        place = hit.end


@settings(max_examples=300)
@given(st.text())
def test_any_text_can_be_scanned(text: str) -> None:
    assert redact(text) == text or scan(text)


def test_redaction_keeps_the_rest_and_shows_nothing() -> None:
    assert (
        redact(f"张三（{ID}）电话 {MOBILE}。", {"张三"}) == "张*（〔身份证号已隐去〕）电话 〔手机号已隐去〕。"
    )


def test_a_hit_never_shows_what_was_found() -> None:
    for secret in (ID, MOBILE, CARD, "京A12345", "zs@example.com"):
        [hit] = scan(secret)
        assert secret not in repr(hit)


@pytest.mark.parametrize(
    ("name", "masked"), [("张三", "张*"), ("欧阳某某", "欧阳**"), ("欧阳", "欧*"), ("李", "李*")]
)
def test_a_name_keeps_its_surname_only(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    "page",
    [
        f"<p>电话 {MOBILE}</p>",
        "<p>138<b>1234</b>5678</p>",
        f'<a href="tel:{MOBILE}">联系</a>',
        f"<input value='{MOBILE}'>",
        f"<input value={MOBILE}>",
        f'<script>var contact = "{MOBILE}"</script>',
        f"<!-- {MOBILE} -->",
        "<p>&#49;3812345678</p>",
        f'<p title="a > b">{MOBILE}</p>',
        f"<td>2026</td><td>{MOBILE}</td><td>1</td>",
    ],
)
def test_a_page_is_searched_in_its_text_attributes_scripts_and_comments(page: str) -> None:
    assert [hit.kind for hit in scan_html(page)] == [HitKind.MOBILE]


def test_cells_of_a_table_are_not_run_together() -> None:
    assert scan_html("<tr><td>138</td><td>1234</td><td>5678</td></tr>") == ()


def test_tags_themselves_are_not_searched() -> None:
    assert scan_html(f'<h1 id="x">标题</h1><data-{MOBILE}>') == ()
