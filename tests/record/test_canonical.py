from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from enum import Enum, IntEnum
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.canonical import canonical, content_hash, digest
from linli.errors import BadInput


class Kind(Enum):
    TASK = "task"


class Rank(IntEnum):
    LAW = 70


class Cite(msgspec.Struct, frozen=True, kw_only=True):
    source: str
    article: int
    rank: Rank = Rank.LAW


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    happened: date
    kind: Kind
    share: Fraction
    cites: tuple[Cite, ...] = ()
    due: date | None = None


class Open(msgspec.Struct, frozen=True):
    number: int
    facts: dict[str, Any]
    note: str = ""


SAMPLE = Sample(
    title='老年人口"入户"统计\n',
    happened=date(2026, 1, 2),
    kind=Kind.TASK,
    share=Fraction(2, 20),
    cites=(Cite(source="居民委员会组织法", article=43),),
)

# Fixed for ever: a change here is a change of what old steps hash to.
GOLDEN: list[tuple[object, bytes]] = [
    (None, b"null"),
    (True, b"true"),
    (-7, b"-7"),
    (2**70, b"1180591620717411303424"),
    ("", b'""'),
    ("邻里", b'"\xe9\x82\xbb\xe9\x87\x8c"'),
    ('\x00\b\t\n\f\r\x1f"\\/\x7f', b'"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\/\x7f"'),
    ("\u2028𠮷", b'"\xe2\x80\xa8\xf0\xa0\xae\xb7"'),
    ([], b"[]"),
    ({}, b"{}"),
    (
        {"b": 1, "aa": [1, None, False], "a": {"z": "", "B": 0}},
        b'{"a":{"B":0,"z":""},"aa":[1,null,false],"b":1}',
    ),
    (Fraction(1, 10), b'"1/10"'),
    (Fraction(3), b'"3/1"'),
    (date(2026, 2, 28), b'"2026-02-28"'),
    (datetime(2026, 2, 28, 1, 2, 3, tzinfo=UTC), b'"2026-02-28T01:02:03Z"'),
    (b"\x00\xff", b'"AP8="'),
    (
        SAMPLE,
        '{"cites":[{"article":43,"rank":70,"source":"居民委员会组织法"}],"due":null,"happened":"2026-01-02",'
        '"kind":"task","share":"1/10","title":"老年人口\\"入户\\"统计\\n"}'.encode(),
    ),
    (Open(1, {"offered_fen": 3_000_000}), b'{"facts":{"offered_fen":3000000},"note":"","number":1}'),
]


@pytest.mark.parametrize(("value", "expected"), GOLDEN, ids=[str(number) for number in range(len(GOLDEN))])
def test_golden_bytes_never_change(value: object, expected: bytes) -> None:
    assert canonical(value) == expected


def test_the_hash_is_of_the_canonical_bytes() -> None:
    assert content_hash(SAMPLE) == digest(canonical(SAMPLE)) == hashlib.sha256(canonical(SAMPLE)).hexdigest()


@pytest.mark.parametrize("number", [1.0, 0.1, -1e300, float("nan"), float("inf")])
@pytest.mark.parametrize(
    ("wrap", "path"),
    [
        (lambda number: number, "$"),
        (lambda number: [0, (number,)], "$[1][0]"),
        (lambda number: {"offered": {"fen": number}}, "$.offered.fen"),
        (lambda number: Open(1, {"list": [{"x": number}]}), "$.facts.list[0].x"),
    ],
)
def test_a_float_is_refused_wherever_it_hides(number: float, wrap: Any, path: str) -> None:
    with pytest.raises(BadInput, match="浮点数") as caught:
        canonical(wrap(number))
    assert caught.value.where == path


def test_a_float_of_a_subclass_is_refused() -> None:
    class Metres(float):
        pass

    with pytest.raises(BadInput, match="浮点数"):
        canonical({"depth": Metres(1.5)})


def test_text_that_looks_like_a_float_is_only_text() -> None:
    text = "1.5, 1e9, NaN ˋˇ 𠮷"
    assert json.loads(canonical({"said": text, "big": 203})) == {"said": text, "big": 203}


@pytest.mark.parametrize("key", [1, None, date(2026, 1, 1), ("a",)])
def test_a_key_that_is_no_text_is_refused(key: object) -> None:
    with pytest.raises(BadInput, match="键必须是文本"):
        canonical({"facts": {key: 1}})


def test_a_key_whose_order_is_disputed_is_refused() -> None:
    with pytest.raises(BadInput, match="次序不定"):
        canonical(Open(1, {"𠮷": 1}))


def test_a_lone_surrogate_is_refused_with_its_path() -> None:
    with pytest.raises(BadInput, match="代理字符") as caught:
        canonical({"title": "\ud800"})
    assert caught.value.where == "$.title"


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(BadInput, match="object"):
        canonical({"thing": object()})


def test_a_part_that_is_canonical_already_is_taken_as_it_is() -> None:
    class Envelope(msgspec.Struct, frozen=True):
        body: msgspec.Raw

    assert canonical(Envelope(msgspec.Raw(canonical({"b": 1, "a": 2})))) == b'{"body":{"a":2,"b":1}}'


KEYS = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_bytes_read_back_to_the_value_and_to_the_same_bytes(value: object) -> None:
    data = canonical(value)
    assert json.loads(data) == value
    assert canonical(json.loads(data)) == data


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(KEYS, st.integers(), max_size=8), st.randoms())
def test_keys_stand_in_the_order_of_rfc_8785_whatever_order_they_came_in(
    value: dict[str, int], random: Any
) -> None:
    items = list(value.items())
    random.shuffle(items)
    data = canonical(dict(items))
    assert data == canonical(value)
    assert list(json.loads(data)) == sorted(value, key=lambda key: key.encode("utf-16-be"))
