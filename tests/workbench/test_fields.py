"""What was typed becomes facts, and facts what could have been typed, without loss."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from linli.access import AccessRequest, Duty, Kind, Manner, Theme
from linli.access.refusal import BurdenNote
from linli.forms import PERSONAL, PUBLIC, day, document, line, plain, read, yes_no
from linli_functions.workbench_fields import (
    Offers,
    Option,
    a_year_later,
    all_faults,
    facts_of,
    sections,
    typed_of,
)

LINES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)
CODES = ("110101007001", "110101007002", "110101007003")
OFFERED = Offers(tuple(Option(code, f"第{code[-1]}社区") for code in CODES))


def _same(value: str) -> str:
    return value


@settings(max_examples=60, deadline=None)
@given(
    title=LINES,
    shares=st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True),
    money=st.integers(0, 10**12),
    persons=st.integers(0, 10_000),
    duty=st.sampled_from([None, *Duty]),
    kinds=st.lists(st.sampled_from(list(Kind)), unique=True),
    theme=st.sampled_from(list(Theme)),
    temporary=st.booleans(),
    starts=st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    responsible=st.lists(st.sampled_from(["区卫健委", "区民政局"]), unique=True),
    content=LINES,
)
def test_facts_survive_being_shown_and_sent_again(**facts: Any) -> None:
    raw = {
        **{name: value for name, value in facts.items() if name not in ("shares", "money")},
        "communities": [{"community": code, "need_fen": facts["money"]} for code in facts["shares"]],
    }
    request = read(
        AccessRequest,
        plain(AccessRequest(**{**raw, "communities": ()})) | {"communities": raw["communities"]},
    )
    stored = plain(request)
    parsed = facts_of(AccessRequest, typed_of(AccessRequest, stored, _same), OFFERED)
    assert parsed.faults == []
    assert plain(read(AccessRequest, parsed.facts)) == stored


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["f.title", "f.persons", "f.starts", "f.communities.0.need_fen", "f.kinds"]),
        st.lists(st.text(max_size=12), max_size=2),
    )
)
def test_whatever_is_typed_gives_faults_and_never_an_exception(typed: dict[str, list[str]]) -> None:
    parsed = facts_of(AccessRequest, typed, OFFERED)
    faults = all_faults(AccessRequest, parsed)
    assert faults
    drawn = {one.name: one for part in sections(AccessRequest, typed, faults, OFFERED) for one in part.inputs}
    assert drawn["f.title"].values == tuple(typed.get("f.title", ()))


@pytest.mark.parametrize(
    ("said", "fen"),
    [("12000", 1_200_000), ("１２，０００．５", 1_200_050), ("1.2万", 1_200_000), ("¥12,000 元", 1_200_000)],
)
def test_money_is_read_as_people_write_it(said: str, fen: int) -> None:
    typed = {"f.communities.0.community": ["第1社区"], "f.communities.0.need_fen": [said]}
    assert facts_of(AccessRequest, typed, OFFERED).facts["communities"] == [
        {"community": CODES[0], "need_fen": fen}
    ]


def test_a_name_that_two_places_share_stands_for_neither() -> None:
    offered = Offers((Option("110101007001", "新华社区"), Option("110101008001", "新华社区")))
    typed = {"f.communities.0.community": ["新华社区"]}
    assert facts_of(AccessRequest, typed, offered).facts["communities"] == [{"community": "新华社区"}]


def test_a_form_that_has_a_default_shows_it_chosen() -> None:
    drawn = {one.name: one for part in sections(AccessRequest, {}, [], OFFERED) for one in part.inputs}
    assert drawn["f.manner"].values == (Manner.ASSISTANCE.value,)
    assert drawn["f.duty"].values == ()
    assert drawn["f.manner"].chosen
    assert not drawn["f.duty"].chosen


def test_a_short_form_folds_what_may_be_left_out() -> None:
    first, second = sections(BurdenNote, {}, [], OFFERED)
    assert [one.title for one in first.inputs] == ["做了什么", "事项类型"]
    assert second.folded
    filled = sections(BurdenNote, {"f.hours": ["3"]}, [], OFFERED)
    assert not filled[1].folded


class Leap(Struct, frozen=True, forbid_unknown_fields=True):
    on: Annotated[date, day("哪天")]
    who: Annotated[str, line("联系人", PERSONAL)] = ""
    file: Annotated[str, document("附件")] = ""
    sure: Annotated[bool, yes_no("确定", PUBLIC)] = False


def test_a_copy_moves_dates_on_and_leaves_personal_fields_and_files_behind() -> None:
    facts = {"on": "2028-02-29", "who": "sealed:who", "file": "0" * 64, "sure": True}
    assert a_year_later(facts, Leap) == {"on": "2029-02-28", "sure": True}


def test_an_empty_personal_field_keeps_what_was_given_before() -> None:
    parsed = facts_of(Leap, {"f.on": ["2026-01-01"]}, Offers(), {"who": "sealed:who"})
    assert parsed.facts["who"] == "sealed:who"
    other = facts_of(Leap, {"f.on": ["2026-01-01"], "f.who": ["王某"]}, Offers(), {"who": "sealed:who"})
    assert other.facts["who"] == "王某"
