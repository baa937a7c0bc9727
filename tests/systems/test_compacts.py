"""Compacts and charters, tried in 东城: the totals of the account, adoption and filing, templates, parking, a trial."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from linli.registry import find_register, write_entries
from tests.systems.conftest import Open
from tests.systems.hall import Hall
from tests.systems.town import Denied, Told, Town

DAY = date(2026, 3, 2)
COMMUNITY = "110101007001"
COURTYARD, SELF_MANAGED, BLOCK = "110101006006-c12", "110101007002-c216", "110101012003-b22"
TOPICS_OF_A_COURTYARD = ("邻里互助", "公共卫生", "投放垃圾", "历史风貌保护")
TOPICS_OF_SELF_MANAGEMENT = (
    *("性质", "人员架构", "管理规则", "议事规则"),
    *("物业管理方式", "共同管理的权利和责任", "使用和维护", "违约责任"),
)


@pytest.fixture
def town(open_town: Open) -> Town:
    """东城 on the second of March 2026."""
    return open_town("dongcheng", DAY)


def handed_in(town: Town, id: str, place: str = COMMUNITY, **more: Any) -> str:
    """A resolution as a practice of deliberation hands it in; by default a valid one of the residents' assembly."""
    values = {
        "id": id,
        "place": place,
        "body": "居民会议",
        "body_kind": "residents_assembly",
        "item": "居民公约",
        "adopted": True,
        "decided": town.clock.day.isoformat(),
        "base": 1000,
        "present": 501,
        "votes_for": 251,
        **more,
    }
    register = find_register(town.service.desk, "resolutions")
    since = date.fromisoformat(str(values["decided"]))
    write_entries(town.service.desk, register, [values], since, "meeting")
    return id


def clauses(*topics: str, **texts: str) -> list[dict[str, str]]:
    return [{"topic": topic, "text": texts.get(topic, f"大家约定{topic}")} for topic in topics]


def drafted(town: Town, place: str = COMMUNITY, **facts: Any) -> Told:
    """A draft is handed in by the committee of a community."""
    told = {"title": "居民公约", "kind": "community", "clauses": clauses("邻里", "卫生"), **facts}
    return town.take(f"committee@{place}", "draft", told, procedure="compact", place=place)


def street_of(place: str) -> str:
    return f"street@{place[:9]}000"


def consulted(town: Town, matter: str, place: str = COMMUNITY) -> None:
    """The street reads the draft, residents have their week, and hear what became of what they said."""
    said = town.take(street_of(place), "review", {"lawful": True, "no_names": True}, matter=matter)
    assert said.stage.endswith("consulting")
    town.clock.day += timedelta(days=14)
    town.take(f"committee@{place}", "conclude", {}, matter=matter)


def adopted(town: Town, matter: str, resolution: str, place: str = COMMUNITY, **more: Any) -> Told:
    facts = {"resolution": resolution, "discussed": DAY.isoformat(), **more}
    return town.take(f"committee@{place}", "adopt", facts, matter=matter)


def filed(town: Town, matter: str, place: str = COMMUNITY, **more: Any) -> Told:
    facts = {"office": "street", "number": "备2026-1", "since": town.clock.day.isoformat(), **more}
    return town.take(street_of(place), "file", facts, matter=matter)


def in_force(town: Town, place: str = COMMUNITY, **facts: Any) -> str:
    """A compact that has gone the whole way."""
    matter = drafted(town, place, **facts).matter
    consulted(town, matter, place)
    told = adopted(town, matter, handed_in(town, f"m/{matter}", place), place)
    assert told.stage == "adopted", told.adverse
    assert filed(town, matter, place).stage == "in_force"
    return matter


def entry(town: Town, register: str, key: str) -> dict[str, Any]:
    return dict(town.get(f"registers/{register}/{key}")["values"])


def page(town: Town, code: str) -> str:
    return town.page(f"compacts/one/{code}.html")


@pytest.fixture
def listed(town: Town) -> Town:
    """With the lists of the demo: the compacts of the account's totals and their parking committees."""
    folder = town.deployment.plugins.folder("dongcheng")
    assert folder is not None
    for register in ("bodies", "compacts"):
        tables = tomllib.loads((folder / f"{register}.toml").read_text("utf-8"))
        town.imports(register, [row for rows in tables.values() for row in rows])
    return town


