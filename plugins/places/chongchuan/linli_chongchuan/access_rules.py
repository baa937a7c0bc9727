"""Access to community work in Chongchuan: a committee's list of powers, burdens by kind, no misplaced work.

The account names the ills (work handed down, ledgers, inspections, plates, ad-hoc tasks) and the three ways
in which government misses its place: 越位 (overstepping), 缺位 (absent) and 错位 (misplaced). All rules
here rest on the account alone, so they may refuse inside the district only.
"""

from __future__ import annotations

from linli.access import (
    ADMISSION_OF,
    AT_DECISION,
    AT_SUBMISSION,
    GUIDE,
    LISTED_ITEM,
    AccessRequest,
    Duty,
    Kind,
    Landing,
    Refusal,
)
from linli.findings import Finding, Verdict, not_applicable, refuse, require, review, satisfied, set_term
from linli.rules import Given, rule
from linli_chongchuan.sources import ACCOUNT

POWER_LIST = ACCOUNT.article("", "明确居委会职权清单", gist="明确居委会职权清单，规范政府交办的行政性事务")
GUIDANCE = ACCOUNT.article(
    "", "政府与居委会是指导与协助、服务与监督的关系", gist="政府指导、监督，居委会协助、服务，不是上下级"
)
BURDENS = ACCOUNT.article(
    "", "应付各类检查多、要求各种台账多", gist="任务、检查、台账、上报、临时任务和挂牌过多"
)
OVERSTEPPING = ACCOUNT.article("", "这种“政社不分”的现象", gist="政府包办居民自己的事，是越位")
ABSENCE = ACCOUNT.article("", "政府角色和职能又往往处于“缺位”", gist="该由政府支持的没有支持，是缺位")
MISPLACEMENT = ACCOUNT.article(
    "", "这种将行政事务转嫁给居委会的现象", gist="把部门自己的行政事务转给居委会，是错位"
)


@rule(*AT_SUBMISSION, title="清单以外的工作先说明依据", cites=POWER_LIST, uses=(LISTED_ITEM,))
def unlisted_work_states_its_basis(request: AccessRequest, given: Given) -> Finding:
    """Work that is not on the list of powers needs an approval record, and that begins with its basis."""
    item = given[LISTED_ITEM]
    if item is not None:
        return satisfied(f"在居委会职权清单上，编号 {item.code}")
    if request.item:
        return require(
            f"居委会职权清单上没有编号 {request.item}", "改成清单上的编号；不在清单上的，把编号空着，写明依据"
        )
    if not request.basis.strip():
        return require(
            "这项工作不在居委会职权清单上，也没有写明依据", "写明法律或政策依据的名称和条款，经准入后再布置"
        )
    return satisfied("不在居委会职权清单上，要取得准入决定才能布置")


@rule(
    "refusal.record",
    title="清单以外又没有准入的，居委会可以拒绝",
    cites=POWER_LIST,
    uses=(LISTED_ITEM, ADMISSION_OF),
)
def committee_may_refuse_unlisted_work(refusal: Refusal, given: Given) -> Finding:
    """A committee may refuse, on record, what is neither on its list of powers nor admitted."""
    if given[ADMISSION_OF] is not None:
        return not_applicable("对方出示了准入，按准入的期限和状态判断")
    item = given[LISTED_ITEM]
    if item is not None and item.owner:
        return satisfied(f"这项工作是{item.owner}自己的职责，居委会可以拒绝")
    if item is not None and item.duty in (Duty.SELF_GOVERNMENT, Duty.ASSIST):
        return refuse(
            f"“{item.title}”在居委会职权清单上，不在可以拒绝的范围", "清单不合适的，可以向街道提出调整建议"
        )
    return satisfied("不在居委会职权清单上，也没有准入，居委会可以拒绝")


