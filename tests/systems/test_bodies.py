"""Bodies and those who sit in them, through the API and on the built pages of shipped deployments."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.systems.town import Denied, Told, Town

Open = Callable[..., Town]
DC, CC, JJ, SC = "110101007001", "320613001001", "510104017001", "330102001051"
DAY = date(2026, 3, 2)
COMMITTEE = [{"post": "chair"}, {"post": "vice_chair"}, {"post": "member", "count": 3}]


def street_of(community: str) -> str:
    return f"{community[:9]}000"


def people(community: str, *residents: str) -> dict[str, list[tuple[str, str]]]:
    found = {
        "street": [("street", street_of(community))],
        "party": [("party_org", community)],
        "committee": [("committee", community)],
        "owners": [("owners_committee", community)],
        "firm": [("property_firm", community)],
        "elections": [("election_committee", community)],
    }
    return found | {name: [("resident", community)] for name in residents}


def establish(town: Town, kind: str, place: str, who: str = "street", **more: Any) -> Told:
    return town.take(who, "establish", {"kind": kind, **more}, procedure="body", place=place)


def fill(town: Town, body: str, seat: int, who: str, place: str, by: str = "street", **more: Any) -> Told:
    facts = {"body": body, "seat": seat, "who": who, "manner": "recommended", **more}
    return town.take(by, "fill", facts, procedure="seat", place=place)


@pytest.mark.system("DC-02")
def test_groups_of_a_roll_send_representatives_of_whom_alone_standing_members_come(open_town: Open):
    town = open_town("dongcheng", DAY, people=people(DC))
    assembly, council = f"{DC}:representative_assembly", f"{DC}:standing_representative_council"
    establish(town, "representative_assembly", DC, seats=[{"post": "representative", "count": 30}])
    establish(town, "standing_representative_council", DC, seats=[{"post": "member", "count": 3}])
    division = {"body": assembly, "residents": 1200, "size": 40}
    told = town.take("committee", "divide", division, procedure="grouping", place=DC)
    groups = town.steps(told.matter)[0]["facts"]["groups"]
    numbers = [n for group in groups for n in range(group["first"], group["last"] + 1)]
    assert (len(groups), numbers) == (30, list(range(1, 1201)))
    with pytest.raises(Denied, match="41 号在别的小组"):
        town.take("committee", "choose", {"group": 1, "resident": 41, "who": "r1"}, matter=told.matter)
    for group in range(1, 31):
        chosen = {"group": group, "resident": group * 40, "who": f"r{group}"}
        stage = town.take("committee", "choose", chosen, matter=told.matter).stage
    assert stage == "complete"
    refused = fill(town, council, 1, "stranger", DC, manner="elected")
    assert (refused.stage, "不是本社区在任的居民代表" in refused.adverse) == ("refused", True)
    assert fill(town, council, 1, "r7", DC, manner="elected").stage == "serving"
    town.clock.day = DAY + timedelta(days=90)
    town.publish()
    assert "应当开会了" not in town.place_page(DC)
    town.clock.day = DAY + timedelta(days=91)
    town.publish()
    assert "居民常务代表会议应当开会了：成立以来已经 91 天，每 90 天要开一次" in town.place_page(DC)
    assert "共 30 个席位，30 个在任" in town.page(f"bodies/{DC}/representative-assembly/index.html")


@pytest.mark.system("DC-09")
def test_four_very_small_bodies_each_under_its_unit_and_with_a_charter(open_town: Open):
    town = open_town("dongcheng", DAY, people=people(DC))
    establish(town, "residents_committee", DC, seats=COMMITTEE)
    above = {"above": f"{DC}:residents_committee"}
    units = {
        "self_management_committee": f"{DC}-g01-c1",
        "parking_committee": f"{DC}-g01-c1",
        "grid_self_management_group": f"{DC}-g01",
        "service_centre_committee": DC,
    }
    for kind, place in units.items():
        without = establish(town, kind, place, **above)
        assert (without.stage, "没有自治章程" in without.adverse) == ("refused", True)
        assert establish(town, kind, place, charter="自治章程1号", **above).stage == "standing"
    with pytest.raises(Denied, match="网格自治小组设在网格，不能设在社区"):
        establish(town, "grid_self_management_group", DC, charter="自治章程1号", **above)
    with pytest.raises(Denied, match="院落自管会设在院落"):
        establish(town, "self_management_committee", f"{DC}-g01", charter="自治章程1号", **above)
    town.publish()
    assert "章程 自治章程1号" in town.page(f"bodies/{DC}-g01-c1/parking-committee/index.html")


@pytest.mark.system("DC-13")
def test_a_commissioner_is_a_section_chief_in_a_pilot_street_without_a_vote(open_town: Open):
    dongsi, elsewhere = "110101006001", "110101002001"
    posts = {"east": [("street", street_of(dongsi))], "west": [("street", street_of(elsewhere))]}
    town = open_town("dongcheng", DAY, people=posts)
    for who, place in (("east", dongsi), ("west", elsewhere)):
        establish(town, "commissioner", place, who=who, seats=[{"post": "commissioner"}])
    sent = {"manner": "appointed", "rank": "正科级", "votes": False}
    low = fill(town, f"{dongsi}:commissioner", 1, "wang", dongsi, "east", **{**sent, "rank": "副科级"})
    assert (low.stage, "由正科级干部担任" in low.adverse) == ("refused", True)
    other = fill(town, f"{elsewhere}:commissioner", 1, "wang", elsewhere, "west", **sent)
    assert (other.stage, "不在社区专员的试点名单里" in other.adverse) == ("refused", True)
    voting = fill(town, f"{dongsi}:commissioner", 1, "wang", dongsi, "east", **{**sent, "votes": True})
    assert (voting.stage, "没有表决权" in voting.adverse) == ("refused", True)
    assert fill(town, f"{dongsi}:commissioner", 1, "wang", dongsi, "east", **sent).stage == "serving"
    town.publish()
    page = town.page(f"bodies/{dongsi}/commissioner/index.html")
    assert "1 个在任" in page and "wang" not in page


@pytest.mark.system("DC-14")
def test_eleven_units_take_over_twenty_nine_and_requests_follow(open_town: Open):
    town = open_town("dongcheng", DAY, people=people(DC))
    place = street_of(DC)
    folder = town.deployment.plugins.folder("dongcheng")
    assert folder is not None
    chart = tomllib.loads((folder / "offices.toml").read_text("utf-8"))
    assert {name: len(rows) for name, rows in chart.items()} == {
        "units": 11,
        "institutions": 4,
        "offices": 25,
    }
    # Where each office went is not in the account: what was made up says so.
    assert all("（示例）" in row["title"] for row in chart["offices"])
    town.imports("offices", [row for rows in chart.values() for row in rows])
    town.publish()
    assert "现有 11 个机构；原来的 29 个都有去向" in town.place_page(place)
    request = {"subject": "社保卡补办", "office": "old-social-security"}
    told = town.take("committee", "raise", request, procedure="demand", place=DC)
    assert told.terms["demand.office"] == "centre-government"
    team = town.get("registers/offices/team")["values"]
    assert len(team["sources"].split("、")) == 5
    lost = {**chart["offices"][0], "into": ""}
    town.imports("offices", [lost])
    town.publish()
    assert "原来的机构没有去向：科室1（示例）" in town.place_page(place)


@pytest.mark.system("DC-22")
def test_talents_are_counted_by_tier_and_rise_by_a_record_of_work(open_town: Open):
    posts = people(DC) | {"former": [("station", DC)]}
    town = open_town("dongcheng", DAY, people=posts)
    town._appoint("former")
    enrolled = {
        who: town.take(
            "committee", "enrol", {"tier": "resident", "who": who}, procedure="talent", place=DC
        ).matter
        for who in ("former", "newcomer")
    }
    professional = {"tier": "professional", "organization": "某社工事务所"}
    town.take("committee", "enrol", professional, procedure="talent", place=DC)
    refused = town.take("committee", "promote", {"to": "worker"}, matter=enrolled["newcomer"])
    assert (refused.stage, "没有社区工作者的任职记录" in refused.adverse) == ("resident", True)
    assert town.take("committee", "promote", {"to": "worker"}, matter=enrolled["former"]).stage == "worker"
    town.publish()
    said = "社区公益人才（居民） 1，平台运营人才（社区工作者） 1，专业社会工作机构 1"
    assert said in town.place_page(DC)


@pytest.mark.system("CC-02")
def test_a_neighbourhood_is_complete_only_with_a_branch_whose_secretary_is_known(open_town: Open):
    town = open_town("chongchuan", DAY, people=people(CC))
    near = f"{CC}-n01"
    establish(town, "neighbourhood_council", near, seats=[{"post": "chair"}])
    town.publish()
    assert "按“邻里”，缺：党支部" in town.place_page(near)
    establish(town, "party_branch", near, who="party", seats=[{"post": "secretary"}, {"post": "member"}])
    assert fill(town, f"{near}:party_branch", 1, "secretary", CC, "party").stage == "serving"
    town.publish()
    assert "“邻里”的组织都有" in town.place_page(near)
    assert "1 书记 在任" in town.page(f"bodies/{near}/party-branch/index.html")


@pytest.mark.system("CC-08")
def test_an_estates_matter_has_one_owner_among_three(open_town: Open):
    town = open_town("chongchuan", DAY, people=people(CC))

    def owners(concern: str) -> tuple[Any, Any]:
        facts = {"subject": "小区事项", "concern": concern}
        terms = town.take("committee", "raise", facts, procedure="demand", place=CC).terms
        return terms.get("demand.owner"), terms.get("demand.appraiser")

    assert owners("maintenance_fund") == ("owners_committee", None)
    assert owners("service_quality") == ("property_firm", "neighbourhood_council")
    told = town.take(
        "committee",
        "raise",
        {"subject": "屋顶维修", "concern": "maintenance_fund"},
        procedure="demand",
        place=CC,
    )
    town.publish()
    assert "“屋顶维修”正在办理，由业主委员会负责。" in town.matter_page(told.matter)


@pytest.mark.system("CC-27")
@pytest.mark.system("CC-28")
def test_the_older_frame_is_four_records_and_switching_keeps_history(open_town: Open):
    town = open_town("chongchuan", date(2012, 5, 7), people=people(CC))
    for kind in ("party_committee", "residents_committee", "service_station", "community_office"):
        assert (
            establish(town, kind, CC, seats=COMMITTEE if kind == "residents_committee" else []).stage
            == "standing"
        )
    choose = {"frame": "one-one-one-one", "since": "2012-05-07"}
    town.take("street", "choose", choose, procedure="frame", place=CC)
    town.publish()
    page = town.place_page(CC)
    assert "“一委一居一站一办”的组织都有" in page
    assert all(name in page for name in ("社区党组织", "居民委员会", "社区服务站", "社区办公室"))
    town.clock.day = date(2014, 6, 3)
    later = {"frame": "neighbourhoods", "since": "2014-06-03"}
    town.take("street", "choose", later, procedure="frame", place=CC)
    town.publish()
    page = town.place_page(CC)
    assert "一委一居一站一办 2012年5月7日" in page and "邻里自理、街坊共治 2014年6月3日" in page
    for day, frame in (("2013-01-01", "one-one-one-one"), ("2014-06-03", "neighbourhoods")):
        found = town.get(f"registers/place_frames/{CC}", on=day)
        assert found["values"]["frame"] == frame


@pytest.mark.system("JJ-03")
def test_the_secretary_chairs_and_the_chair_changes_with_the_secretary(open_town: Open):
    town = open_town("jinjiang", DAY, people=people(JJ))
    party, working = f"{JJ}:party_committee", f"{JJ}:assembly_working_committee"
    establish(town, "party_committee", JJ, seats=[{"post": "secretary"}])
    establish(town, "assembly_working_committee", JJ, seats=[{"post": "chair"}, {"post": "member"}])
    other = fill(town, working, 1, "li", JJ, manner="appointed")
    assert (other.stage, "由社区党组织书记担任" in other.adverse) == ("refused", True)
    first = fill(town, party, 1, "zhang", JJ, "party", manner="elected")
    assert first.terms["seat.carries"] == [working]
    town.publish()
    assert "1 主任 在任 因职务担任" in town.page(f"bodies/{JJ}/assembly-working-committee/index.html")
    town.clock.day = date(2026, 4, 1)
    town.take("party", "leave", {"reason": "replaced"}, matter=first.matter)
    fill(town, party, 1, "wang", JJ, "party", manner="elected")
    chairs = {who: town.service.person(who).posts() for who in ("zhang", "wang")}
    assert chairs["zhang"] == set()
    assert {"party_committee_head", "assembly_working_committee_head"} <= chairs["wang"]


@pytest.mark.system("JJ-10")
@pytest.mark.system("JJ-15")
def test_committee_and_station_stay_apart_and_staff_have_a_term(open_town: Open):
    town = open_town("jinjiang", DAY, people=people(JJ))
    station, committee = f"{JJ}:service_station", f"{JJ}:residents_committee"
    establish(town, "service_station", JJ, seats=[{"post": "head"}, {"post": "staff"}])
    establish(town, "residents_committee", JJ, seats=COMMITTEE)
    endless = fill(town, station, 2, "chen", JJ, manner="employed")
    assert (endless.stage, "聘期" in endless.adverse) == ("refused", True)
    employed = fill(town, station, 2, "chen", JJ, manner="employed", until="2026-06-30")
    assert employed.stage == "serving"
    elected = {"manner": "elected", "relatives": "none"}
    crossed = fill(town, committee, 2, "chen", JJ, **elected)
    assert (crossed.stage, "不能交叉任职" in crossed.adverse) == ("refused", True)
    raised = town.take("committee", "raise", {"subject": "居住证办理"}, procedure="demand", place=JJ).matter
    assign = {"body": station, "seat": 2}
    assert town.take("committee", "assign", assign, matter=raised).stage == "open"
    town.clock.day = date(2026, 7, 1)
    with pytest.raises(Denied, match="聘期已满"):
        town.take("committee", "assign", assign, matter=raised)
    assert town.stage(employed.matter) == "expired"
    moved = fill(town, committee, 2, "chen", JJ, **elected)
    assert moved.stage == "serving"
    town.publish()
    assert "任期届满" in town.matter_page(employed.matter)
    # The pages tell who held both, by post and never by name: once as a conflict, once as history.
    assert "现在是社区公共服务站工作人员，不能交叉任职" in town.matter_page(crossed.matter)
    assert "以前是社区公共服务站工作人员，已经离开" in town.matter_page(moved.matter)
    assert not [page for page in town.pages().values() if "chen" in page or "station@" in page]
    steps = town.steps(crossed.matter, "street")
    assert steps[0]["facts"]["who"].startswith("who:"), (
        "the history names a pseudonym, the appointments who it is"
    )


@pytest.mark.system("BJ-08")
@pytest.mark.system("BJ-12")
def test_bodies_that_need_members_of_each_side_say_which_are_missing(open_town: Open):
    town = open_town("dongcheng", DAY, people=people(DC))
    branch, assembly = f"{DC}:joint_branch", f"{DC}:community_consultative_assembly"
    establish(
        town, "joint_branch", DC, who="party", seats=[{"post": "secretary"}, {"post": "member", "count": 3}]
    )
    establish(town, "community_consultative_assembly", DC, seats=[{"post": "representative", "count": 4}])
    for seat, sort in ((1, "resident"), (2, "floating")):
        fill(town, branch, seat, f"m{seat}", DC, "party", sort=sort)
    for seat, sort in ((1, "standing_member"), (2, "unit"), (3, "organization")):
        fill(town, assembly, seat, f"a{seat}", DC, sort=sort)
    town.publish()
    page = town.place_page(DC)
    assert "联合党支部缺少：物业企业人员，还不是联合支部" in page
    assert "社区代表会议缺少：流动人口" in page
    fill(town, branch, 3, "m3", DC, "party", sort="property")
    fill(town, assembly, 4, "a4", DC, sort="floating")
    town.publish()
    assert "缺少：" not in town.place_page(DC).replace("联合党支部有空缺", "")


@pytest.mark.system("BJ-09")
def test_a_joint_duty_of_four_is_done_when_four_have_signed(open_town: Open):
    town = open_town("dongcheng", DAY, people=people(DC))
    for kind in ("party_committee", "residents_committee", "property_firm"):
        seats = COMMITTEE if kind == "residents_committee" else []
        establish(town, kind, DC, seats=seats)
    kinds = ("party_committee", "residents_committee", "owners_committee", "property_firm")
    duty = {"title": "楼道清理", "parties": [{"kind": kind} for kind in kinds]}
    three = {**duty, "parties": duty["parties"][:2]}
    short = town.take("party", "share", three, procedure="duty", place=DC)
    assert (short.stage, "共同责任缺" in short.adverse) == ("refused", True)
    told = town.take("party", "share", duty, procedure="duty", place=DC)
    parties = town.steps(told.matter)[0]["facts"]["parties"]
    assert [(p["vacant"], p["by"]) for p in parties] == [
        (False, ""),
        (False, ""),
        (True, "residents_committee"),
        (False, ""),
    ]
    with pytest.raises(Denied, match="要由居民委员会签字"):
        town.take("owners", "sign_off", {"kind": "owners_committee", "done": "完成"}, matter=told.matter)
    signers = (("party", kinds[0]), ("committee", kinds[1]), ("committee", kinds[2]))
    for who, kind in signers:
        stage = town.take(who, "sign_off", {"kind": kind, "done": "完成"}, matter=told.matter).stage
    assert stage == "signing", "three of four are not all"
    assert (
        town.take("firm", "sign_off", {"kind": kinds[3], "done": "完成"}, matter=told.matter).stage
        == "complete"
    )
    town.publish()
    assert "4 方已经落实；业主委员会空缺，由他方代行" in town.matter_page(told.matter)


@pytest.mark.system("BJ-10")
def test_five_bodies_make_the_frame_of_the_account_and_that_of_2026_wants_supervision(open_town: Open):
    town = open_town("dongcheng", date(2020, 5, 6), people=people(DC))
    five = (
        "party_committee",
        "residents_assembly",
        "community_consultative_assembly",
        "residents_committee",
        "service_station",
    )
    for kind in five:
        establish(town, kind, DC, seats=COMMITTEE if kind == "residents_committee" else [])
    town.publish()
    assert "“一委三会一站”的组织都有（五位一体）" in town.place_page(DC)
    town.clock.day = date(2026, 1, 1)
    town.publish()
    assert "按“一委三会一站（2026年起）”，缺：居务监督委员会" in town.place_page(DC)
    establish(town, "affairs_supervision_committee", DC, seats=[{"post": "chair"}])
    town.publish()
    assert "“一委三会一站（2026年起）”的组织都有" in town.place_page(DC)


@pytest.mark.system("BJ-17")
def test_a_notice_goes_down_to_every_household_and_a_demand_climbs_until_it_is_solved(open_town: Open):
    town = open_town("dongcheng", DAY, people=people(DC))
    chain = (
        "residents_assembly",
        "residents_assembly_standing",
        "residents_committee",
        "sector_director",
        "lane_head",
        "building_head",
        "volunteer_team",
    )
    cell = f"{DC}-g01"
    where = dict.fromkeys(chain, DC) | {"building_head": cell, "volunteer_team": cell}
    keys = [f"{where[kind]}:{kind}" for kind in chain]
    town.imports("constituencies", [{"place": DC, "households": 60}])
    rows = []
    for number, (kind, key) in enumerate(zip(chain, keys, strict=True)):
        row = {"code": key, "title": kind, "kind": kind, "place": where[kind], "since": "2026-01-01"}
        above = keys[number - 1] if number else ""
        rows.append({**row, "above": above, "serves": 60 if kind == "volunteer_team" else 0})
    town.imports("bodies", rows)
    sent = town.take(
        "committee", "send", {"title": "停水通知", "body": keys[0]}, procedure="message", place=DC
    )
    with pytest.raises(Denied, match="还没有收到"):
        town.take("committee", "deliver", {"body": keys[-1]}, matter=sent.matter)
    with pytest.raises(Denied, match="的下一级"):
        town.take("committee", "pass_on", {"body": keys[0], "to": [{"body": keys[3]}]}, matter=sent.matter)
    for above, below in pairwise(keys):
        town.take("committee", "pass_on", {"body": above, "to": [{"body": below}]}, matter=sent.matter)
    assert town.take("committee", "deliver", {"body": keys[-1]}, matter=sent.matter).stage == "reached"
    raised = {"subject": "楼道灯不亮", "body": keys[-1]}
    told = town.take("committee", "raise", raised, procedure="demand", place=DC)
    for _ in range(4):
        town.take("committee", "climb", {"why": "这一级解决不了"}, matter=told.matter)
    town.take("committee", "solve", {"how": "居委会报修，已换灯"}, matter=told.matter)
    hops = [step["facts"]["key"] for step in town.steps(told.matter) if step["action"] == "climb"]
    assert hops == list(reversed(keys[2:-1]))
    town.publish()
    assert "已经传达到全部 60 户" in town.matter_page(sent.matter)
    assert "已经解决，逐级上报了 4 次：居委会报修，已换灯" in town.matter_page(told.matter)


@pytest.mark.system("SC-01")
@pytest.mark.system("SC-07")
def test_each_function_has_one_owner_and_three_areas_have_the_same(open_town: Open):
    town = open_town("shangcheng", DAY, people=people(SC))
    section = {"place": "330102000000", "owner": "社区建设科", "level": "district"}
    areas = ("community_building", "organizations", "social_work")
    rows = [{"code": f"area-{area}", "title": f"业务{n}", **section} for n, area in enumerate(areas, 1)]
    rows.append({**section, "code": "s1", "title": "培育社会组织", "level": "street", "owner": "街道办事处"})
    rows.append({**section, "code": "c1", "title": "协商自治", "level": "community", "owner": "居民委员会"})
    town.imports("responsibilities", rows)
    owners = set()
    for area in areas:
        facts = {"subject": "咨询", "concern": area}
        owners.add(
            town.take("committee", "raise", facts, procedure="demand", place=SC).terms["demand.office"]
        )
    assert owners == {"社区建设科"}
    town.publish()
    assert "区、街道、社区共 5 项职责，每项一个责任主体" in town.place_page(street_of(SC))
    town.imports("responsibilities", [{**section, "code": "c2", "title": "协商自治", "owner": "另一家"}])
    town.publish()
    assert "有两个以上责任主体的职责：协商自治" in town.place_page(street_of(SC))


@pytest.mark.system("SC-10")
def test_a_carrier_hangs_on_one_association_and_an_association_says_who_is_missing(open_town: Open):
    town = open_town("shangcheng", DAY, people=people(SC))
    sorts = ("committee", "resident", "owners_committee", "property", "organization", "social_worker", "unit")
    seats = [{"post": "member", "sort": sort} for sort in sorts]
    short = establish(town, "community_development_association", SC, seats=seats[:-1])
    assert (short.stage, "缺少：驻区单位代表" in short.adverse) == ("refused", True)
    assert establish(town, "community_development_association", SC, seats=seats).stage == "standing"
    yard = f"{SC}-c1"
    loose = establish(town, "self_government_carrier", yard)
    assert (loose.stage, "没有写明挂在哪个社区发展协会" in loose.adverse) == ("refused", True)
    above = f"{SC}:community_development_association"
    assert establish(town, "self_government_carrier", yard, above=above).stage == "standing"
    town.publish()
    assert "挂在 社区发展协会" in town.page(f"bodies/{yard}/self-government-carrier/index.html")


@pytest.mark.system("JJ-02")
def test_courtyards_without_a_branch_are_listed(open_town: Open):
    town = open_town("jinjiang", DAY, people=people(JJ))
    establish(town, "party_branch", f"{JJ}-c1", who="party", seats=[{"post": "secretary"}])
    town.publish()
    page = town.place_page(JJ)
    assert "还没有党组织的院落：乙院（示例）" in page
    establish(town, "party_branch", f"{JJ}-c2", who="party", seats=[{"post": "secretary"}])
    town.publish()
    assert "2 个院落都有党组织" in town.place_page(JJ)


@pytest.mark.system("CC-03")
def test_a_neighbourhood_council_is_of_its_residents_and_opens_cases_of_its_own_only(open_town: Open):
    near, other = f"{CC}-n01", f"{CC}-n02"
    town = open_town("chongchuan", DAY, people=people(CC) | {"council": [("convener", near)]})
    establish(town, "neighbourhood_council", near, seats=[{"post": "chair"}, {"post": "member"}])
    council = f"{near}:neighbourhood_council"
    stranger = fill(town, council, 1, "far", CC, manner="elected", lives_here=False)
    assert (stranger.stage, "不是本邻里的居民" in stranger.adverse) == ("refused", True)
    assert fill(town, council, 1, "near", CC, manner="elected").stage == "serving"
    assert "convener" in town.service.person("near").posts()
    for concern in ("dispute", "service_quality", "facility"):
        case = {"subject": "本邻里事项", "concern": concern}
        assert town.take("council", "raise", case, procedure="demand", place=near).stage == "open"
        with pytest.raises(Denied, match="403"):
            town.take("council", "raise", case, procedure="demand", place=other)
    town.publish()
    assert "2 个席位，1 个在任" in town.page(f"bodies/{near}/neighbourhood-council/index.html")


@pytest.mark.system("JJ-17")
def test_a_representative_serves_a_whole_term_and_then_the_seat_is_vacant(open_town: Open):
    town = open_town("jinjiang", date(2008, 6, 2), people=people(JJ))
    assembly = f"{JJ}:representative_assembly"
    establish(town, "representative_assembly", JJ, seats=[{"post": "representative", "count": 2}])
    endless = fill(town, assembly, 1, "xu", JJ, manner="elected")
    assert (endless.stage, "没有任期" in endless.adverse) == ("refused", True)
    told = fill(town, assembly, 1, "xu", JJ, manner="elected", until="2011-06-01")
    for day in (date(2008, 6, 2), date(2009, 9, 18), date(2011, 6, 1)):
        town.clock.day = day
        assert "representative" in town.service.person("xu").posts(), day
        assert town.stage(told.matter) == "serving"
    town.publish()
    assert "1 代表 在任 选举产生 2011年6月1日" in town.page(f"bodies/{JJ}/representative-assembly/index.html")
    town.clock.day = date(2011, 6, 2)
    assert town.service.person("xu").posts() == set()
    assert town.stage(told.matter) == "expired"
    town.publish()
    assert "1 代表 空缺" in town.page(f"bodies/{JJ}/representative-assembly/index.html")
