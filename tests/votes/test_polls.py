"""Polls from the notice to the result, and everything that is refused on the way, with its reason and its article."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from linli.clockwork import tick
from linli.errors import BadInput, Corrupt, WrongStage
from linli.ledger import PIECES
from linli.record import RECORD
from linli.registers import decode_version
from linli.resolutions import TALLIES
from linli_votes.procedure import box
from linli_votes.sealing import new_private_key, public_of
from tests.systems.town import Denied
from tests.votes.polls import CLOSES, COUNTING, OPENS, Polling, notice, question


@pytest.fixture
def polling(tmp_path: Path) -> Polling:
    return Polling(tmp_path)


def refused(act: Any) -> Denied:
    with pytest.raises(Denied) as denied:
        act()
    return denied.value


def said(denied: Denied) -> str:
    return str(denied.problem["detail"])


# From the notice to the box


def test_a_poll_is_drafted_revised_and_made_public(polling: Polling) -> None:
    take = polling.town.take
    poll = take("clerk", "set_up", notice(), procedure="poll", place=polling.home).matter
    assert polling.town.stage(poll) == "prepared"
    assert "不能投票" in said(refused(lambda: polling.cast(poll, "001", ["1"])))
    take("clerk", "revise", notice(question="换一个问题"), matter=poll)
    assert take("clerk", "open", {}, matter=poll).stage == "open"
    assert polling.town.get(f"matters/{poll}")["name"] == "换一个问题"
    denied = refused(lambda: take("clerk", "revise", notice(), matter=poll))
    assert denied.status == 409
    change = {"slot": "poll", "changes": [{"field": "seats", "value": "2"}], "reason": "写错"}
    assert refused(lambda: take("clerk", "correct", change, matter=poll)).status == 409


def test_a_notice_with_faults_opens_no_poll_and_every_fault_is_told(polling: Polling) -> None:
    denied = refused(lambda: polling.announce(notice(closes="2026-03-01", key="x")))
    assert {fault["where"] for fault in denied.problem["faults"]} == {"closes", "key"}
    assert not polling.town.store.rows("matters")


def test_voting_begins_on_its_day_and_ends_after_its_last_whether_a_clock_runs_or_not(
    polling: Polling,
) -> None:
    polling.town.clock.day = date(2026, 3, 1)
    poll = polling.announced()
    assert polling.town.stage(poll) == "announced"
    assert "2026年3月2日到2026年3月8日（本次投票办法第三条" in said(
        refused(lambda: polling.cast(poll, "001", ["1"]))
    )
    polling.town.clock.day = OPENS
    polling.cast(poll, "001", ["1"])
    polling.town.clock.day = CLOSES
    polling.cast(poll, "002", ["1"])
    polling.town.clock.day = COUNTING
    denied = refused(lambda: polling.cast(poll, "003", ["1"]))
    assert denied.status == 409
    assert "已截止，等待开票" in said(denied)
    assert "本次投票办法第三条" in said(denied)


def test_the_clock_closes_a_poll_once_and_writes_down_what_lies_in_the_box(polling: Polling) -> None:
    poll = polling.announced()
    polling.cast(poll, "001", ["1"])
    polling.enter(poll, "002", "2")
    polling.close()
    tick(polling.town.service.desk)
    steps = polling.town.steps(poll)
    assert [step["action"] for step in steps] == ["announce", "settle"]
    assert steps[-1]["facts"] == {"online": 1, "paper": 1}


def test_a_ballot_is_a_matter_of_its_own_and_reads_no_other(
    polling: Polling, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll = polling.announced()
    others = {polling.cast(poll, number, ["1"]).matter for number in ("001", "002", "003")}
    store, touched = polling.town.store, list[str]()
    steps, rows = store.steps, store.rows
    monkeypatch.setattr(
        store, "steps", lambda matter, after=0: touched.append(matter) or steps(matter, after)
    )
    monkeypatch.setattr(
        store, "rows", lambda index, *more, **named: touched.append(index) or rows(index, *more, **named)
    )
    polling.cast(poll, "004", ["1"])
    assert poll in touched
    assert not others & set(touched)
    assert "children" not in touched
    assert len(polling.town.service.steps(poll)) == 1


# What is refused


def test_a_number_votes_once_on_whichever_channel_and_the_second_time_says_so(polling: Polling) -> None:
    poll = polling.announced()
    polling.cast(poll, "001", ["1"])
    polling.enter(poll, "002", "2")
    for act in (
        lambda: polling.cast(poll, "001", ["2"]),
        lambda: polling.enter(poll, "001", "2"),
        lambda: polling.enter(poll, "002", "2"),
        lambda: polling.enter(poll, "002", "2", who="another clerk"),
        lambda: polling.cast(poll, "002", ["2"]),
    ):
        denied = refused(act)
        assert denied.status == 409
        assert "已经投过票（本次投票办法第二条" in said(denied)
        assert "只投一次" in denied.problem["cure"]
    counted = polling.counted(poll)
    assert counted.stage == "counted"
    assert polling.result(poll).received == 2


def test_a_number_that_is_not_on_the_roll_and_a_wrong_code_do_not_vote(polling: Polling) -> None:
    poll = polling.announced()
    for number, code in (("099", ""), ("001", "AAAA-BBBB-CCCC"), ("001", ""), ("001", polling.codes["002"])):
        assert "编号或投票码不对（本次投票办法第二条" in said(
            refused(lambda n=number, c=code: polling.cast(poll, n, ["1"], code=c))  # type: ignore[misc]
        )
    assert "名册里没有编号 099（本次投票办法第二条" in said(refused(lambda: polling.enter(poll, "099", "1")))
    loose = f" {polling.codes['001'].lower().replace('-', ' ')} "
    assert polling.cast(poll, " 001 ", ["1"], code=loose).stage == "cast"


def test_a_number_without_a_code_votes_on_paper_only(polling: Polling) -> None:
    polling.enroll({"100": ""})
    poll = polling.announced()
    assert "投票码不对" in said(refused(lambda: polling.cast(poll, "100", ["1"], code="")))
    assert polling.enter(poll, "100", "1").stage == "cast"


@pytest.mark.parametrize(
    ("marks", "message"),
    [
        (["1", "9"], "没有选项 9"),
        (["1", "1"], "写了两次"),
        (["1", "2", "3"], "最多选 2 项"),
        ([], "至少选 1 项"),
    ],
)
def test_a_ballot_for_more_than_allowed_or_for_unknown_projects_is_refused_and_not_used_up(
    polling: Polling, marks: list[str], message: str
) -> None:
    poll = polling.announced(paper="some", most=2)
    for act in (
        lambda: polling.cast(poll, "001", marks),
        lambda: polling.enter(poll, "001", ",".join(marks)),
    ):
        denied = refused(act)
        assert denied.status == 422
        assert message in said(denied)
        assert "本次投票办法第四条" in said(denied)
    assert polling.cast(poll, "001", ["1"]).stage == "cast"


def test_a_ballot_of_another_kind_is_refused(polling: Polling) -> None:
    poll = polling.announced()
    assert "这张选票不是（本次投票办法第四条" in said(
        refused(lambda: polling.cast(poll, "001", "1", kind="choose_one"))
    )


@pytest.mark.parametrize(
    ("kind", "more", "marks", "cast"),
    [
        ("choose_one", {"paper": "choose_one"}, "2", [("2", "")]),
        ("approval", {}, ["3", "1"], [("1,3", "")]),
        ("some", {"paper": "some", "most": 2}, ["3", "1"], [("1,3", "")]),
        ("ranked", {"paper": "ranked", "method": "score"}, ["3", "1"], [("3,1", "")]),
        ("points", {"paper": "points", "points": 5, "method": "score"}, {"3": 4, "1": 1}, [("1,3", "1,4")]),
    ],
)
def test_every_kind_of_ballot_can_be_cast_and_is_counted(polling, kind, more, marks, cast):
    poll = polling.announced(**more)
    polling.cast(poll, "001", marks, kind=kind)
    assert polling.counted(poll).stage == "counted"
    facts = polling.town.get(f"matters/{poll}")["facts"]["count"]
    assert [(each["vote"], each["points"]) for each in facts["ballots"]] == cast


def test_paper_that_came_in_time_is_entered_until_the_box_is_opened(polling: Polling) -> None:
    poll = polling.announced()
    polling.close()
    assert "这一张是2026年3月9日（本次投票办法第三条" in said(
        refused(lambda: polling.enter(poll, "001", "1"))
    )
    late = {"happened": CLOSES.isoformat(), "on_behalf_of": "paper"}
    assert polling.enter(poll, "001", "1", **late).stage == "cast"
    polling.counted(poll)
    denied = refused(lambda: polling.enter(poll, "002", "1", **late))
    assert "已开票" in said(denied)
    assert "本次投票办法第三条" in said(denied)


def test_each_channel_is_open_only_where_the_notice_says_so(polling: Polling) -> None:
    online, paper = polling.announced(channels=["online"]), polling.announced(channels=["paper"])
    assert "不用纸质票" in said(refused(lambda: polling.enter(online, "001", "1")))
    assert "只用纸质票" in said(refused(lambda: polling.cast(paper, "001", ["1"])))
    offered = polling.town.get(f"matters/{paper}", polling.resident)["under"]
    assert offered == []


def test_a_suspended_or_void_poll_takes_no_ballot_and_the_roll_of_another_poll_counts_for_nothing(
    polling: Polling,
) -> None:
    poll = polling.announced()
    polling.town.take("clerk", "suspend", {"reason": "核实名册"}, matter=poll)
    assert "已中止" in said(refused(lambda: polling.cast(poll, "001", ["1"])))
    polling.town.take("clerk", "resume", {"reason": "名册无误"}, matter=poll)
    polling.cast(poll, "001", ["1"])
    polling.town.take("clerk", "void", {"reason": "选项写漏"}, matter=poll)
    assert "已作废" in said(refused(lambda: polling.cast(poll, "002", ["1"])))
    other = polling.announced(roll="另一份名册")
    assert "投票码不对" in said(refused(lambda: polling.cast(other, "001", ["1"])))


def test_only_who_may_enters_counts_or_takes_back(polling: Polling) -> None:
    poll = polling.announced()
    denied = refused(
        lambda: polling.town.take(
            polling.resident,
            "enter",
            {"number": "001", "marks": "1"},
            procedure="ballot",
            place=polling.home,
            above=poll,
        )
    )
    assert denied.status == 403
    polling.close()
    facts = polling.opened(poll).facts
    assert refused(lambda: polling.town.take("clerk", "count", facts, matter=poll)).status == 403


# Ballots entered by mistake


def test_a_ballot_entered_under_a_wrong_number_is_taken_back_and_the_number_votes_after_all(
    polling: Polling,
) -> None:
    poll = polling.announced()
    wrong = polling.enter(poll, "001", "1").matter
    reason = {"reason": "编号看错，应为 002"}
    assert polling.town.take("teller", "take_back", reason, matter=wrong).stage == "taken_back"
    polling.enter(poll, "002", "1")
    polling.cast(poll, "001", ["2"])
    assert "已经投过票" in said(refused(lambda: polling.cast(poll, "001", ["2"])))
    again = polling.enter(poll, "003", "3").matter
    polling.town.take("teller", "take_back", reason, matter=again)
    store = polling.town.store
    held = {channel: store.balance(box(poll, channel), PIECES) for channel in ("online", "paper", "revoked")}
    assert held == {"online": 1, "paper": 1, "revoked": 2}
    polling.counted(poll)
    facts = polling.town.get(f"matters/{poll}")["facts"]["count"]
    assert (facts["online"], facts["paper"], facts["revoked"]) == (1, 1, 2)


def test_nobody_takes_back_what_a_voter_cast_online_or_anything_after_the_count(polling: Polling) -> None:
    poll = polling.announced()
    online = polling.cast(poll, "001", ["1"]).matter
    paper = polling.enter(poll, "002", "1").matter
    reason = {"reason": "想换一票"}
    assert "网上投的选票不能作废" in said(
        refused(lambda: polling.town.take("teller", "take_back", reason, matter=online))
    )
    polling.counted(poll)
    assert "已经开票" in said(refused(lambda: polling.town.take("teller", "take_back", reason, matter=paper)))


# Opening and counting


def test_the_box_is_opened_after_the_window_only_and_with_its_own_key_only(polling: Polling) -> None:
    poll = polling.announced()
    polling.cast(poll, "001", ["1"])
    with pytest.raises(WrongStage, match="不能开票"):
        polling.opened(poll)
    polling.close()
    with pytest.raises(BadInput, match="不是这次投票的"):
        polling.opened(poll, new_private_key(bytes(32)))
    ballot = polling.town.store.rows("children", f"{poll}/")[0].key.split("/")[1]
    with pytest.raises(BadInput, match="不是投票"):
        polling.opened(ballot)
    assert polling.opened(poll).facts["online"] == 1


def test_a_ballot_that_was_swapped_in_the_store_stops_the_count(polling: Polling) -> None:
    poll = polling.announced()
    first, second = (polling.cast(poll, number, ["1"]).matter for number in ("001", "002"))
    polling.close()
    steps = polling.town.service.steps

    def swapped(matter: str) -> Any:
        return steps({first: second, second: first}.get(matter, matter))

    def moved(matter: str) -> Any:
        (step,) = steps(matter)
        (other,) = swapped(matter)
        return [msgspec.structs.replace(step, facts={**step.facts, "sealed": other.facts["sealed"]})]

    polling.town.service.steps = lambda m: moved(m) if m in (first, second) else steps(m)  # type: ignore[method-assign]
    with pytest.raises(Corrupt, match="打不开"):
        polling.opened(poll)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"online": 1}, "票箱里有网上选票 2 张，开票结果写了 1 张"),
        ({"paper": 0}, "票箱里有纸质选票 1 张，开票结果写了 0 张"),
        ({"revoked": 1}, "误录作废的选票是 0 张"),
        ({"spoiled": 1}, "打开了 4 张，票箱里有 3 张"),
        ({"ballots": [{"vote": "1", "points": "", "number": 2}]}, "打开了 2 张，票箱里有 3 张"),
        ({"ballots": [{"vote": "1", "points": "", "number": 3}]}, "与选票对不上"),
        ({"ballots": [{"vote": "9", "points": "", "number": 3}]}, "没有选项 9"),
        (
            {
                "ballots": [
                    {"vote": "2", "points": "", "number": 1},
                    {"vote": "1", "points": "", "number": 2},
                ]
            },
            "没有按内容归并和排序",
        ),
        ({"certificate": "0" * 64}, "计票证书与选票对不上"),
        ({"file": "0" * 64}, "选票文件摘要与选票对不上"),
    ],
)
def test_a_count_that_does_not_come_out_is_refused_and_nothing_is_stored(
    polling: Polling, change: dict[str, Any], message: str
) -> None:
    poll = polling.announced()
    for number, marks in (("001", ["1"]), ("002", ["1"])):
        polling.cast(poll, number, marks)
    polling.enter(poll, "003", "2")
    polling.close()
    facts = polling.opened(poll).facts
    assert message in said(
        refused(lambda: polling.town.take("teller", "count", {**facts, **change}, matter=poll))
    )
    assert polling.town.stage(poll) == "closed"
    assert polling.town.take("teller", "count", facts, matter=poll).stage == "counted"


def test_what_follows_from_the_ballots_is_worked_out_whatever_is_handed_in(polling: Polling) -> None:
    poll = polling.announced(quorum="majority")
    polling.cast(poll, "001", ["1"])
    polling.close()
    lie = {"received": 9, "quorate": True, "selected": ["2"], "undecided": ["3"]}
    told = polling.town.take("teller", "count", {**polling.opened(poll).facts, **lie}, matter=poll)
    assert told.stage == "failed"
    facts = polling.town.get(f"matters/{poll}")["facts"]["count"]
    assert (facts["received"], facts["quorate"], facts["selected"]) == (1, False, [])
    assert polling.town.get(f"matters/{poll}")["lead"].startswith("投票无效：应投 9 票，收到 1 票")


def tally(polling: Polling, poll: str) -> dict[str, Any]:
    stored = polling.town.store.entries(TALLIES.id, [poll])
    return decode_version(stored[poll].body).values if poll in stored else {}


def test_the_core_learns_the_tally_and_unlearns_it_when_the_count_is_taken_back(polling: Polling) -> None:
    options = [
        {"id": "1", "title": "同意", "about": "320613-2026-PROJECT1"},
        {"id": "2", "title": "不同意"},
    ]
    poll = polling.announce(question("x", options=options))
    polling.cast(poll, "001", "1", kind="choose_one")
    polling.counted(poll)
    found = tally(polling, poll)
    assert (found["ballots"], found["electors"], found["counted"]) == (1, 9, COUNTING.isoformat())
    assert found["choices"] == [
        {"key": "320613-2026-PROJECT1", "count": 1, "selected": True},
        {"key": "2", "count": 0, "selected": False},
    ]
    assert found["certificate"] == polling.result(poll).count.certificate.digest
    polling.town.take("teller", "reopen", {"reason": "复议成立"}, matter=poll)
    assert tally(polling, poll) == {}
    polling.town.take("teller", "count", polling.opened(poll).facts, matter=poll)
    assert tally(polling, poll) == found
    polling.town.take("clerk", "void", {"reason": "名册有误"}, matter=poll)
    assert tally(polling, poll) == {}


def test_a_resident_objects_and_gets_an_answer(polling: Polling) -> None:
    poll = polling.announced()
    polling.counted(poll)
    polling.town.take(polling.resident, "object", {"ground": "我家没有收到投票码"}, matter=poll)
    answer = {"upheld": False, "reason": "投票码已经送达，有签收"}
    polling.town.take("clerk", "answer", answer, matter=poll)
    assert polling.town.stage(poll) == "counted"


# What the public learns


def test_while_a_poll_is_open_the_record_holds_no_number_of_ballots(polling: Polling) -> None:
    poll = polling.announced()
    tick(polling.town.service.desk)
    before = public(polling)
    for number in ("001", "002", "003"):
        polling.cast(poll, number, ["1"])
    polling.enter(poll, "004", "1")
    tick(polling.town.service.desk)
    after = public(polling)
    # The log grows, as it does with everything; nothing else of the record has changed.
    assert {key for key in after if after[key] != before.get(key)} <= {"log", "as-of"}


def public(polling: Polling) -> dict[str, bytes | None]:
    found: dict[str, bytes | None] = {}
    after = ""
    while rows := polling.town.store.rows(RECORD, after):
        found |= {row.key: row.value for row in rows}
        after = rows[-1].key
    return found


def test_nobody_but_those_who_work_with_ballots_sees_one(polling: Polling) -> None:
    poll = polling.announced()
    ballot = polling.cast(poll, "001", ["1"]).matter
    for who in ("", polling.resident):
        assert refused(lambda w=who: polling.town.get(f"matters/{ballot}", w)).status == 404  # type: ignore[misc]
    seen = polling.town.get(f"matters/{ballot}", "clerk")
    assert seen["facts"]["approve"]["choices"] == []
    assert seen["facts"]["approve"]["code"] == ""


def test_the_roll_is_not_published(polling: Polling) -> None:
    tick(polling.town.service.desk)
    assert not [key for key in public(polling) if key.startswith("registers/voters")]


def test_residents_are_asked_to_vote_and_the_teller_to_count(polling: Polling) -> None:
    poll = polling.announced()
    assert [each["id"] for each in polling.town.get("waiting", polling.resident)["matters"]] == [poll]
    polling.close()
    assert poll in [each["id"] for each in polling.town.get("waiting", "teller")["matters"]]


def test_a_poll_needs_no_key_that_was_made_here(polling: Polling) -> None:
    private = new_private_key(bytes(range(1, 33)))
    poll = polling.announced(key=public_of(private))
    polling.cast(poll, "001", ["1"])
    polling.close()
    assert polling.opened(poll, private).result.valid == 1
