"""Access in Jinjiang: no economic tasks, no unpaid work, administrative work to the station.

The district labels work 行政事务, 自治事务 and 政府委托事务. On the axes of access these are an assisted duty
of administrative nature, a duty of self-government, and an entrusted duty. All rules here rest on the account
alone, so they may refuse inside the district only.
"""

from __future__ import annotations

from datetime import timedelta

from linli.access import (
    ADMISSION_OF,
    AT_DECISION,
    AT_SUBMISSION,
    LANDING,
    LISTED_ITEM,
    PLATE_LIMIT,
    STATION_OF,
    AccessRequest,
    Duty,
    Kind,
    Landing,
    Nature,
    Refusal,
    Theme,
    Verification,
)
from linli.findings import Finding, Verdict, not_applicable, refuse, require, review, satisfied, set_term
from linli.ledger import PIECES
from linli.rules import Balance, Given, rule
from linli_jinjiang.sources import ACCOUNT, FIRST_STATION

STREETS_WITHOUT_ECONOMY = ACCOUNT.article("", "街道剥离经济职能", gist="街道不再承担经济职能")
ACCESS = ACCOUNT.article(
    "", "社区不再无偿承担职责范围以外的其他政府行政事务", gist="职责以外的政府行政事务，社区不再无偿承担"
)
VERIFICATION = ACCOUNT.article("", "通过制度规范、项目核准", gist="逐项核准，分清行政、委托和自治事务")
STATION = ACCOUNT.article("", "大部分政务性工作收归公共服务站", gist="政务性工作归公共服务站，居委会回归自治")
BEFORE_THE_STATION = ACCOUNT.article("", "小小社区手忙脚乱", gist="设站以前行政事务都落在社区")
PLATES = ACCOUNT.article("", "十几块牌子并列门口", gist="门口牌子过多，名实不符")

# The three labels of the account, by whose work it is; what is barred from communities carries none.
LABELS = {Duty.SELF_GOVERNMENT: "自治事务", Duty.ASSIST: "行政事务", Duty.ENTRUSTED: "政府委托事务"}

PLATES_IN_USE = Balance(
    "access.plates_in_use",
    "社区已挂的牌子",
    account=lambda request: f"used:plates/{request.communities[0].community}",
    unit="块",
    public=True,
    commodity=PIECES,
)


@rule(*AT_SUBMISSION, title="经济任务不进社区", cites=STREETS_WITHOUT_ECONOMY)
def economic_tasks_stay_out(request: AccessRequest, given: Given) -> Finding:
    """Streets gave up their economic functions in 2008: such tasks are refused when they are submitted."""
    if request.theme in (Theme.INVESTMENT, Theme.TAX, Theme.REVENUE):
        return refuse(
            f"街道已经不承担经济职能，{request.theme.title}任务不能布置给社区",
            "由经济主管部门自己办理，不要再向社区申请",
        )
    return satisfied()


@rule(
    *AT_SUBMISSION,
    *AT_DECISION,
    title="职责以外的工作不能无偿布置",
    cites=ACCESS,
    since=FIRST_STATION,
    uses=(LISTED_ITEM, STATION_OF),
)
def work_outside_the_duty_is_paid(request: AccessRequest, given: Given) -> Finding:
    """Work outside the committee's duty comes with money and an end, goes to the station, or is refused.

    Inside the duty are self-government and what stands as assistance on the list; a department's own word
    that its work is assistance does not bring it inside.
    """
    item = given[LISTED_ITEM]
    duty = item.duty if item is not None else request.duty
    if duty is None:
        return require("没有写明职责归属，无法判断是不是居委会的职责", "在“职责归属”里选自治、协助或者委托")
    if duty is Duty.SELF_GOVERNMENT or (item is not None and duty is Duty.ASSIST):
        return not_applicable("属于居委会职责范围")
    if request.communities and all(share.offered_fen > 0 for share in request.communities):
        if request.ends is None:
            return require("职责以外的工作没有写结束日期", "写明结束日期；准入后按金额和期限成为一项任务")
        return satisfied("职责以外的工作，经费和期限都已写明")
    stations = given[STATION_OF]
    if stations and all(stations):
        return set_term(LANDING, Landing.STATION.value, "没有安排经费，改由社区公共服务站办理")
    if request.emergency and request.temporary:
        return review("应急先行的职责以外工作没有安排经费", "补办审核时落实每个社区的经费")
    return refuse(
        "这项工作不是居委会的职责，又没有给每个社区安排经费", "给每个社区安排经费，或者由部门自己办理"
    )


@rule(
    "refusal.record",
    title="没有准入的工作，居委会可以拒绝",
    cites=ACCESS,
    since=FIRST_STATION,
    uses=(LISTED_ITEM, ADMISSION_OF),
)
def committee_may_refuse_unapproved_work(refusal: Refusal, given: Given) -> Finding:
    """A committee may refuse what was not admitted, unless it is self-government or listed assistance."""
    if given[ADMISSION_OF] is not None:
        return not_applicable("对方出示了准入，按准入的期限和状态判断")
    item = given[LISTED_ITEM]
    if item is not None and not item.owner and item.duty in (Duty.SELF_GOVERNMENT, Duty.ASSIST):
        return refuse(
            f"“{item.title}”在居委会职责范围内，不在可以拒绝的范围", "清单不合适的，可以向街道提出调整建议"
        )
    return satisfied("没有取得准入，居委会可以拒绝")