@rule(*AT_DECISION, title="主责部门负责指导", cites=GUIDANCE, power=Verdict.SATISFIED)
def responsible_department_guides(request: AccessRequest, given: Given) -> Finding:
    """Government guides and the committee assists: the one responsible department is the one that guides.

    That nobody gives a committee orders is national law, and its rule stands with the national ones.
    """
    if len(request.responsible) != 1:
        return not_applicable("没有写明唯一的主责部门")
    return set_term(GUIDE, request.responsible[0], f"由{request.responsible[0]}负责业务指导，居委会协助")


@rule(*AT_SUBMISSION, title="给居委会增加的负担要写明类型", cites=BURDENS)
def burdens_are_typed(request: AccessRequest, given: Given) -> Finding:
    """What adds a ledger, a report, a plate or an inspection says so: the yearly meter counts by kind."""
    if not request.kinds:
        return require(
            "没有写明事项类型", "选出涉及的类型：工作任务、台账、报表、挂牌、检查评比等，涉及几类选几类"
        )
    if Kind.PLATE not in request.kinds and any(share.plates for share in request.communities):
        return require(
            "申请里有新增牌子，事项类型里没有“挂牌”", "在事项类型里加选“挂牌”，或者把新增牌子改为 0"
        )
    gathers = {Kind.LEDGER, Kind.REPORT, Kind.SURVEY}
    if request.data_collected.strip() and gathers.isdisjoint(request.kinds):
        return require(
            "申请要采集信息，事项类型里没有台账、报表或普查调查", "按采集方式加选“台账”“报表”或“普查调查”"
        )
    return satisfied()


@rule(
    *AT_SUBMISSION,
    *AT_DECISION,
    title="部门自己的事不转给居委会（错位）",
    cites=MISPLACEMENT,
    uses=(LISTED_ITEM,),
)
def departments_keep_their_own_work(request: AccessRequest, given: Given) -> Finding:
    """A department's own item that is put on a committee is misplaced; the department is named."""
    item = given[LISTED_ITEM]
    if item is None:
        return not_applicable()
    if not item.owner:
        return satisfied("清单上没有写明属于哪个部门，不算错位")
    if request.wanted in (Landing.DEPARTMENT, Landing.STATION):
        return not_applicable("没有要求居委会承担")
    return refuse(
        f"“{item.title}”是{item.owner}的职责，转给居委会属于错位",
        f"由{item.owner}自己办理；需要居民配合的，另行请求协助",
    )


@rule(
    *AT_SUBMISSION,
    title="居民自己的事不由部门布置（越位）",
    cites=OVERSTEPPING,
    uses=(LISTED_ITEM,),
    power=Verdict.REVIEW,
)
def self_government_is_not_assigned(request: AccessRequest, given: Given) -> Finding:
    """A department that assigns self-government oversteps, unless the community asked for it."""
    item = given[LISTED_ITEM]
    duty = item.duty if item is not None else request.duty
    if duty is not Duty.SELF_GOVERNMENT:
        return not_applicable()
    if request.requested_by_community:
        return satisfied("由社区提出请求")
    return review(
        "这是居民自治的事，由部门来布置可能越位", "先征求社区意见；社区提出请求的，勾选“应社区请求”"
    )


@rule(*AT_SUBMISSION, title="请求协助要有支持（缺位）", cites=ABSENCE, power=Verdict.REQUIRE)
def help_comes_with_support(request: AccessRequest, given: Given) -> Finding:
    """A department that asks for help gives money, people, equipment, training or powers, or is absent."""
    if request.duty not in (Duty.ASSIST, Duty.ENTRUSTED):
        return not_applicable()
    if (
        request.offered_fen
        or request.staff
        or any(said.strip() for said in (request.equipment, request.training, request.powers))
    ):
        return satisfied()
    return require(
        "请求居委会协助，却没有任何支持", "写明安排的经费、派出的人员、设备、培训或者一并下放的权限"
    )


RULES = (
    unlisted_work_states_its_basis,
    committee_may_refuse_unlisted_work,
    responsible_department_guides,
    burdens_are_typed,
    departments_keep_their_own_work,
    self_government_is_not_assigned,
    help_comes_with_support,
)