def every_compact(town: Town) -> list[dict[str, Any]]:
    found, after = [], ""
    while True:
        answer = town.get("registers/compacts", after=after, limit="100")
        found += [each["values"] for each in answer["entries"]]
        after = answer["after"]
        if not after:
            return found


# DC-06


@pytest.mark.system("DC-06")
def test_a_hundred_and_sixteen_communities_have_revised_their_compact(listed: Town) -> None:
    assert Counter(each["kind"] for each in every_compact(listed))["community"] == 116
    listed.publish()
    for said in (listed.page("compacts/index.html"), listed.place_page(listed.place)):
        assert "社区居民公约 116" in said
    assert "这里施行中的公约：社区居民公约 116 份、小区、胡同居民自治公约 125 份、停车自治公约 12 份。" in (
        listed.place_page(listed.place)
    )
    assert "施行中的社区居民公约有 116 份" in listed.page("compacts/community/index.html")


@pytest.mark.system("DC-06")
def test_a_new_version_leaves_the_old_one_readable_with_its_last_day(town: Town) -> None:
    texts = {"卫生": "每周六上午大扫除"}
    matter = in_force(town, clauses=clauses("邻里", "卫生", **texts))
    first_day = town.clock.day
    town.clock.day = date(2026, 9, 1)
    again = {"title": "居民公约", "kind": "community"}
    again["clauses"] = clauses("邻里", "卫生", "养犬", 卫生="每周六上午九点大扫除")
    told = town.take(f"committee@{COMMUNITY}", "revise", again, matter=matter)
    assert told.stage == "revision_drafted"
    consulted(town, matter)
    adopted(town, matter, handed_in(town, f"m/{matter}/2", decided="2026-09-14"))
    town.publish()
    meanwhile = page(town, matter)
    assert "每周六上午大扫除" in meanwhile and "修订草案正在办理" in meanwhile
    assert filed(town, matter, since="2026-10-01").stage == "revision_filed"
    old, new = entry(town, "compact_texts", f"{matter}.v1"), entry(town, "compact_texts", f"{matter}.v2")
    assert (old["since"], old["until"], old["successor"]) == (
        first_day.isoformat(),
        "2026-09-30",
        f"{matter}.v2",
    )
    assert (new["since"], new["predecessor"]) == ("2026-10-01", f"{matter}.v1")
    town.clock.day = date(2026, 9, 30)
    town.publish()
    assert "现行文本" in page(town, matter) and "现在是第 2 版" not in page(town, matter)
    town.clock.day = date(2026, 10, 1)
    town.publish()
    said = page(town, matter)
    assert "自2026年10月1日起施行，现在是第 2 版。" in said
    assert "以前的文本" in said and "至2026年9月30日" in said and "每周六上午大扫除" in said
    assert "养犬（新增）" in said and "卫生（修改）" in said and "其余 1 条没有变" in said
    assert town.get(f"matters/{matter}")["stage"] == {
        **town.get(f"matters/{matter}")["stage"],
        "id": "in_force",
        "usable": True,
    }


# DC-07


@pytest.mark.system("DC-07")
def test_a_hundred_and_twenty_five_estates_or_lanes_have_one(listed: Town) -> None:
    assert Counter(each["kind"] for each in every_compact(listed))["estate_or_lane"] == 125
    listed.publish()
    assert "施行中的小区、胡同居民自治公约有 125 份" in listed.page("compacts/estate-or-lane/index.html")


@pytest.mark.system("DC-07")
def test_a_compact_binds_a_unit_smaller_than_a_community(town: Town) -> None:
    place = COURTYARD[:12]
    unit = {"kind": "estate_or_lane", "unit": "东四六条12号院", "unit_code": COURTYARD}
    matter = drafted(town, place, title="居民自治公约", **unit).matter
    consulted(town, matter, place)
    told = adopted(
        town, matter, handed_in(town, "m/1", COURTYARD, body_kind="self_management_committee"), place
    )
    assert told.stage == "adopted", told.adverse
    filed(town, matter, place)
    town.publish()
    assert "适用于 东四六条12号院" in page(town, matter)
    for code in (place, COURTYARD):
        assert "《居民自治公约》（东四六条12号院） 施行中" in town.place_page(code)
    with pytest.raises(Denied, match="不在这个社区里"):
        drafted(town, COMMUNITY, **unit)
    with pytest.raises(Denied, match="要写明适用于哪里"):
        drafted(town, place, kind="estate_or_lane")


