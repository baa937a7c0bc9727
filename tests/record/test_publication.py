"""What goes out: public fields, posts for people, nothing personal, once each, and down when its day comes."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from linli.canonical import canonical
from linli.desk import Call
from linli.errors import BadInput, Conflict, Forbidden, NotFound
from linli.forms import INTERNAL, PERSONAL, PUBLIC, document, line, money, rows, text
from linli.personal_data import scan
from linli.public_steps import public_facts
from linli.publication import PUBLICATIONS, publish, take_down
from linli.record import StoreRecord
from linli.registry import find_register, write_entries
from linli.reviewing import approve
from linli.sequencing import log_rows, position_of
from linli.store import Commit
from linli.verification import verify
from tests.record.town import DISTRICT, NORTH, REQUEST, SOUTH, START, STREET, Town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def facts_of(town: Town, matter: str) -> list[dict[str, object]]:
    found = StoreRecord(town.store).get(f"matters/{matter}")
    return [] if found is None else found["steps"]


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """A row with a column that is nobody's business."""

    name: Annotated[str, line("名称")]
    price: Annotated[int, money("底价", INTERNAL)] = 0


class Form(Struct, frozen=True, forbid_unknown_fields=True):
    """A field of every mark."""

    title: Annotated[str, line("标题", PUBLIC)]
    opinion: Annotated[str, line("意见", INTERNAL)] = ""
    phone: Annotated[str, line("电话", PERSONAL)] = ""
    story: Annotated[str, text("经过", PUBLIC)] = ""
    paper: Annotated[str, document("文件", PUBLIC)] = ""
    parts: Annotated[tuple[Part, ...], rows("明细")] = ()


def test_only_public_fields_go_out_in_tables_too_and_no_text_and_no_document() -> None:
    facts = {
        "title": "一",
        "opinion": "二",
        "phone": "sealed:phone",
        "story": "doc:3",
        "paper": "4",
        "parts": [{"name": "五", "price": 6}],
    }
    assert public_facts(Form, facts) == {"title": "一", "parts": [{"name": "五"}]}


@settings(max_examples=50, deadline=None)
@given(secret=st.text("密甲乙丙丁", min_size=6, max_size=20))
def test_what_is_internal_or_personal_or_free_text_never_reaches_a_public_value(secret: str) -> None:
    facts = {
        "title": "公开",
        "opinion": secret,
        "phone": secret,
        "story": secret,
        "paper": secret,
        "parts": [{"name": "公开", "price": 1}],
    }
    assert secret not in str(public_facts(Form, facts))


def test_a_matter_goes_out_with_posts_and_units_and_without_pseudonyms(town: Town) -> None:
    matter = town.admit()
    publish(town.desk)
    steps = facts_of(town, matter)
    assert [step["title"] for step in steps] == ["提交申请", "审核分类", "准予准入", "各社区办理完毕"]
    assert steps[0]["actor"] == {
        "post": "department",
        "title": "部门经办人",
        "place": DISTRICT,
        "unit": "区卫健委",
    }
    pseudonyms = [town.desk.pseudonym(who, matter) for who in ("asks", "reviews", "decides")]
    everything = b"".join(row.value or b"" for row in town.store.rows("record", limit=10_000))
    assert not any(name.encode() in everything for name in pseudonyms)
    assert b"13800138000" not in everything and "张三".encode() not in everything
    assert b"doc:" not in everything and b"sealed:" not in everything


def test_a_judgement_goes_out_with_reasons_cures_articles_and_the_values_of_the_day(town: Town) -> None:
    matter = town.submit(communities=[{"community": NORTH, "need_fen": 1, "offered_fen": 1}])
    town.take("reviews", "review", {"duty": "entrusted", "nature": "service"}, matter=matter)
    town.take("decides", "admit", {"reason": "看看"}, matter=matter)
    publish(town.desk)
    heard = facts_of(town, matter)[-1]["judgement"]["findings"][0]  # type: ignore[index]
    assert heard["verdict"] == "refuse" and heard["reason"] == "安排的经费不够" and heard["cure"]
    assert heard["cites"] == [{"source": "town-law", "article": "1", "rank": "law", "since": "2000-01-01"}]
    assert heard["values"] == [{"name": "access.town_price_fen", "value": 100, "since": "2000-01-01"}]


