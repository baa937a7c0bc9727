"""A community that meets, proposes, consults and agrees on a compact, in every state that a resident can meet."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from linli.publication import publish
from linli.record import StoreRecord
from linli_site.bucket import Folder
from linli_site.portal import Portal, frame_of
from tests.systems.hall import Hall

HOME = "510104030006"
DAY = date(2026, 3, 2)
ASSEMBLY, REPRESENTATIVES = "residents_assembly", "representative_assembly"
AGENDA = [
    {"title": "加装楼道扶手", "kind": "project", "sponsor": "居民委员会"},
    {"title": "修建第二休闲活动室", "kind": "project", "sponsor": "社区党委"},
    {"title": "居民公约", "kind": "compact"},
]


def deliberation_site(folder: Path) -> None:
    """Fill the community and build its portal."""
    hall = Hall("jinjiang", HOME, DAY, folder)
    hall.roll(adults=6500, households=2600, representatives=87)
    hall.bodies("community_forum")
    _seats(hall)
    _meetings(hall)
    _papers(hall)
    _consultation(hall)
    _compact(hall)
    desk = hall.town.service.desk
    publish(desk)
    frame = frame_of(hall.town.deployment, "这是演示站点，事项和金额都是虚构的。")
    record, out = StoreRecord(hall.town.store), Folder(folder / "site")
    Portal(hall.town.deployment, record, out, frame).build(hall.town.clock.today())


def _seats(hall: Hall) -> None:
    """A body with three seats, of which one is filled."""
    facts = {"kind": "election_committee", "seats": [{"post": "member", "count": 3}]}
    hall.take("street office", "body", "establish", facts)
    seat = {"body": hall.body("election_committee"), "seat": 1, "manner": "elected", "who": "resident1"}
    hall.take("street office", "seat", "fill", {**seat, "relatives": "none"})


def _meetings(hall: Hall) -> None:
    """One that is asked for, one to come, one whose call was wrong, one without a quorum, one that voted."""
    asked = {"body": hall.body(ASSEMBLY), "basis": "adults", "topic": "电梯更新", "signed_on_paper": 640}
    hall.take("committee", "meeting", "demand_on_paper", asked)
    hall.call(ASSEMBLY, "2026-03-04", basis="adults", base=6500, agenda=AGENDA[:1])
    hall.call(
        ASSEMBLY, "2026-04-20", basis="adults", base=6500, agenda=AGENDA[:1], venue="小学礼堂", hour="19:00"
    )
    called = {"base": 87, "representatives": 81, "agenda": AGENDA, "discussed_by_party": "2026-03-01"}
    few = hall.call(REPRESENTATIVES, "2026-03-15", **called).matter
    many = hall.call(REPRESENTATIVES, "2026-03-16", **called).matter
    hall.on(2026, 3, 15)
    hall.meeting("hold", few, on_paper=57)
    hall.on(2026, 3, 16)
    hall.meeting("hold", many, on_paper=81)
    hall.meeting("vote", many, item=1, votes_for=70, votes_against=6, abstained=5, executor="物业公司")
    hall.meeting("vote", many, item=2, votes_for=40, votes_against=41)
    hall.meeting("vote", many, item=3, votes_for=78, votes_against=3)
    hall.meeting("conclude", many, summary="扶手通过，活动室没有通过。")


def _papers(hall: Hall) -> None:
    """A paper that wants signers, and one that was accepted and is late."""
    paper = {"title": "河边加两张长椅", "wanted": "步道边加两张长椅"}
    hall.take("resident1", "proposal", "raise", paper)
    signers = [{"who": f"resident{number}"} for number in range(1, 8)]
    for each in signers:
        hall.town.get("procedures", each["who"])
    late = hall.take("committee", "proposal", "raise_on_paper", {**paper, "signers": signers}).matter
    hall.take("committee", "proposal", "submit", {}, matter=late)
    hall.take("committee", "proposal", "accept", {"number": 1, "handler": "居民委员会"}, matter=late)


def _consultation(hall: Hall) -> None:
    raised = {"title": "楼道堆物", "scope": [HOME], "convener": hall.body("residents_committee")}
    matter = hall.take("committee", "consultation", "raise", raised).matter
    facts: dict[str, Any] = {"forum": hall.body("community_forum"), "held_on": "2026-03-16", "present": 14}
    facts |= {"consensus": True, "said": "每周六一起清理", "invited": [{"kind": "residents", "came": True}]}
    hall.take("committee", "consultation", "discuss", facts, matter=matter)
    plan = {"plan": "每周六一起清理", "decider": hall.body("community_forum")}
    plan |= {"executor": "楼门自治小组", "supervisor": "居务监督委员会"}
    hall.take("committee", "consultation", "decide", plan, matter=matter)
    task = {"way": "task", "done_by": "2026-06-30"}
    hall.take("committee", "consultation", "implement", task, matter=matter)


def _compact(hall: Hall) -> None:
    text = [{"topic": "楼道", "text": "楼道里不放杂物，自行车停进车棚。"}]
    draft = {"title": "居民公约", "kind": "community", "clauses": text}
    matter = hall.take("committee", "compact", "draft", draft).matter
    hall.take("street office", "compact", "review", {"lawful": True, "no_names": True}, matter=matter)
    parking = {"title": "停车试行规则", "kind": "courtyard", "nature": "trial", "unit": "河边1号院"}
    trial = hall.take("committee", "compact", "draft", {**parking, "clauses": text}).matter
    hall.take("street office", "compact", "review", {"lawful": True, "no_names": True}, matter=trial)
    hall.take("committee", "compact", "begin", {"since": "2026-03-16"}, matter=trial)
    hall.on(2026, 5, 11)