# DC-08


@pytest.mark.system("DC-08")
def test_twelve_parking_compacts_have_exactly_one_parking_committee_each(listed: Town) -> None:
    parking = [each for each in every_compact(listed) if each["kind"] == "parking_compact"]
    committees = [each["committee"] for each in parking]
    assert len(parking) == len(set(committees)) == 12
    for committee in committees:
        assert entry(listed, "bodies", committee)["kind"] == "parking_committee"
    listed.publish()
    said = page(listed, "DC-TC-01")
    assert "停车自管会 多福巷社区停车示例小区停车自管会" in said
    assert "施行中的停车自治公约有 12 份" in listed.page("compacts/parking-compact/index.html")


@pytest.mark.system("DC-08")
def test_no_parking_compact_is_listed_without_a_committee_or_with_that_of_another(listed: Town) -> None:
    bare = {
        "code": "T1",
        "title": "停车自治公约",
        "kind": "parking_compact",
        "place": COMMUNITY,
        "unit": "一号院",
    }
    with pytest.raises(Denied, match="要写明停车自管会：每份恰好一个"):
        listed.imports("compacts", [bare])
    taken = {**bare, "committee": "110101007001-p1:parking_committee"}
    with pytest.raises(Denied, match="已经属于 DC-TC-07"):
        listed.imports("compacts", [taken])


@pytest.mark.system("DC-08")
def test_a_parking_compact_without_a_committee_is_refused(listed: Town) -> None:
    facts = {
        "title": "停车自治公约",
        "kind": "parking_compact",
        "unit": "二号院",
        "vehicles": ["car"],
        "clauses": clauses("车位"),
    }
    told = drafted(listed, **facts)
    assert told.stage == "returned"
    assert told.finding("parking-compact-has-its-committee")["verdict"] == "refuse"
    told = drafted(listed, **facts, committee=f"{COMMUNITY}:residents_committee")
    assert told.finding("parking-compact-has-its-committee")["verdict"] == "refuse"
    listed.publish()
    assert "组织名册里没有这个停车自管会" in listed.matter_page(told.matter)


# DC-10


def self_managed(town: Town, *topics: str) -> Told:
    return drafted(
        town,
        SELF_MANAGED[:12],
        title="自管公约",
        kind="self_management",
        unit="朝内大街216-218号院",
        unit_code=SELF_MANAGED,
        clauses=clauses(*topics),
    )


@pytest.mark.system("DC-10")
@pytest.mark.parametrize("lacking", TOPICS_OF_SELF_MANAGEMENT)
def test_the_checklist_names_the_clause_that_is_missing(town: Town, lacking: str) -> None:
    told = self_managed(town, *(topic for topic in TOPICS_OF_SELF_MANAGEMENT if topic != lacking))
    assert told.stage == "returned"
    assert told.finding("self-management-compact-is-complete")["reason"] == f"还没有写：{lacking}"
    town.publish()
    assert f"还没有写：{lacking}" in town.matter_page(told.matter)


@pytest.mark.system("DC-10")
def test_with_all_eight_clauses_it_can_be_adopted(town: Town) -> None:
    place = SELF_MANAGED[:12]
    told = self_managed(town, *TOPICS_OF_SELF_MANAGEMENT[:-1])
    again = town.get(f"matters/{told.matter}", f"committee@{place}")["facts"]["draft"]
    again["clauses"] = clauses(*TOPICS_OF_SELF_MANAGEMENT)
    again.pop("code", None)
    told = town.take(f"committee@{place}", "redraft", again, matter=told.matter)
    assert told.stage == "drafted", told.adverse
    consulted(town, told.matter, place)
    owners = {"body": "业主大会", "body_kind": "owners_assembly", "base": 80, "present": 60, "votes_for": 55}
    done = adopted(town, told.matter, handed_in(town, "m/1", SELF_MANAGED, **owners), place)
    assert done.stage == "adopted", done.adverse
    assert "8 项都写了" in done.finding("self-management-compact-is-complete")["reason"]
    filed(town, told.matter, place)
    town.publish()
    said = page(town, told.matter)
    for topic in TOPICS_OF_SELF_MANAGEMENT:
        assert f"{topic} 大家约定{topic}" in said
    assert "由业主大会通过：应到 80 人，实到 60 人，同意 55 人" in said
    assert "自管公约要写明的条目" in town.page("compacts/index.html")


