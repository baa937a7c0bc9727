"""The national texts that rules of funds rest on, and what most of them rest on: money that is kept apart."""

from __future__ import annotations

from datetime import date

from linli.citations import Rank, Source

CHARITY_LAW_2024 = Source(
    "charity-law-2024",
    "慈善法（2023年修正）",
    Rank.LAW,
    since=date(2024, 9, 5),
    text="慈善法-2024-09-05.md",
)
RATIOS_2016 = Source(
    "minfa-2016-189",
    "关于慈善组织开展慈善活动年度支出和管理费用的规定",
    Rank.NORMATIVE_DOCUMENT,
    since=date(2016, 10, 11),
    number="民发〔2016〕189号",
    note="未存全文；比例和二十万元以下不适用比例的规定，见公开转载；2023年修法后可能另有新规定",
)
FUNDRAISING_2024 = Source(
    "civil-affairs-order-74",
    "慈善组织公开募捐管理办法",
    Rank.RULE,
    since=date(2024, 9, 5),
    number="民政部令第74号",
    note="未存全文；第十一条提前十日备案，民政部2025年的备案指引也引用了它",
)
BUDGET_LAW_2018 = Source(
    "budget-law-2018",
    "预算法",
    Rank.LAW,
    since=date(2018, 12, 29),
    note="未存全文；第四十二条讲结转和结余资金",
)
FUND_SOURCES = (CHARITY_LAW_2024, RATIOS_2016, FUNDRAISING_2024, BUDGET_LAW_2018)

KEPT_APART = CHARITY_LAW_2024.article(
    54, "登记造册，严格管理，专款专用", gist="募集的财产登记造册、严格管理、专款专用"
)
AS_AGREED = CHARITY_LAW_2024.article(
    56, "按照募捐方案或者捐赠协议使用捐赠财产", gist="按照募捐方案或者捐赠协议使用捐赠财产"
)
WHO_DECIDES = CHARITY_LAW_2024.article(
    12, "明确决策、执行、监督等方面的职责权限", gist="明确决策、执行、监督的职责权限"
)
ACCOUNTED_FOR = CHARITY_LAW_2024.article(
    12, "执行国家统一的会计制度，依法进行会计核算", gist="执行国家统一的会计制度，依法进行会计核算"
)
CARRIED_OR_RETURNED = BUDGET_LAW_2018.article(42, gist="单位上一年预算的结转、结余资金，按财政部门的规定办理")
