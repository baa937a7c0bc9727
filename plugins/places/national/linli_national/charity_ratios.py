"""Spending and management of a charity's whole accounts over a year: 慈善法 Art. 61, and the notice for all the others.

Ratios are compared without rounding. Of two bases that may be taken (last year's, or the mean of three years) the one
that is easier to meet counts.
"""

from __future__ import annotations

from linli.findings import Finding, not_applicable, refuse, satisfied
from linli.funds import CharityKind, CharityYear
from linli.money import yuan
from linli.rules import Force, Given, rule
from linli_national.charity_sources import CHARITY_LAW_2024, RATIOS_2016

SMALL_MANAGEMENT_FEN = 20_000_000
WAN = 1_000_000
"""Ten thousand yuan in fen."""


@rule(
    "charity_year.file",
    title="公开募捐的基金会每年支出不低于七成",
    cites=CHARITY_LAW_2024.article(
        61,
        "不得低于上一年总收入的百分之七十或者前三年收入平均数额的百分之七十",
        gist="年度支出不低于收入的百分之七十",
    ),
)
def foundation_spends_seventy_percent(year: CharityYear, given: Given) -> Finding:
    """A foundation that may raise publicly spends 70 % of last year's income, or of the mean of three years."""
    if year.kind is not CharityKind.PUBLIC_FOUNDATION:
        return not_applicable()
    bases = [year.income_fen, *([year.income_mean_fen] if year.income_mean_fen else [])]
    if any(10 * year.spent_fen >= 7 * base for base in bases) or year.reported:
        return satisfied()
    need = -(-7 * min(bases) // 10)
    return refuse(
        f"支出 {yuan(year.spent_fen)}，低于收入的百分之七十（{yuan(need)}）",
        cure="报告登记机关并向社会说明原因，或增加慈善活动支出",
    )


@rule(
    "charity_year.file",
    title="公开募捐的基金会管理费用不超过一成",
    cites=CHARITY_LAW_2024.article(
        61, "年度管理费用不得超过当年总支出的百分之十", gist="年度管理费用不超过当年总支出的百分之十"
    ),
)
def foundation_manages_on_ten_percent(year: CharityYear, given: Given) -> Finding:
    """A foundation that may raise publicly spends at most 10 % of its whole expense on management."""
    if year.kind is not CharityKind.PUBLIC_FOUNDATION:
        return not_applicable()
    if 10 * year.management_fen <= year.total_fen or year.reported:
        return satisfied()
    return refuse(
        f"管理费用 {yuan(year.management_fen)}，超过总支出的百分之十",
        cure=f"减到 {yuan(year.total_fen // 10)} 以内，或报告登记机关并向社会说明",
    )


def _least(percent: int, last: int, mean: int) -> int:
    """A share in percent of last year's figure or of the mean, rounded up to the fen; 0: no mean is given."""
    base = min(last, mean) if mean else last
    return -(-percent * base // 100)


def _assets(year: CharityYear) -> int:
    return min(year.net_assets_fen, year.net_assets_mean_fen or year.net_assets_fen)


@rule(
    "charity_year.file",
    title="公开募捐的社会团体、社会服务机构每年支出不低于七成",
    cites=RATIOS_2016.article("第七条", gist="有公开募捐资格的，年度支出不低于上年总收入的百分之七十"),
)
def public_body_spends_seventy_percent(year: CharityYear, given: Given) -> Finding:
    """An association or service body that may raise publicly spends 70 % as well."""
    if year.kind is not CharityKind.PUBLIC_BODY:
        return not_applicable()
    need = _least(70, year.income_fen, year.income_mean_fen)
    if year.spent_fen >= need or year.reported:
        return satisfied()
    return refuse(
        f"支出 {yuan(year.spent_fen)}，低于收入的百分之七十（{yuan(need)}）",
        cure="报告登记机关并向社会说明原因，或增加慈善活动支出",
    )


@rule(
    "charity_year.file",
    title="公开募捐的社会团体、社会服务机构管理费用的比例",
    cites=RATIOS_2016.article(
        "第七条", gist="有公开募捐资格的社会团体、社会服务机构，管理费用不超过百分之十三"
    ),
)
def public_body_manages_on_thirteen_percent(year: CharityYear, given: Given) -> Finding:
    """It spends at most 13 % of its whole expense on management."""
    if year.kind is not CharityKind.PUBLIC_BODY:
        return not_applicable()
    return _managed(year, 13)


def _managed(year: CharityYear, percent: int) -> Finding:
    if 100 * year.management_fen <= percent * year.total_fen or year.reported:
        return satisfied(f"管理费用不超过总支出的 {percent}%")
    return refuse(
        f"管理费用超过总支出的百分之{percent}",
        cure=f"减到 {yuan(percent * year.total_fen // 100)} 以内，或报告登记机关并向社会说明",
    )


def _foundation_bands(assets: int) -> tuple[int, int]:
    """What the notice asks of a foundation without licence: spending and management, in percent."""
    for least, bands in ((6_000 * WAN, (6, 12)), (800 * WAN, (6, 13)), (400 * WAN, (7, 15))):
        if assets >= least:
            return bands
    return 8, 20


@rule(
    "charity_year.file",
    title="没有公开募捐资格的基金会的年度支出比例",
    cites=RATIOS_2016.article("第八条", gist="按上年末净资产分档，年度支出不低于净资产的百分之六至八"),
)
def foundation_spends_by_its_assets(year: CharityYear, given: Given) -> Finding:
    """A foundation without licence spends by its assets."""
    if year.kind is not CharityKind.FOUNDATION:
        return not_applicable()
    percent, _ = _foundation_bands(year.net_assets_fen)
    need = -(-percent * _assets(year) // 100)
    if year.spent_fen >= need or year.reported:
        return satisfied(f"支出不低于 {yuan(need)}")
    return refuse(
        f"慈善活动支出 {yuan(year.spent_fen)}，低于 {yuan(need)}",
        cure=f"再支出 {yuan(need - year.spent_fen)}，或报告登记机关并向社会说明",
    )


@rule(
    "charity_year.file",
    title="没有公开募捐资格的基金会的管理费用比例",
    cites=RATIOS_2016.article("第八条", gist="按上年末净资产分档，管理费用不超过总支出的百分之十二至二十"),
)
def foundation_manages_by_its_assets(year: CharityYear, given: Given) -> Finding:
    """A foundation without licence spends on management what its band allows."""
    if year.kind is not CharityKind.FOUNDATION:
        return not_applicable()
    return _managed(year, _foundation_bands(year.net_assets_fen)[1])


def _bands(assets: int) -> tuple[int, int]:
    """What the notice asks of an association or service body without licence, in percent."""
    for least, bands in ((1_000 * WAN, (6, 13)), (500 * WAN, (7, 14)), (100 * WAN, (8, 15))):
        if assets >= least:
            return bands
    return 8, 20


@rule(
    "charity_year.file",
    title="社会团体、社会服务机构的年度支出比例",
    cites=(
        RATIOS_2016.article("第九条", gist="按上年末净资产分档，年度支出不低于净资产的百分之六至八"),
        RATIOS_2016.article("第十条", gist="可以用前三年的平均数代替上年的数"),
    ),
    revision=2,
    changes=("charity-ratios",),
)
def body_spends_by_its_assets(year: CharityYear, given: Given) -> Finding:
    """An association without licence spends by its assets; the smallest also half of last year's income."""
    if year.kind is not CharityKind.ASSOCIATION:
        return not_applicable()
    percent, _ = _bands(year.net_assets_fen)
    need = -(-percent * _assets(year) // 100)
    if year.net_assets_fen < 100 * WAN:
        need = max(need, _least(50, year.income_fen, year.income_mean_fen))
    if year.spent_fen >= need or year.reported:
        return satisfied(f"支出不低于 {yuan(need)}")
    return refuse(
        f"慈善活动支出 {yuan(year.spent_fen)}，低于 {yuan(need)}",
        cure=f"再支出 {yuan(need - year.spent_fen)}，或报告登记机关并向社会说明",
    )


@rule(
    "charity_year.file",
    title="社会团体、社会服务机构的管理费用比例",
    cites=RATIOS_2016.article("第九条", gist="按上年末净资产分档，管理费用不超过总支出的百分之十三至二十"),
    revision=2,
    changes=("charity-ratios",),
)
def body_manages_by_its_assets(year: CharityYear, given: Given) -> Finding:
    """An association without licence spends on management what its band allows."""
    if year.kind is not CharityKind.ASSOCIATION:
        return not_applicable()
    return _managed(year, _bands(year.net_assets_fen)[1])


@rule(
    "charity_year.file",
    title="管理费用不满二十万元的不看比例",
    cites=RATIOS_2016.article("第十一条", gist="年度管理费用低于二十万元的，不受比例限制"),
    force=Force.EXEMPTION,
    exempts=(
        "national.charity_year.file.public-body-manages-on-thirteen-percent",
        "national.charity_year.file.foundation-manages-by-its-assets",
        "national.charity_year.file.body-manages-by-its-assets",
    ),
)
def small_management_is_waived(year: CharityYear, given: Given) -> Finding:
    """Management below 200,000 yuan is not held against the ratios of the notice; the law's own ratio stands."""
    if year.management_fen < SMALL_MANAGEMENT_FEN:
        return satisfied(f"管理费用 {yuan(year.management_fen)}，不满 20 万元")
    return not_applicable()


RATIO_RULES = (
    foundation_spends_seventy_percent,
    foundation_manages_on_ten_percent,
    public_body_spends_seventy_percent,
    public_body_manages_on_thirteen_percent,
    foundation_spends_by_its_assets,
    foundation_manages_by_its_assets,
    body_spends_by_its_assets,
    body_manages_by_its_assets,
    small_management_is_waived,
)