# DC-11


@pytest.mark.system("DC-11")
def test_the_template_of_a_courtyard_asks_exactly_its_four_topics(town: Town) -> None:
    told = drafted(town, COURTYARD[:12], kind="courtyard", unit="东四六条12号院", clauses=[])
    assert told.finding("courtyard-compact-keeps-to-its-topics")["reason"] == "还没有写：" + "、".join(
        TOPICS_OF_A_COURTYARD
    )
    told = drafted(
        town,
        COURTYARD[:12],
        kind="courtyard",
        unit="东四六条12号院",
        clauses=clauses(*TOPICS_OF_A_COURTYARD, "停车"),
    )
    assert "模板里没有这些条目：停车" in told.adverse
    town.publish()
    said = town.page("compacts/index.html")
    assert "小院公约要写明的条目 邻里互助、公共卫生、投放垃圾、历史风貌保护（4 项" in said


@pytest.mark.system("DC-11")
@pytest.mark.parametrize("blank", TOPICS_OF_A_COURTYARD)
def test_with_one_topic_blank_nothing_is_published(town: Town, blank: str) -> None:
    facts = {"title": "小院公约", "kind": "courtyard", "unit": "东四六条12号院"}
    told = drafted(town, COURTYARD[:12], **facts, clauses=clauses(*TOPICS_OF_A_COURTYARD, **{blank: " "}))
    assert told.stage == "returned" and f"还没有写：{blank}" in told.adverse
    with pytest.raises(Denied):
        town.take(street_of(COURTYARD), "review", {"lawful": True, "no_names": True}, matter=told.matter)
    town.publish()
    assert "大家约定" not in town.matter_page(told.matter)
    assert not [address for address in town.pages("compacts/one/") if told.matter in address]
    full = {**facts, "clauses": clauses(*TOPICS_OF_A_COURTYARD)}
    told = town.take(f"committee@{COURTYARD[:12]}", "redraft", full, matter=told.matter)
    assert told.stage == "drafted"
    town.take(street_of(COURTYARD), "review", {"lawful": True, "no_names": True}, matter=told.matter)
    town.publish()
    assert f"{blank} 大家约定{blank}" in page(town, told.matter)


# DC-12: 22楼, told as it happened


