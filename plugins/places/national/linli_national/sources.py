"""The national texts that the rules of access rest on.

``text`` names the stored copy in which the anchors of citations are looked for. None means that the text is not
held: the citation is listed as such and nobody should take its wording from here.
"""

from __future__ import annotations

from datetime import date

from linli.citations import Rank, Source

RESIDENTS_COMMITTEE_LAW_1990 = Source(
    "residents-committee-law-1990",
    "城市居民委员会组织法（1990年施行）",
    Rank.LAW,
    since=date(1990, 1, 1),
    until=date(2018, 12, 28),
    replaced_by="residents-committee-law-2018",
    note="1989年12月26日通过的文本，未存全文；2018年修正只改了任期，引用的条文按修正后的文字核对",
)
RESIDENTS_COMMITTEE_LAW_2018 = Source(
    "residents-committee-law-2018",
    "城市居民委员会组织法（2018年修正）",
    Rank.LAW,
    since=date(2018, 12, 29),
    until=date(2025, 12, 31),
    text="城市居民委员会组织法-2018-12-29.md",
    replaced_by="residents-committee-law-2026",
)
RESIDENTS_COMMITTEE_LAW_2026 = Source(
    "residents-committee-law-2026",
    "城市居民委员会组织法（2025年修订）",
    Rank.LAW,
    since=date(2026, 1, 1),
    text="城市居民委员会组织法-2026-01-01.md",
)
PERSONAL_INFORMATION_LAW = Source(
    "personal-information-law-2021",
    "个人信息保护法",
    Rank.LAW,
    since=date(2021, 11, 1),
    text="个人信息保护法-2021-11-01.md",
)
PARTY_CONSTITUTION = Source(
    "party-constitution",
    "中国共产党章程",
    Rank.NORMATIVE_DOCUMENT,
    since=date(1982, 9, 6),
    note="未存全文；党的基层组织的设立和任务，见“党的基层组织”一章。多次修改，这里从1982年通过之日起算",
)
CIVIL_CODE_PROPERTY = Source(
    "civil-code-property-2021",
    "民法典（物权编）",
    Rank.LAW,
    since=date(2021, 1, 1),
    text="民法典-物权编.md",
)
PROPERTY_LAW_2007 = Source(
    "property-law-2007",
    "物权法（2007年施行）",
    Rank.LAW,
    since=date(2007, 10, 1),
    until=date(2020, 12, 31),
    replaced_by="civil-code-property-2021",
    note="未存全文；业主大会和业主委员会，见第七十五条",
)
CIVIL_CODE = Source(
    "civil-code-general-2021",
    "民法典（总则编）",
    Rank.LAW,
    since=date(2021, 1, 1),
    note="期间的计算，第二百条至第二百零四条；未存全文",
)
EMERGENCY_LAW_2007 = Source(
    "emergency-response-law-2007",
    "突发事件应对法（2007年施行）",
    Rank.LAW,
    since=date(2007, 11, 1),
    until=date(2024, 10, 31),
    replaced_by="emergency-response-law-2024",
    note="未存全文",
)
EMERGENCY_LAW_2024 = Source(
    "emergency-response-law-2024",
    "突发事件应对法（2024年修订）",
    Rank.LAW,
    since=date(2024, 11, 1),
    note="未存全文",
)
INFORMATION_DISCLOSURE = Source(
    "information-disclosure-2019",
    "政府信息公开条例",
    Rank.ADMINISTRATIVE_REGULATION,
    since=date(2019, 5, 15),
    text="政府信息公开条例-2019-05-15.md",
)
BURDEN_REDUCTION_2015 = Source(
    "minfa-2015-136",
    "关于进一步开展社区减负工作的通知",
    Rank.NORMATIVE_DOCUMENT,
    since=date(2015, 7, 13),
    number="民发〔2015〕136号",
    note="未存全文；第一项所述准入制度、经费随事和禁止事项，见公开转载",
)
CERTIFICATES_2020 = Source(
    "minfa-2020-20",
    "关于改进和规范基层群众性自治组织出具证明工作的指导意见",
    Rank.NORMATIVE_DOCUMENT,
    since=date(2020, 2, 1),
    number="民发〔2020〕20号",
    note="未存全文；2020年2月印发，具体日期待核，暂按当月1日",
)
FORMALISM_2024 = Source(
    "formalism-rules-2024",
    "整治形式主义为基层减负若干规定",
    Rank.NORMATIVE_DOCUMENT,
    since=date(2024, 8, 1),
    note="未存全文；2024年印发，具体日期待核，暂按8月1日",
)
GOVERNMENT_APPS_2026 = Source(
    "guobanhan-2026-12",
    "政务移动互联网应用程序规范化管理办法",
    Rank.NORMATIVE_DOCUMENT,
    since=date(2026, 1, 25),
    number="国办函〔2026〕12号",
    note="未存全文；平台自身须遵守：不打卡、不排名、不统计在线时长、不重复填报",
)

SOURCES = (
    RESIDENTS_COMMITTEE_LAW_1990,
    RESIDENTS_COMMITTEE_LAW_2018,
    RESIDENTS_COMMITTEE_LAW_2026,
    PERSONAL_INFORMATION_LAW,
    PARTY_CONSTITUTION,
    CIVIL_CODE_PROPERTY,
    PROPERTY_LAW_2007,
    CIVIL_CODE,
    EMERGENCY_LAW_2007,
    EMERGENCY_LAW_2024,
    INFORMATION_DISCLOSURE,
    BURDEN_REDUCTION_2015,
    CERTIFICATES_2020,
    FORMALISM_2024,
    GOVERNMENT_APPS_2026,
)