@rule("access.review", title="界限不清的要写核定理由", cites=VERIFICATION, since=FIRST_STATION)
def ambiguous_items_need_a_ground(verification: Verification, given: Given) -> Finding:
    """Each item gets one of the three labels; where it is not plain which, the verifier writes down why."""
    # Assistance that is not administrative carries none of the three labels.
    plain = verification.duty is not Duty.ASSIST or verification.nature is Nature.ADMINISTRATIVE
    if verification.ground.strip() or (plain and not verification.ambiguous):
        return satisfied(f"核定为{LABELS[verification.duty]}" if verification.duty in LABELS else "")
    if verification.ambiguous:
        return require(
            "核定时认为界限不清，没有写核定理由", "写明为什么归为行政事务、自治事务或者政府委托事务"
        )
    return require(
        "协助事项的性质不是行政事务，三类里归不进去，也没有写核定理由",
        "写明归类的理由，或者改正职责归属和性质",
    )


@rule(
    *AT_DECISION,
    title="设站以前都由居委会承担",
    cites=BEFORE_THE_STATION,
    until=FIRST_STATION - timedelta(days=1),
    power=Verdict.SATISFIED,
)
def committee_takes_everything(request: AccessRequest, given: Given) -> Finding:
    """Before the first station work had nowhere else to land; enforcement is never a committee's."""
    if request.nature is Nature.ENFORCEMENT:
        return not_applicable()
    return set_term(LANDING, Landing.COMMITTEE.value, "当时还没有社区公共服务站")


@rule(
    *AT_DECISION,
    title="政务归服务站，自治归居委会",
    cites=STATION,
    since=FIRST_STATION,
    uses=(STATION_OF,),
    power=Verdict.SATISFIED,
)
def administrative_work_goes_to_the_station(request: AccessRequest, given: Given) -> Finding:
    """Administrative and entrusted work lands at the station that serves the community, if there is one.

    Communities got their stations at different times. An item for several of which only some have one is
    settled for each when the work is opened there.
    """
    if request.duty is Duty.SELF_GOVERNMENT:
        return set_term(LANDING, Landing.COMMITTEE.value, "自治事务由居委会承担")
    administrative = request.nature is Nature.ADMINISTRATIVE or request.duty is Duty.ENTRUSTED
    if not administrative or request.nature is Nature.ENFORCEMENT:
        return not_applicable()
    stations = given[STATION_OF]
    if stations and all(stations):
        return set_term(LANDING, Landing.STATION.value, "行政事务和政府委托事务由社区公共服务站办理")
    if any(stations):
        return not_applicable("有的社区还没有服务站，进入每个社区时分别确定")
    return set_term(LANDING, Landing.COMMITTEE.value, "这里还没有社区公共服务站")


@rule(
    *AT_SUBMISSION, title="挂牌也要准入，写明块数", cites=PLATES, since=FIRST_STATION, power=Verdict.REQUIRE
)
def plates_are_counted(request: AccessRequest, given: Given) -> Finding:
    """A plate is an access item: it is typed as one, and how many hang in each community is stated."""
    wanted = any(share.plates for share in request.communities)
    if wanted and Kind.PLATE not in request.kinds:
        return require(
            "申请里有新增牌子，事项类型里没有“挂牌”", "在事项类型里加选“挂牌”，或者把新增牌子改为 0"
        )
    if Kind.PLATE in request.kinds and not wanted:
        return require("事项类型有“挂牌”，没有写每个社区新增几块", "在每个社区的“新增牌子”里写明块数")
    return satisfied() if wanted else not_applicable()


@rule(
    "access.submit",
    "access.admit",
    title="一次申请的牌子不超过上限",
    cites=PLATES,
    since=FIRST_STATION,
    uses=(PLATE_LIMIT,),
)
def plates_asked_stay_within_the_limit(request: AccessRequest, given: Given) -> Finding:
    """No community is asked to hang more plates than the limit, whatever hangs there already."""
    limit = given[PLATE_LIMIT]
    if not any(share.plates for share in request.communities):
        return not_applicable()
    over = [share for share in request.communities if share.plates > limit]
    if over:
        most = max(share.plates for share in over)
        return refuse(
            f"要在一个社区新增 {most} 块牌子，上限是 {limit} 块",
            f"每个社区最多 {limit} 块，减少牌子或者合并挂牌",
        )
    return satisfied()


@rule(
    "access.open",
    title="社区的牌子总数不超过上限",
    cites=PLATES,
    since=FIRST_STATION,
    uses=(PLATE_LIMIT, PLATES_IN_USE),
)
def plates_at_the_door_stay_within_the_limit(request: AccessRequest, given: Given) -> Finding:
    """What hangs at a community's door and what is added stay within the limit together."""
    added = request.communities[0].plates
    if not added:
        return not_applicable()
    hanging, limit = given[PLATES_IN_USE], given[PLATE_LIMIT]
    if hanging + added > limit:
        return refuse(
            f"社区已挂 {hanging} 块牌子，再加 {added} 块超过上限 {limit} 块", "先摘掉不用的牌子，或者不再挂牌"
        )
    return satisfied()


RULES = (
    economic_tasks_stay_out,
    work_outside_the_duty_is_paid,
    committee_may_refuse_unapproved_work,
    ambiguous_items_need_a_ground,
    committee_takes_everything,
    administrative_work_goes_to_the_station,
    plates_are_counted,
    plates_asked_stay_within_the_limit,
    plates_at_the_door_stay_within_the_limit,
)
