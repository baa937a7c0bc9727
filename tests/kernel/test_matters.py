"""The state of a matter is a pure fold over its steps and a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.errors import Corrupt
from linli.matters import state
from linli.steps import Actor, DueBy, Step, decode, encode, step_leaf

DAY = date(2026, 3, 2)
ACTOR = Actor("someone", "department", "110101000000", "区卫健委")


def step(number: int, stage: str, **more: Any) -> Step:
    """A step of one matter on the given day."""
    day = more.pop("day", DAY)
    fields = {
        "matter": "110101-2026-AAAAAAAA",
        "number": number,
        "procedure": "access",
        "version": 1,
        "action": f"act{number}",
        "place": "110101000000",
        "happened": day,
        "decided": day,
        "recorded": day,
        "actor": ACTOR,
        "stage": stage,
    }
    return Step(**{**fields, **more})


def test_an_admission_is_usable_on_its_last_day_and_over_on_the_next_morning_without_a_clock() -> None:
    steps = [step(1, "active", due=(DueBy("end", date(2026, 12, 31), lapses_to="expired"),))]
    assert state(steps, date(2026, 12, 31)).stage_id == "active"
    assert state(steps, date(2027, 1, 1)).stage_id == "expired"
    assert state(steps, date(2027, 1, 1)).reached == "active"


def test_what_begins_later_begins_by_itself_and_ends_by_itself() -> None:
    due = (
        DueBy("start", date(2026, 5, 31), lapses_to="active"),
        DueBy("end", date(2026, 8, 31), lapses_to="expired"),
    )
    steps = [step(1, "pending", due=due)]
    days = [date(2026, 5, 31), date(2026, 6, 1), date(2026, 8, 31), date(2026, 9, 1)]
    assert [state(steps, day).stage_id for day in days] == ["pending", "active", "active", "expired"]


def test_nothing_lapses_while_a_matter_is_suspended() -> None:
    due = (DueBy("end", date(2026, 3, 31), lapses_to="expired"),)
    steps = [step(1, "active", due=due), step(2, "active", due=due, suspended=True)]
    assert state(steps, date(2026, 6, 1)).stage_id == "suspended"
    resumed = [*steps, step(3, "active", day=date(2026, 6, 1), due=())]
    assert state(resumed, date(2026, 6, 2)).stage_id == "active"


def test_a_later_step_supersedes_the_facts_of_a_slot_and_the_earlier_step_stays() -> None:
    steps = [
        step(1, "a", slot="request", facts={"title": "旧"}),
        step(2, "a", slot="request", facts={"title": "新"}, corrects=1),
    ]
    assert state(steps, DAY).facts["request"] == {"title": "新"}
    assert steps[0].facts == {"title": "旧"}


def test_the_state_of_an_earlier_day_knows_only_what_was_recorded_by_then() -> None:
    steps = [step(1, "a"), step(2, "b", day=DAY + timedelta(days=3))]
    assert state(steps, DAY + timedelta(days=2)).stage_id == "a"
    assert state(steps, DAY + timedelta(days=3)).stage_id == "b"
    with pytest.raises(ValueError, match="no step"):
        state(steps, DAY - timedelta(days=1))


def test_the_canonical_bytes_of_a_step_are_fixed() -> None:
    """These bytes must never change: every stored step was committed to them."""
    one = step(
        1, "active", slot="request", facts={"title": "健康档案", "communities": [{"offered_fen": 1200000}]}
    )
    assert encode(one) == (
        b'{"action":"act1","actor":{"person":"someone","place":"110101000000","post":"department",'
        b'"unit":"\xe5\x8c\xba\xe5\x8d\xab\xe5\x81\xa5\xe5\xa7\x94"},"decided":"2026-03-02","facts":{"communities":'
        b'[{"offered_fen":1200000}],"title":"\xe5\x81\xa5\xe5\xba\xb7\xe6\xa1\xa3\xe6\xa1\x88"},"happened":"2026-03-02",'
        b'"matter":"110101-2026-AAAAAAAA","number":1,"place":"110101000000","procedure":"access",'
        b'"recorded":"2026-03-02","slot":"request","stage":"active","version":1}'
    )
    assert decode(encode(one)) == one


def test_a_stored_step_with_an_unknown_field_is_corrupt() -> None:
    with pytest.raises(Corrupt, match="linli verify"):
        decode(b'{"action":"a","surprise":1}')


def test_the_leaf_of_a_step_depends_on_salt_and_body() -> None:
    body = encode(step(1, "a"))
    assert (
        len({step_leaf(body, b"0" * 16), step_leaf(body, b"1" * 16), step_leaf(body + b" ", b"0" * 16)}) == 3
    )


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5), st.booleans()), min_size=1, max_size=8),
    st.integers(0, 60),
)
def test_folding_in_two_parts_is_folding_at_once(moves: list[tuple[str, int, bool]], later: int) -> None:
    """Encoding and decoding every step changes nothing of the state, on any day."""
    steps, day = [], DAY
    for number, (stage, days, lapsing) in enumerate(moves, 1):
        day += timedelta(days=days)
        due = (DueBy("end", day + timedelta(days=3), lapses_to="over"),) if lapsing else ()
        steps.append(step(number, stage, day=day, due=due))
    on = DAY + timedelta(days=later)
    if on < steps[0].recorded:
        return
    assert state([decode(encode(each)) for each in steps], on) == state(steps, on)
