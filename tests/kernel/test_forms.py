"""Forms: every fault at once, marks that decide the way of a field, and no floats."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.errors import ManyFaults
from linli.forms import (
    PERSONAL,
    Mark,
    Widget,
    choice,
    day,
    fields,
    line,
    money,
    number,
    plain,
    read,
    rows,
    schema,
    text,
)
from linli.intake import DOCUMENT, SEALED, take_in


class Colour(StrEnum):
    """Two colours."""

    RED = "red"
    BLUE = "blue"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word."""
        return {"red": "红", "blue": "蓝"}[self.value]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row."""

    name: Annotated[str, line("名称")]
    fen: Annotated[int, money("金额")] = 0


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A form with one field of most kinds."""

    title: Annotated[str, line("标题", max_length=10)]
    amount: Annotated[int, money("金额")] = 0
    count: Annotated[int, number("数量", most=5)] = 0
    on: Annotated[date | None, day("日期")] = None
    colour: Annotated[Colour | None, choice("颜色")] = None
    parts: Annotated[tuple[Part, ...], rows("明细")] = ()
    story: Annotated[str, text("说明")] = ""
    phone: Annotated[str, line("电话", PERSONAL)] = ""


def test_the_fields_of_a_form_say_how_they_are_asked_for_and_who_may_see_them() -> None:
    known = {field.name: field for field in fields(Form)}
    assert known["title"].required and not known["amount"].required
    assert (known["phone"].mark, known["story"].widget) == (Mark.PERSONAL, Widget.TEXT)
    assert known["colour"].options == (("red", "红"), ("blue", "蓝"))
    assert [column.name for column in known["parts"].columns] == ["name", "fen"]


def test_a_form_with_a_float_is_refused_when_it_is_read_first() -> None:
    class Loose(msgspec.Struct):
        """A form that must not be."""

        share: Annotated[float, number("比例")]

    with pytest.raises(TypeError, match="no floats"):
        fields(Loose)


def test_a_field_without_an_annotation_of_ours_is_refused() -> None:
    class Bare(msgspec.Struct):
        """A form that says nothing of its field."""

        share: int

    with pytest.raises(TypeError, match="annotate"):
        fields(Bare)


def test_all_faults_are_said_at_once_in_words_for_the_person_who_typed() -> None:
    with pytest.raises(ManyFaults) as caught:
        read(Form, {"amount": "12", "count": 9, "on": "明天", "colour": "green", "extra": 1})
    said = {fault.where: fault.message for fault in caught.value.faults}
    assert set(said) == {"title", "amount", "count", "on", "colour", "extra"}
    assert said["colour"] == "“颜色”只能选：红、蓝"
    assert "2026-03-01" in said["on"]


def test_text_becomes_a_document_and_a_personal_field_a_reference() -> None:
    taken = take_in(Form, {"title": "甲", "story": "一段话", "phone": "13800138000"})
    assert taken.facts["story"].startswith(DOCUMENT)
    assert list(taken.texts.values()) == ["一段话".encode()]
    assert (taken.facts["phone"], taken.personal) == (SEALED + "phone", {"phone": "13800138000"})
    assert taken.form.phone == SEALED + "phone"


def test_words_that_look_like_a_reference_are_sealed_and_kept_like_any_other() -> None:
    taken = take_in(Form, {"title": "甲", "story": "doc:13800138000", "phone": "sealed:13800138000"})
    assert "13800138000" not in str(taken.facts)
    assert taken.personal == {"phone": "sealed:13800138000"}
    assert list(taken.texts.values()) == [b"doc:13800138000"]
    again = take_in(Form, {"title": "甲", "story": taken.facts["story"], "phone": taken.facts["phone"]})
    assert (again.facts, again.personal, again.texts) == (taken.facts, {}, {})


@pytest.mark.parametrize("planted", ["13800138000", "11010519491231002X", "京A12345", "someone@example.cn"])
def test_personal_data_in_any_other_field_is_refused_naming_the_field(planted: str) -> None:
    with pytest.raises(ManyFaults) as caught:
        take_in(Form, {"title": "甲", "parts": [{"name": f"找 {planted}"}]})
    assert [fault.where for fault in caught.value.faults] == ["parts"]
    assert planted not in str(caught.value)


def test_the_schema_names_the_mark_and_the_title_of_every_field() -> None:
    described = schema(Form)
    properties = described["$defs"]["Form"]["properties"]
    assert properties["phone"]["x-mark"] == "personal"
    assert properties["amount"]["title"] == "金额"


@given(st.builds(Form, title=st.text(max_size=10), amount=st.integers(0, 10**13), count=st.integers(0, 5)))
def test_reading_what_was_written_gives_the_same_form(form: Form) -> None:
    assert read(Form, plain(form)) == form


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a rule sees and no form asks for."""

    account: str


def test_facts_that_no_form_asks_for_are_read_and_told_where_they_are_wrong():
    assert read(Seen, {"account": "a"}) == Seen("a")
    for facts, where in (({}, "Seen"), ({"account": 1}, "account"), ({"account": "a", "more": 1}, "Seen")):
        with pytest.raises(ManyFaults) as error:
            read(Seen, facts)
        assert [fault.where for fault in error.value.faults] == [where]