def test_every_publication_is_a_leaf_of_its_own_over_the_published_body(town: Town) -> None:
    matter = town.submit()
    publish(town.desk)
    body = town.store.row(PUBLICATIONS, f"{matter}/000001")
    assert body is not None
    position = position_of(town.store, matter, 1, "body")
    assert position is not None and position > (position_of(town.store, matter, 1) or 0)
    shown = StoreRecord(town.store).get(f"published/{matter}/000001")
    assert shown == {"position": position, "leaf": hashlib.sha256(body).hexdigest()}
    assert msgspec.json.decode(body) == facts_of(town, matter)[0]
    assert canonical(msgspec.json.decode(body)) == body


def test_publishing_again_changes_nothing(town: Town) -> None:
    town.admit()
    first = publish(town.desk)
    before = town.store.rows("record", limit=10_000)
    again = publish(town.desk)
    assert (first.steps, again.steps, again.placed) == (6, 0, 0)
    assert again.changes == {}
    assert town.store.rows("record", limit=10_000) == before


def test_in_small_bites_the_same_record_comes_out(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    one, other = Town(tmp_path / "a"), Town(tmp_path / "b")
    for town, limit in ((one, 500), (other, 1)):
        town.admit()
        town.refuse()
        town.note()
        publish(town.desk, limit=limit)
        assert verify(town.desk) == []

    def shown(town: Town) -> dict[str, bytes | None]:
        # Publications may lie at other positions: a bite of one publishes each before it looks at the next.
        rows = town.store.rows("record", limit=10_000)
        return {
            row.key: row.value for row in rows if not row.key.startswith(("published/", "log", "changes/"))
        }

    ours, theirs = shown(one), shown(other)
    assert ours.keys() == theirs.keys()
    assert {k for k in ours if ours[k] != theirs[k]} <= {k for k in ours if k.startswith("matters/")}


def test_a_withheld_step_leaves_no_trace_but_a_count_by_its_basis(town: Town) -> None:
    matter = town.admit()
    child = f"{matter}.{NORTH}"
    town.take("north", "complain", {"subject": "催得太急"}, matter=child)
    town.take("north", "report", {"target": "完成一半"}, matter=child)
    done = publish(town.desk)
    steps = facts_of(town, child)
    assert done.withheld == 1
    assert [(step["number"], step["action"]) for step in steps] == [(1, "open"), (2, "report")]
    assert [due["what"] for due in steps[-1]["due"]] == ["end"]  # type: ignore[attr-defined]
    record = StoreRecord(town.store)
    assert record.get(f"withheld/{DISTRICT}/2026") == {"过程性信息，处理结果另行公开": 1}
    assert not [key for key in record.keys("changes/") if record.get(key)["action"] == "complain"]


def test_a_matter_that_is_withheld_as_a_whole_is_not_there(town: Town) -> None:
    matter = town.note()
    publish(town.desk)
    record = StoreRecord(town.store)
    assert record.get(f"matters/{matter}") is None
    assert not [key for key in record.keys("") if matter in key]


def test_personal_data_in_a_public_field_holds_the_step_back_and_says_so(town: Town) -> None:
    # A form refuses it; a rule that quotes it, or data from before the scanner, would still carry it here.
    matter = town.submit()
    stored = town.store.steps(matter)[0]
    spoilt = stored.body.replace("健康档案更新".encode(), "找13800138000".encode())
    town.store._steps.put(matter, [msgspec.structs.replace(stored, body=spoilt)])  # type: ignore[attr-defined]
    done = publish(town.desk)
    assert done.steps == 0 and len(done.held) == 1
    assert matter in done.held[0] and "13800138000" not in done.held[0]
    assert facts_of(town, matter) == []
    notices = [row for row in town.store.rows("outbox") if b"publisher" in (row.value or b"")]
    assert len(notices) == 1 and b"13800138000" not in (notices[0].value or b"")
    assert not scan(str([row.value for row in town.store.rows("record", limit=10_000)]))


def test_a_correction_is_published_under_public_numbers(town: Town) -> None:
    matter = town.admit()
    child = f"{matter}.{NORTH}"
    town.take("north", "complain", {"subject": "催得太急"}, matter=child)
    town.take("north", "report", {"target": "完成一半"}, matter=child)
    changes = [{"field": "target", "value": '"完成三成"'}]
    town.take(
        "decides", "correct", {"slot": "achievement", "changes": changes, "reason": "数错了"}, matter=child
    )
    publish(town.desk)
    steps = facts_of(town, child)
    assert [step["number"] for step in steps] == [1, 2, 3]
    assert steps[2]["corrects"] == 2 and steps[2]["facts"] == {"target": "完成三成"}


def test_a_register_entry_goes_out_with_its_public_fields_and_its_history(town: Town) -> None:
    stations = find_register(town.desk, "stations")
    entry = {"code": "S1", "title": "东站", "place": STREET, "serves": [NORTH]}
    write_entries(town.desk, stations, [entry], START, "seed")
    publish(town.desk)
    write_entries(town.desk, stations, [{**entry, "title": "新东站"}], START + timedelta(days=1), "seed")
    done = publish(town.desk)
    shown = StoreRecord(town.store).get("registers/stations/S1")
    assert done.entries == 1 and set(done.changes) == {"registers/stations/S1"}
    assert [version["values"]["title"] for version in shown["versions"]] == ["东站", "新东站"]
    assert StoreRecord(town.store).keys("registers/appointments/") == []


def test_an_entry_is_found_at_its_place_and_at_every_place_above_and_moves_with_it(town: Town) -> None:
    stations = find_register(town.desk, "stations")
    entry = {"code": "S1", "title": "东站", "place": NORTH, "serves": [NORTH]}

    def found() -> list[str]:
        publish(town.desk)
        keys = StoreRecord(town.store).keys("here/")
        return [key.split("/")[1] for key in keys if key.endswith("/stations/S1")]

    write_entries(town.desk, stations, [entry], START, "seed")
    assert found() == sorted([town.desk.deployment.place, STREET, NORTH])
    write_entries(town.desk, stations, [{**entry, "place": SOUTH}], START, "seed")
    assert found() == sorted([town.desk.deployment.place, STREET, SOUTH])
    assert StoreRecord(town.store).get(f"here/{STREET}/stations/S1") == {"place": SOUTH}
    assert StoreRecord(town.store).keys(f"here/{NORTH}/appointments/") == []


# Reviewed texts


def approved(town: Town, matter: str, body: str = "更新档案", days: int = 30) -> None:
    approve(
        town.desk,
        town.service.person("publishes"),
        matter,
        1,
        "content",
        body.encode(),
        basis="政府信息公开条例第十九条",
        takedown=town.clock.day + timedelta(days=days),
    )


def test_a_text_goes_out_in_the_version_that_a_publisher_approved(town: Town) -> None:
    matter = town.submit()
    approved(town, matter)
    publish(town.desk)
    shown = StoreRecord(town.store).get(f"texts/{matter}/000001/content")
    assert (shown["text"], shown["title"], shown["takedown"]) == ("更新档案", "工作内容和要求", "2026-04-01")
    position = position_of(town.store, matter, 1, "content")
    assert position is not None and position > (position_of(town.store, matter, 1) or 0)
    placed = dict(log_rows(town.store))[position]
    assert placed.leaf == hashlib.sha256("更新档案".encode()).hexdigest()
    assert verify(town.desk) == []


def test_only_a_publisher_may_approve_and_only_a_text_of_the_step(town: Town) -> None:
    matter = town.submit()
    more = {"basis": "条例", "takedown": date(2027, 1, 1)}
    with pytest.raises(Forbidden):
        approve(town.desk, town.service.person("decides"), matter, 1, "content", b"x", **more)
    publisher = town.service.person("publishes")
    for field in ("contact", "title", "nothing", "remarks"):
        with pytest.raises(NotFound):
            approve(town.desk, publisher, matter, 1, field, b"x", **more)
    with pytest.raises(NotFound):
        approve(town.desk, publisher, matter, 2, "content", b"x", **more)


@pytest.mark.parametrize(
    ("body", "basis", "day", "where"),
    [
        ("联系 13800138000".encode(), "条例", date(2027, 1, 1), "content"),
        (b"\xff\xfe", "条例", date(2027, 1, 1), "content"),
        (b"x", "", date(2027, 1, 1), "basis"),
        (b"x", "条例", START, "takedown"),
    ],
)
def test_a_version_that_may_not_go_out_is_refused_loudly(
    town: Town, body: bytes, basis: str, day: date, where: str
) -> None:
    matter = town.submit()
    person = town.service.person("publishes")
    with pytest.raises(BadInput) as caught:
        approve(town.desk, person, matter, 1, "content", body, basis=basis, takedown=day)
    assert caught.value.where == where
    assert StoreRecord(town.store).keys("texts/") == []


def test_a_text_is_approved_once(town: Town) -> None:
    matter = town.submit()
    approved(town, matter)
    with pytest.raises(Conflict):
        approved(town, matter, "另一版")


def test_taking_a_text_down_removes_it_everywhere_and_leaves_its_leaf(town: Town) -> None:
    matter = town.submit()
    approved(town, matter, "只此一份的文字")
    publish(town.desk)
    leaves = log_rows(town.store)
    town.clock.day += timedelta(days=3)
    take_down(town.desk, matter, 1, "content")
    shown = StoreRecord(town.store).get(f"texts/{matter}/000001/content")
    assert "text" not in shown and shown["taken_down"] == "2026-03-05"
    assert town.store.blob(hashlib.sha256("只此一份的文字".encode()).hexdigest()) is None
    assert log_rows(town.store) == leaves
    assert verify(town.desk) == []
    assert take_down(town.desk, matter, 1, "content") == {}


def test_taking_a_step_down_leaves_who_when_and_the_stage(town: Town) -> None:
    matter = town.admit()
    publish(town.desk)
    for row in town.store.rows("record", limit=10_000):
        if row.key == f"matters/{matter}":
            assert "健康档案更新".encode() in (row.value or b"")
    changed = take_down(town.desk, matter, 1)
    first = facts_of(town, matter)[0]
    assert "facts" not in first and "judgement" not in first
    assert (first["stage"], first["taken_down"]) == ("under_review", "2026-03-02")
    rows = town.store.rows("record", limit=10_000)
    # Its children are publications of their own.
    own = [row for row in rows if f'"{matter}.9' not in f"{row.value!r}" and f"{matter}." not in row.key]
    everything = b"".join(row.value or b"" for row in own)
    assert f"changes/2026-03/02/{0:012}" in {row.key for row in own}
    assert f"matters/{matter}" in changed
    assert "健康档案更新".encode() not in everything
    assert verify(town.desk) == []
    town.take("decides", "void", {"reason": "撤销"}, matter=matter)
    publish(town.desk)
    assert "taken_down" in facts_of(town, matter)[0] and len(facts_of(town, matter)) == 5
    assert verify(town.desk) == []


def test_what_was_never_published_cannot_be_taken_down(town: Town) -> None:
    matter = town.submit()
    with pytest.raises(NotFound):
        take_down(town.desk, matter, 1)


def test_a_publish_between_whose_reading_and_writing_something_was_taken_down_does_not_bring_it_back(
    town: Town,
) -> None:
    matter = town.admit()
    publish(town.desk)
    town.take("decides", "void", {"reason": "撤销"}, matter=matter)
    inner, armed = town.store.commit, [True]

    def commit(change: Commit) -> None:
        writes_record = any(row.index == "record" for row in change.rows)
        if armed and writes_record:
            armed.clear()
            take_down(town.desk, matter, 1)
        inner(change)

    town.store.commit = commit  # type: ignore[method-assign]
    publish(town.desk)
    town.store.commit = inner  # type: ignore[method-assign]
    steps = facts_of(town, matter)
    assert "taken_down" in steps[0] and steps[-1]["action"] == "void"
    assert verify(town.desk) == []


def test_what_a_publish_touches_does_not_grow_with_the_number_of_matters(tmp_path: Path) -> None:
    touched = []
    for count in (2, 12):
        (tmp_path / str(count)).mkdir()
        town = Town(tmp_path / str(count))
        for _ in range(count):
            town.admit()
        publish(town.desk)
        town.admit()
        reads: list[str] = []
        inner = town.store.row

        def row(index: str, key: str, inner=inner, reads=reads):  # type: ignore[no-untyped-def]
            reads.append(key)
            return inner(index, key)

        town.store.row = row  # type: ignore[method-assign]
        done = publish(town.desk)
        touched.append((len(done.changes), len(reads)))
    assert touched[0] == touched[1]


def test_a_call_from_paper_says_so_and_names_nobody(town: Town) -> None:
    call = Call(
        procedure="access",
        action="submit",
        facts=REQUEST,
        place=DISTRICT,
        happened=date(2026, 2, 20),
        on_behalf_of="paper",
    )
    matter = town.service.take(call, town.service.person("asks")).matter
    publish(town.desk)
    step = facts_of(town, matter)[0]
    assert step["actor"]["on_paper"] is True  # type: ignore[index]
    assert (step["happened"], step["recorded"]) == ("2026-02-20", "2026-03-02")


def test_communities_are_never_compared(town: Town) -> None:
    town.admit()
    publish(town.desk)
    record = StoreRecord(town.store)
    for community in (NORTH, SOUTH):
        assert record.keys(f"burden/{community}/") == [f"burden/{community}/2026"]
    assert record.keys(f"burden/{STREET}") == [] and record.keys(f"burden/{DISTRICT}") == []