@pytest.fixture
def block(open_town: Open) -> tuple[Town, str]:
    """The building's rules: tried out in 2014, agreed on, and made formal in September 2018."""
    town = open_town("dongcheng", DAY)
    folder = town.deployment.plugins.folder("dongcheng")
    assert folder is not None
    for rows in tomllib.loads((folder / "bodies.toml").read_text("utf-8")).values():
        town.imports("bodies", rows)
    place = BLOCK[:12]
    committee, street = f"committee@{place}", street_of(place)
    unit = {"kind": "parking_compact", "unit": "22号楼", "unit_code": BLOCK}

    def paper(day: str) -> dict[str, str]:
        return {"happened": day, "on_behalf_of": "paper"}

    trial = {**unit, "title": "停车试行规则", "nature": "trial", "vehicles": ["car"]}
    trial["clauses"] = clauses("机动车", 机动车="院内机动车试行管理")
    told = town.take(committee, "draft", trial, procedure="compact", place=place, **paper("2014-05-01"))
    read = {"lawful": True, "no_names": True}
    town.take(street, "review", read, matter=told.matter, **paper("2014-05-05"))
    town.take(committee, "begin", {"since": "2014-06-01"}, matter=told.matter, **paper("2014-06-01"))

    agreed = {**unit, "title": "停车协议", "nature": "agreement", "vehicles": ["car"]}
    agreed["clauses"] = clauses("机动车", 机动车="车主按协商的车位停放")
    town.take(committee, "revise", agreed, matter=told.matter, **paper("2016-03-01"))
    town.take(street, "review", read, matter=told.matter, **paper("2016-03-04"))
    town.take(committee, "begin", {"since": "2016-04-01"}, matter=told.matter, **paper("2016-04-01"))

    rules = {**unit, "title": "停车自治管理办法", "committee": f"{BLOCK}:parking_committee"}
    rules |= {"vehicles": ["car", "bicycle", "pram", "wheelchair"]}
    rules["clauses"] = clauses("机动车", "自行车", "婴儿车和轮椅车", "设备维护")
    told = town.take(committee, "revise", rules, matter=told.matter, **paper("2018-08-01"))
    assert told.stage == "revision_drafted", told.adverse
    town.take(street, "review", read, matter=told.matter, **paper("2018-08-03"))
    town.take(committee, "conclude", {"paper": 3}, matter=told.matter, **paper("2018-08-14"))
    resolution = handed_in(
        town,
        "m/1",
        BLOCK,
        body="22号楼居民",
        body_kind="parking_committee",
        decided="2018-08-20",
        base=9,
        present=9,
        votes_for=9,
    )
    town.take(committee, "adopt", {"resolution": resolution}, matter=told.matter, **paper("2018-08-20"))
    filing = {"office": "street", "number": "2018-22", "since": "2018-09-01"}
    done = town.take(street, "file", filing, matter=told.matter, **paper("2018-08-28"))
    assert done.stage == "revision_filed"
    return town, told.matter


@pytest.mark.system("DC-12")
def test_the_register_links_the_trial_the_agreement_and_the_rules(block: tuple[Town, str]) -> None:
    town, matter = block
    trial, agreement, rules = (entry(town, "compact_texts", f"{matter}.v{n}") for n in (1, 2, 3))
    assert [each["nature"] for each in (trial, agreement, rules)] == ["trial", "agreement", "compact"]
    assert (trial["since"], trial["until"], trial["successor"]) == (
        "2014-06-01",
        "2016-03-31",
        f"{matter}.v2",
    )
    assert (agreement["predecessor"], agreement["successor"]) == (f"{matter}.v1", f"{matter}.v3")
    assert (rules["predecessor"], rules["since"]) == (f"{matter}.v2", "2018-09-01")
    assert entry(town, "compacts", matter)["nature"] == "compact"
    town.publish()
    said = page(town, matter)
    assert "试行规则：2014年6月1日至2016年3月31日" in said
    assert "接替试行规则" in said and "接替协议" in said
    assert "自2018年9月1日起施行，现在是第 3 版。" in said
    assert "管哪些车 小汽车、自行车、婴儿车、轮椅车。其他的车没有规定。" in said
    assert "设备维护（新增）" in said


@pytest.mark.system("DC-12")
@pytest.mark.parametrize(
    ("vehicle", "stage"),
    [
        ("car", "asked"),
        ("bicycle", "asked"),
        ("pram", "asked"),
        ("wheelchair", "asked"),
        ("motorcycle", "no_rule"),
        ("tricycle", "no_rule"),
        ("e_bike", "no_rule"),
    ],
)
def test_four_classes_are_covered_and_for_any_other_there_is_no_rule(
    block: tuple[Town, str], vehicle: str, stage: str
) -> None:
    town, matter = block
    asked = {"compact": matter, "vehicle": vehicle, "wish": "想停在楼前"}
    told = town.take(f"resident@{BLOCK[:12]}", "apply", asked, procedure="compact_request", place=BLOCK[:12])
    assert told.stage == stage
    assert told.terms["compacts.covered"] == ("covered" if stage == "asked" else "no_rule")


@pytest.mark.system("DC-12")
def test_what_is_asked_for_is_answered_and_published_nowhere(block: tuple[Town, str]) -> None:
    town, matter = block
    place = BLOCK[:12]
    asked = {"compact": matter, "vehicle": "pram"}
    told = town.take(f"resident@{place}", "apply", asked, procedure="compact_request", place=place)
    done = town.take(
        f"committee@{place}", "settle", {"granted": True, "reason": "婴儿车和轮椅车"}, matter=told.matter
    )
    assert done.stage == "settled"
    with pytest.raises(Denied):
        town.take(
            f"resident@{place}",
            "apply",
            {**asked, "compact": "none"},
            procedure="compact_request",
            place="110101",
        )
    town.publish()
    assert not [address for address in town.pages("matters/") if told.matter in address]


