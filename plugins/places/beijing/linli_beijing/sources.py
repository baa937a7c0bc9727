"""The texts of Beijing that its rules rest on, and those that its account names.

The account is an article on how Beijing's communities are organised. It is undated; what it tells is of about 2009
and 2010, so its practices count from the beginning of 2009, and those of 鲁谷 from the day that it gives. Its
traditional characters are those of the copy.
"""

from __future__ import annotations

from datetime import date

from linli.citations import Rank, Source

BEIJING = "110000000000"
XICHENG = "110102000000"
LUGU = "110107011000"

COMMITTEE_MEASURES_1991 = Source(
    "beijing-committee-measures-1991",
    "北京市实施〈城市居民委员会组织法〉办法",
    Rank.LOCAL_REGULATION,
    since=date(1991, 12, 21),
    place=BEIJING,
    text="北京市实施城市居民委员会组织法办法-1991.md",
)
STREET_REGULATION_2020 = Source(
    "beijing-street-offices-2020",
    "北京市街道办事处条例",
    Rank.LOCAL_REGULATION,
    since=date(2020, 1, 1),
    place=BEIJING,
    text="北京市街道办事处条例-2020-01-01.md",
)
PROPERTY_REGULATION_2020 = Source(
    "beijing-property-management-2020",
    "北京市物业管理条例（2024年修正）",
    Rank.LOCAL_REGULATION,
    since=date(2020, 5, 1),
    place=BEIJING,
    text="北京市物业管理条例-2024.md",
    note="2020年5月1日施行，2024年修正；引用的条文按修正后的文字核对",
)
ACCOUNT = Source(
    "beijing-account",
    "社区管理困境整治分析",
    Rank.ACCOUNT,
    since=date(2009, 1, 1),
    place=BEIJING,
    text="beijing.txt",
    note="记述北京市做法的文章，没有写明日期，所述约为2009至2010年，这里从2009年1月1日起算",
)
LUGU_ACCOUNT = Source(
    "beijing-account-lugu",
    "社区管理困境整治分析（鲁谷社区）",
    Rank.ACCOUNT,
    since=date(2003, 7, 18),
    place=BEIJING,
    text="beijing.txt",
    note="文章所述鲁谷社区于2003年7月18日成立",
)
XICHENG_ACCESS_2018 = Source(
    "xicheng-access-2018",
    "西城区社区工作准入办法",
    Rank.NORMATIVE_DOCUMENT,
    since=date(2018, 7, 25),
    place=XICHENG,
    note="未存全文，据2018年7月25日的报道：提前30个工作日申请，15个工作日内决定",
)

# The five documents that the account names (BJ-46). It gives neither number nor date, and no text is held.
_UNDATED = "记述文章所列文件，未存全文；文号和日期不详，暂按2009年1月1日"
COMMUNITY_MEASURES = Source(
    "beijing-community-measures-trial",
    "北京市社区管理办法（试行）",
    Rank.NORMATIVE_DOCUMENT,
    since=date(2009, 1, 1),
    place=BEIJING,
    note=_UNDATED,
)
WORKER_MEASURES = Source(
    "beijing-community-worker-measures-trial",
    "北京市社区工作者管理办法（试行）",
    Rank.NORMATIVE_DOCUMENT,
    since=date(2009, 1, 1),
    place=BEIJING,
    note=_UNDATED,
)
ASSEMBLY_RULES = Source(
    "beijing-residents-assembly-rules",
    "北京市居民会议规则",
    Rank.NORMATIVE_DOCUMENT,
    since=date(2009, 1, 1),
    place=BEIJING,
    note=_UNDATED,
)
CONSULTATION_RULES = Source(
    "beijing-consultation-meeting-rules",
    "北京市社区议事协商会议规则",
    Rank.NORMATIVE_DOCUMENT,
    since=date(2009, 1, 1),
    place=BEIJING,
    note=_UNDATED,
)
DISCLOSURE_OPINIONS = Source(
    "beijing-disclosure-opinions",
    "北京市健全完善社区居务公开制度的指导意见",
    Rank.NORMATIVE_DOCUMENT,
    since=date(2009, 1, 1),
    place=BEIJING,
    note=_UNDATED,
)

SOURCES = (
    COMMITTEE_MEASURES_1991,
    STREET_REGULATION_2020,
    PROPERTY_REGULATION_2020,
    ACCOUNT,
    LUGU_ACCOUNT,
    XICHENG_ACCESS_2018,
    COMMUNITY_MEASURES,
    WORKER_MEASURES,
    ASSEMBLY_RULES,
    CONSULTATION_RULES,
    DISCLOSURE_OPINIONS,
)
