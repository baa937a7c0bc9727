"""Residents' votes as residents meet them: online and on paper, counted as one, checked from the published files."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from linli.replay import replay
from linli_cli.main import main
from linli_votes.opening import open_and_count
from linli_votes.rolls import voter_key
from tests.systems.test_funding import RUBRIC, Fair
from tests.systems.town import Denied
from tests.votes.polls import COUNTING, OPENS, PRIVATE, ROLL, Polling, notice, question


@pytest.fixture
def polling(tmp_path: Path) -> Polling:
    return Polling(tmp_path, electorate=12)


@pytest.mark.system("CC-26")
def test_one_tally_merges_online_and_paper_and_a_person_in_both_counts_once(polling: Polling) -> None:
    poll = polling.announced(quorum="half")
    for number, marks in (("001", ["1"]), ("002", ["1", "3"]), ("003", ["2"]), ("004", ["3"])):
        polling.cast(poll, number, marks)
    polling.enter(poll, "005", "1,3")
    polling.enter(poll, "006", "1")
    # Who voted online hands in a paper ballot as well, and the other way about: each is told, and counts once.
    with pytest.raises(Denied, match="编号 001 已经投过票"):
        polling.enter(poll, "001", "1")
    with pytest.raises(Denied, match="编号 005 已经投过票"):
        polling.cast(poll, "005", ["1"])
    # The same paper ballot entered twice.
    with pytest.raises(Denied, match="编号 006 已经投过票"):
        polling.enter(poll, "006", "1", who="another clerk")
    polling.town.publish()
    before = polling.town.page(f"polls/{poll}.html")
    assert "正在投票，到2026年3月8日为止。最多选 3 项。开票前不公布任何票数。" in before
    assert "得票" not in before.replace("得票的", "").split("本次投票办法")[0]
    polling.counted(poll)
    polling.town.publish()
    page = polling.town.page(f"polls/{poll}.html")
    assert "“凉亭”“书架”入选；应投 12 票，收到 6 票。" in page
    for row in ("1. 凉亭 4 600.00 入选", "3. 书架 3 300.00 入选", "2. 门灯 1 800.00 未入选"):
        assert row in page
    for row in ("应投 12", "收到 6", "其中网上 4", "其中纸质 2", "其中废票 0", "有效 6"):
        assert row in page
    assert "现有 6票，达到" in page
    assert "看“投票”的结果和图表" in polling.town.matter_page(poll)
    assert "用今年的微更新资金做什么" in polling.town.place_page(polling.home)
    assert "应投 12 票，收到 6 票" in polling.town.page("polls/index.html")


@pytest.mark.system("CC-26")
def test_whoever_has_the_published_files_counts_to_the_same_certificate(
    polling: Polling, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = notice(method="equalshares/add1", utility="cardinality", electorate=12)
    poll = polling.announce(facts)
    polling.votes(poll, [("1",), ("1", "3"), ("3",), ("2",), ("2", "3")])
    polling.enter(poll, "010", "3")
    polling.counted(poll)
    polling.town.publish()
    page = polling.town.page(f"polls/{poll}.html")
    files = polling.town._files
    ballots = files.get(f"polls/{poll}/ballots.pb")
    published = json.loads(files.get(f"polls/{poll}/certificate.json") or b"")
    assert ballots is not None
    (tmp_path / "ballots.pb").write_bytes(ballots)
    # The page prints the command; it is run as it stands there.
    command = page.split("命令：linli ")[1].split(" 计票用的参数")[0]
    assert command == "count ballots.pb --utility cardinality"
    words = command.replace("ballots.pb", str(tmp_path / "ballots.pb")).split()
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["certificate"] == published["certificate"]
    assert told["certificate"]["digest"] in page
    assert tuple(told["selected"]) == tuple(published["selected"])
    assert published["ballots_file"]["sha256"] in page
    text = ballots.decode()
    assert "VOTES\nvoter_id;vote\n" in text
    assert not any(number in text.split("VOTES")[1] for number in polling.codes)
    # The ballots stand in the order of what they say, numbered anew.
    votes = [line.split(";") for line in text.split("VOTES\n")[1].splitlines()[1:]]
    assert votes == sorted(votes, key=lambda each: [int(id) for id in each[1].split(",")])
    assert [number for number, _ in votes] == ["1", "2", "3", "4", "5", "6"]


@pytest.mark.system("CC-26")
def test_a_vote_without_its_quorum_is_void_and_says_so(polling: Polling) -> None:
    poll = polling.announce(
        question("同意", "不同意", electorate=12, quorum="majority", passes="two_thirds", least=0)
    )
    polling.cast(poll, "001", "1", kind="choose_one")
    polling.enter(poll, "002", "1")
    polling.enter(poll, "003", spoiled=True)
    assert polling.counted(poll).stage == "failed"
    polling.town.publish()
    page = polling.town.page(f"polls/{poll}.html")
    assert "投票无效：应投 12 票，收到 3 票，没有达到规定的数目。" in page
    assert "需要 7票" in page
    assert "参加的人不够，无效" in page
    assert "其中废票 1" in page


def test_a_call_that_asks_residents_awards_by_score_and_votes_and_not_without_the_tally(
    tmp_path: Path,
) -> None:
    fair = Fair("chongchuan", tmp_path, OPENS)
    town = fair.town
    town.imports(
        "appointments",
        [{"id": "t", "person": "treasurer", "post": "poll_teller", "place": fair.top, "since": "2020-01-01"}],
    )
    call = fair.publish(vote_percent=40, budget_fen=3_500_000, cap_fen=3_500_000)
    grants = []
    for number, points in ((1, 25), (2, 20)):
        grant = fair.apply(call, title=f"项目{number}").matter
        fair.take("operator", "qualify", {"number": number}, matter=grant)
        rows = [{"criterion": name, "points": points} for name in RUBRIC]
        for expert in ("expert1", "expert2"):
            sheet = {"no_interest": True, "points": rows, "ground": "需求清楚，做法可行"}
            fair.take(expert, "score", sheet, matter=grant)
        fair.take("operator", "conclude", {}, matter=grant)
        held = {"held": OPENS.isoformat(), "form": "居民议事会", "persons": 23, "outcome": "同意"}
        fair.take("committee", "discuss", held, matter=grant)
        grants.append(grant)

    def award(grant: str, **more: str) -> str:
        return fair.take("awarder", "award", {"projects": 2, **more}, matter=grant).stage

    with pytest.raises(Denied, match="还没有登记是哪一次投票"):
        award(grants[0])
    options = [{"id": str(at), "title": f"项目{at}", "about": grant} for at, grant in enumerate(grants, 1)]
    facts = question("x", "y", options=options, question="支持哪个公益项目", electorate=9)
    poll = town.take("committee", "announce", facts, procedure="poll", place=fair.home).matter
    town.take("funder", "poll", {"poll": poll}, matter=call)
    with pytest.raises(Denied, match="已经登记过投票，不能更换"):
        town.take("funder", "poll", {"poll": "320613-2026-ANOTHER1"}, matter=call)
    rows = [{"id": voter_key(ROLL, str(n)), "place": fair.home} for n in range(1, 10)]
    town.imports("voters", rows)
    for number in range(1, 10):
        ballot = {"number": str(number), "marks": "1" if number == 1 else "2"}
        town.take("committee", "enter", ballot, procedure="ballot", place=fair.home, above=poll)
    with pytest.raises(Denied, match="还没有计票结果"):
        award(grants[0], poll=poll)
    town.clock.day = COUNTING
    counted = open_and_count(town.service, poll, PRIVATE, random.Random(1).shuffle)
    town.take("treasurer", "count", counted.facts, matter=poll)
    with pytest.raises(Denied, match=f"登记的居民投票是 {poll}"):
        award(grants[0], poll="320613-2026-ANOTHER1")
    # 60 × 1 + 40 × 1/8 = 65 against 60 × 4/5 + 40 × 1 = 88: the votes turn the order of the experts round.
    assert (award(grants[1], poll=poll), award(grants[0], poll=poll)) == ("notice", "lost")
    page = fair.page(grants[1])
    assert "专家评审 60%、居民投票 40%，合计 88 分" in page
    assert "居民投票的计票结果" in page
    assert "支持哪个公益项目" in town.page(f"polls/{poll}.html")
    project = town.page(f"projects/{grants[1]}.html")
    assert "支持哪个公益项目" in project
    assert counted.result.count.certificate.digest in project
    # A count that is taken back stands on no page any more.
    town.take("treasurer", "reopen", {"reason": "复议成立"}, matter=poll)
    town.publish()
    assert "支持哪个公益项目" not in town.page(f"projects/{grants[1]}.html")
    findings = [found.sort for found in replay(town.service.desk)]
    assert findings and set(findings) == {"same"}