# BJ-23


@pytest.mark.system("BJ-23")
@pytest.mark.parametrize(("kind", "title"), [("charter", "居民自治章程"), ("community", "居民公约")])
def test_charter_and_compact_are_versioned_adopted_by_the_assembly_and_filed_with_the_street(
    town: Town, kind: str, title: str
) -> None:
    matter = drafted(town, title=title, kind=kind).matter
    consulted(town, matter)
    refused = adopted(
        town,
        matter,
        handed_in(
            town, "m/1", body="居民委员会", body_kind="residents_committee", base=7, present=7, votes_for=7
        ),
    )
    assert refused.stage == "concluded"
    assert refused.finding("residents-assembly-makes-or-delegates-it")["verdict"] == "refuse"
    with pytest.raises(Denied):
        filed(town, matter)
    town.publish()
    assert "要由居民会议制定，居民委员会不能通过" in town.matter_page(matter)
    assert adopted(town, matter, handed_in(town, "m/2")).stage == "adopted"
    told = filed(town, matter, office="district")
    assert told.stage == "concluded"
    assert told.finding("compact-is-filed-with-the-street")["verdict"] == "refuse"
    adopted(town, matter, "m/2")
    assert filed(town, matter).stage == "in_force"
    assert entry(town, "compact_texts", f"{matter}.v1")["number"] == 1
    town.publish()
    said = page(town, matter)
    assert "由居民会议通过：应到 1000 人，实到 501 人，同意 251 人" in said
    assert "备案 2026年3月16日，备2026-1" in said
    assert f"《{title}》 施行中" in town.place_page(COMMUNITY)


@pytest.mark.system("BJ-23")
@pytest.mark.parametrize(
    ("flaw", "said"),
    [
        ({"present": 500, "votes_for": 400}, "不到过半数"),
        ({"present": 600, "votes_for": 300}, "没有过半数"),
        ({"base": 0, "present": 0, "votes_for": 0}, "人数对不上"),
        ({"present": 1001}, "人数对不上"),
        ({"void": "没有提前通知"}, "没有提前通知"),
        ({"adopted": False}, "没有通过"),
        ({"place": "110101007002"}, "这个决议是别处的"),
        ({"about": "110101-2026-OTHER"}, "不是关于这份公约的"),
    ],
)
def test_a_resolution_that_does_not_carry_it_changes_nothing(
    town: Town, flaw: dict[str, Any], said: str
) -> None:
    matter = drafted(town).matter
    consulted(town, matter)
    place = flaw.pop("place", COMMUNITY) if "place" in flaw else COMMUNITY
    told = adopted(town, matter, handed_in(town, "m/1", place, **flaw))
    assert told.stage == "concluded" and said in told.adverse
    with pytest.raises(Denied):
        filed(town, matter)
    town.publish()
    assert said in town.matter_page(matter)
    assert "还没有施行" in page(town, matter)


@pytest.mark.system("BJ-23")
def test_a_resolution_that_turns_out_void_cannot_be_filed(town: Town) -> None:
    matter = drafted(town).matter
    consulted(town, matter)
    adopted(town, matter, handed_in(town, "m/1"))
    handed_in(town, "m/1", void="有人代签，到会不足")
    told = filed(town, matter)
    assert told.stage == "concluded" and "有人代签，到会不足" in told.adverse
    assert entry(town, "compact_texts", f"{matter}.v1")["stage"] == "consulted"


