"""Which bodies national law knows, between which days and by which article, and which of them every community has."""

from __future__ import annotations

from datetime import date

from linli_bodies import Frame, FrameRow, Power
from linli_bodies.kinds import (
    AFFAIRS_SUPERVISION_COMMITTEE,
    COMMUNITY_FORUM,
    ELECTION_COMMITTEE,
    OWNERS_ASSEMBLY,
    OWNERS_COMMITTEE,
    PARTY_BRANCH,
    PARTY_COMMITTEE,
    PARTY_GROUP,
    PROPERTY_FIRM,
    REPRESENTATIVE_ASSEMBLY,
    RESIDENT_GROUP,
    RESIDENTS_ASSEMBLY,
    RESIDENTS_COMMITTEE,
    STREET_OFFICE,
    STREET_PARTY_COMMITTEE,
)
from linli_national.sources import (
    CIVIL_CODE_PROPERTY,
    PARTY_CONSTITUTION,
    PROPERTY_LAW_2007,
    RESIDENTS_COMMITTEE_LAW_1990,
    RESIDENTS_COMMITTEE_LAW_2018,
    RESIDENTS_COMMITTEE_LAW_2026,
)

_1990, _2018, _2026 = (
    RESIDENTS_COMMITTEE_LAW_1990,
    RESIDENTS_COMMITTEE_LAW_2018,
    RESIDENTS_COMMITTEE_LAW_2026,
)
LEADS = "领导和支持居民委员会行使职权"
PARTY = PARTY_CONSTITUTION.article("", gist="街道、社区的党组织领导本地区的工作和基层社会治理")

KINDS = (
    STREET_PARTY_COMMITTEE.by(PARTY),
    PARTY_COMMITTEE.by(PARTY, until=date(2025, 12, 31), does="领导社区工作"),
    PARTY_COMMITTEE.by(_2026.article(4, LEADS, gist="社区党组织领导和支持居委会"), does="领导社区工作"),
    PARTY_BRANCH.by(PARTY),
    PARTY_GROUP.by(PARTY),
    STREET_OFFICE.by(_1990.article(2, "派出机关", gist="派出机关指导、支持和帮助居委会")),
    STREET_OFFICE.by(_2018.article(2, "派出机关", gist="派出机关指导、支持和帮助居委会")),
    STREET_OFFICE.by(_2026.article(6, "街道办事处", gist="街道办事处指导、支持和帮助居委会")),
    RESIDENTS_ASSEMBLY.by(_1990.article(9, "十八周岁以上的居民", gist="居民会议由成年居民组成")),
    RESIDENTS_ASSEMBLY.by(_2018.article(9, "十八周岁以上的居民", gist="居民会议由成年居民组成")),
    RESIDENTS_ASSEMBLY.by(_2026.article(26, "十八周岁以上的居民", gist="居民会议由成年居民组成")),
    REPRESENTATIVE_ASSEMBLY.by(
        _2026.article(28, "由居民委员会成员和居民代表组成", gist="居民代表会议由居委会成员和居民代表组成")
    ),
    RESIDENTS_COMMITTEE.by(_1990.article(7, "共五至九人", gist="居委会五至九人")),
    RESIDENTS_COMMITTEE.by(_2018.article(7, "共五至九人", gist="居委会五至九人")),
    RESIDENTS_COMMITTEE.by(_2026.article(8, "共五至九人", gist="居委会五至九人")),
    RESIDENT_GROUP.by(_1990.article(14, "居民小组", gist="居委会可以分设居民小组")),
    RESIDENT_GROUP.by(_2018.article(14, "居民小组", gist="居委会可以分设居民小组")),
    RESIDENT_GROUP.by(_2026.article(13, "居民小组", gist="居委会设若干居民小组")),
    ELECTION_COMMITTEE.by(_2026.article(15, "居民选举委员会主持", gist="选举由居民选举委员会主持")),
    AFFAIRS_SUPERVISION_COMMITTEE.by(
        _2026.article(36, "应当建立居务监督委员会", gist="社区应当建立居务监督委员会")
    ),
    COMMUNITY_FORUM.by(_2026.article(32, "议事会、听证会", gist="协商可以采取议事会等形式")),
    OWNERS_ASSEMBLY.by(PROPERTY_LAW_2007.article(75, gist="业主可以设立业主大会")),
    OWNERS_ASSEMBLY.by(CIVIL_CODE_PROPERTY.article(277, "业主可以设立业主大会", gist="业主可以设立业主大会")),
    OWNERS_COMMITTEE.by(PROPERTY_LAW_2007.article(75, gist="业主选举业主委员会")),
    OWNERS_COMMITTEE.by(CIVIL_CODE_PROPERTY.article(277, "选举业主委员会", gist="业主选举业主委员会")),
    PROPERTY_FIRM.by(PROPERTY_LAW_2007.article(81, gist="业主可以委托物业服务企业管理")),
    PROPERTY_FIRM.by(
        CIVIL_CODE_PROPERTY.article(284, "委托物业服务企业", gist="业主可以委托物业服务企业管理")
    ),
)

# What the law itself wants in every community, beside whatever frame a place has of its own.
FRAMES = (
    Frame(
        id="law-1990",
        title="法定组织（1990年的法律）",
        use="law",
        since=_1990.since,
        until=_2018.until,
        rows=(
            FrameRow("居民会议", ("residents_assembly",), (Power.DECIDE,)),
            FrameRow("居民委员会", ("residents_committee",), (Power.EXECUTE,)),
        ),
        cites=(_2018.article(10, "居民委员会向居民会议负责", gist="居委会向居民会议负责"),),
    ),
    Frame(
        id="law-2026",
        title="法定组织（2026年起）",
        use="law",
        since=_2026.since,
        rows=(
            FrameRow("社区党组织", ("party_committee",), (Power.LEAD,)),
            FrameRow("居民会议", ("residents_assembly",), (Power.DECIDE,)),
            FrameRow(
                "居民代表会议",
                ("representative_assembly",),
                (Power.SUPERVISE,),
                may_be_given=(Power.DECIDE,),
            ),
            FrameRow("居民委员会", ("residents_committee",), (Power.EXECUTE,)),
            FrameRow("居务监督委员会", ("affairs_supervision_committee",), (Power.SUPERVISE,)),
        ),
        cites=(_2026.article(36, "应当建立居务监督委员会", gist="社区应当建立居务监督委员会"),),
    ),
)