@pytest.mark.system("BJ-23")
def test_a_clause_that_would_break_the_law_or_name_a_person_is_stopped(town: Town) -> None:
    with pytest.raises(Denied, match="手机号"):
        drafted(town, clauses=clauses("值班", 值班="找值班员，电话13812345678"))
    told = drafted(
        town, clauses=clauses("卫生", "值班", 卫生="乱倒垃圾的罚款五十元", 值班="由王建国同志锁门")
    )
    assert told.stage == "drafted"
    assert "“卫生”里有“罚款”" in told.adverse and "“值班”里像是写了人名" in told.adverse
    no = {"lawful": False, "no_names": False, "reason": "罚款和人名都要删去"}
    back = town.take(street_of(COMMUNITY), "review", no, matter=told.matter)
    assert back.stage == "returned"
    town.publish()
    said = town.matter_page(told.matter)
    assert "罚款和人名都要删去" in said
    everything = "".join(town.pages().values())
    assert "王建国" not in everything and "乱倒垃圾的罚款" not in everything


@pytest.mark.system("BJ-23")
def test_who_drafts_does_not_review_and_who_reviews_changes_no_word(town: Town) -> None:
    matter = drafted(town).matter
    with pytest.raises(Denied) as caught:
        town.take(f"committee@{COMMUNITY}", "review", {"lawful": True, "no_names": True}, matter=matter)
    assert caught.value.status == 403
    changed = {"lawful": True, "no_names": True, "clauses": clauses("邻里", "卫生", 卫生="改过的")}
    with pytest.raises(Denied, match="审查时不能改条文"):
        town.take(street_of(COMMUNITY), "review", changed, matter=matter)


@pytest.mark.system("BJ-23")
def test_residents_speak_and_read_what_became_of_it_but_not_who_said_it(town: Town) -> None:
    matter = drafted(town).matter
    town.take(street_of(COMMUNITY), "review", {"lawful": True, "no_names": True}, matter=matter)
    opinion = {"topic": "卫生", "opinion": "周六不在家，改周日"}
    town.take(f"resident@{COMMUNITY}", "opinion", opinion, matter=matter)
    with pytest.raises(Denied, match="还没有期满"):
        town.take(f"committee@{COMMUNITY}", "conclude", {}, matter=matter)
    town.clock.day += timedelta(days=14)
    taken = {"opinion": "改在周日", "taken": True, "reason": "多数人周日在家"}
    town.take(f"committee@{COMMUNITY}", "conclude", {"opinions": [taken], "paper": 2}, matter=matter)
    assert town.get(f"matters/{matter}")["facts"]["conclusion"]["received"] == 3
    town.publish()
    assert "收到 3 条意见" in town.matter_page(matter)
    assert "改在周日 采纳 多数人周日在家" in page(town, matter)
    assert "周六不在家" not in "".join(town.pages().values())


@pytest.mark.system("BJ-23")
def test_in_another_place_of_the_city_a_meeting_adopts_it_and_its_minutes_are_the_proof(
    tmp_path: Path,
) -> None:
    hall = Hall("lugu", "110107011001", date(2026, 3, 2), tmp_path)
    hall.roll(adults=1000)
    town, street = hall.town, "street office"
    matter = drafted(town, hall.home).matter
    town.take(street, "review", {"lawful": True, "no_names": True}, matter=matter)
    agenda = [{"title": "居民公约", "kind": "compact", "about": matter}]
    called = {"basis": "adults", "base": 1000, "agenda": agenda, "discussed_by_party": "2026-03-02"}
    told = hall.call("residents_assembly", "2026-03-16", **called)
    assert told.stage == "called", told.adverse
    hall.on(2026, 3, 16)
    hall.meeting("hold", told.matter, on_paper=501)
    hall.meeting("vote", told.matter, item=1, votes_for=250, votes_against=251)
    town.take("committee", "conclude", {}, matter=matter)
    resolution = f"{told.matter}:1"
    party = {"resolution": resolution, "discussed": "2026-03-02"}
    assert town.take("committee", "adopt", party, matter=matter).stage == "concluded"
    again = {"item": 1, "votes_for": 251, "votes_against": 250, "reason": "唱票时记反了"}
    hall.meeting("recount", told.matter, **again)
    done = town.take("committee", "adopt", party, matter=matter)
    assert done.stage == "adopted", done.adverse
    filing = {"office": "street", "number": "备2026-2", "since": "2026-03-16"}
    assert town.take(street, "file", filing, matter=matter).stage == "in_force"
    town.publish()
    assert "由居民会议通过：应到 1000 人，实到 501 人，同意 251 人" in page(town, matter)
