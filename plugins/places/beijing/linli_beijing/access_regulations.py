"""北京市的法规: consent and refusal by the measures of 1991; plates, lists, forms, temporary work by those of 2020."""

from __future__ import annotations

from linli.access import (
    ADMISSION_OF,
    AT_DECISION,
    LISTED_ITEM,
    STATION_OF,
    AccessRequest,
    Duty,
    Kind,
    Landing,
    Nature,
    RefusalAt,
)
from linli.findings import Finding, not_applicable, refuse, require, review, satisfied
from linli.rules import HAPPENED, Force, Given, rule
from linli_beijing.sources import COMMITTEE_MEASURES_1991, STREET_REGULATION_2020

DEPARTMENTAL = (Duty.ASSIST, Duty.ENTRUSTED)
FORMS = (Kind.LEDGER, Kind.REPORT, Kind.SURVEY)


@rule(
    *AT_DECISION,
    title="部门工作须经区政府或街道办事处同意",
    cites=COMMITTEE_MEASURES_1991.article(
        28, "同意并统一安排", gist="部门需要居委会协助的工作，须经区县政府或街道办事处同意并统一安排"
    ),
)
def district_or_street_consents(request: AccessRequest, given: Given) -> Finding:
    """In Beijing a department still needs the consent of the district or the street after 2025."""
    if request.requested_by_community or request.duty not in DEPARTMENTAL:
        return not_applicable()
    if not request.consent:
        return refuse(
            "在北京，部门要居委会协助的工作须经区政府或街道办事处同意并统一安排，这件没有",
            cure="先报区政府或街道办事处同意，填写同意文号后再申请",
        )
    return satisfied(f"已经同意：{request.consent}")


@rule(
    "refusal.record",
    title="没有经同意的工作，居委会可以拒绝",
    cites=COMMITTEE_MEASURES_1991.article(
        28, "居民委员会可以拒绝", gist="未经同意而要求居委会协助的，居委会可以拒绝"
    ),
    governed_by=HAPPENED,
    uses=(ADMISSION_OF,),
    force=Force.GUARANTEE,
    secures=True,
)
def committee_may_refuse_what_was_not_agreed(refusal: RefusalAt, given: Given) -> Finding:
    """What was not agreed may be refused, and no lower text can take this away."""
    admission = given[ADMISSION_OF]
    if admission is None:
        return satisfied("没有经同意并统一安排，居委会有权拒绝")
    here = refusal.community in ("", admission.community)
    if here and admission.usable and admission.starts <= refusal.asked_on <= admission.ends:
        return not_applicable("对方出示了在本社区当天有效的准入")
    return satisfied("出示的准入在本社区当天无效，居委会有权拒绝")


@rule(
    *AT_DECISION,
    title="不得要求居委会对口设机构、挂牌子",
    cites=STREET_REGULATION_2020.article(
        9, "对口设立机构或者加挂牌子", gist="除法律、法规明确规定外，部门不得要求居委会设机构、挂牌子"
    ),
)
def no_bodies_and_no_plates(request: AccessRequest, given: Given) -> Finding:
    """No department has a committee set up a body or hang a plate unless a law or regulation says so."""
    wanted = [kind.title for kind in request.kinds if kind in (Kind.BODY, Kind.PLATE)]
    if not wanted and not any(share.plates for share in request.communities):
        return satisfied("没有要求设机构、挂牌子")
    if not request.basis:
        return refuse(
            f"要求居委会增加{'、'.join(wanted) or '挂牌'}，却没有法律、法规的明确规定",
            cure="去掉设机构、挂牌子的要求；法律、法规有明确规定的，写明条款",
        )
    return review(
        f"要核对“{request.basis}”是不是法律、法规，是不是明确规定了设机构、挂牌子", cure="附上条文原文"
    )


@rule(
    *AT_DECISION,
    title="清单以外的事项不交居委会办理",
    cites=STREET_REGULATION_2020.article(
        32, "清单以外的事项交由居民委员会办理", gist="协助政府工作任务清单以外的事项，不得交居委会办理"
    ),
    uses=(LISTED_ITEM, STATION_OF),
)
def nothing_outside_the_list(request: AccessRequest, given: Given) -> Finding:
    """What the published list of assisted tasks does not name is not given to a committee."""
    if (
        request.duty not in DEPARTMENTAL
        or request.requested_by_community
        or request.nature is Nature.ENFORCEMENT
    ):
        return not_applicable()
    listed = given[LISTED_ITEM]
    if listed is not None and listed.duty is not Duty.PROHIBITED:
        return satisfied(f"在清单上：{listed.code} {listed.title}")
    if request.wanted is Landing.DEPARTMENT:
        return not_applicable("由部门自己办理，不交居委会办理")
    stations = given[STATION_OF]
    if request.wanted is not Landing.COMMITTEE and stations and all(stations):
        return not_applicable("由社区服务站承接，不交居委会办理")
    return refuse(
        "这件事不在公布的协助政府工作任务清单上，不得交居委会办理",
        cure="填写清单编号；不在清单上的，改由社区服务站或部门自己办理，或先报请列入清单",
    )


@rule(
    *AT_DECISION,
    title="不得违规要求社区填表报数",
    cites=STREET_REGULATION_2020.article(32, "违反规定要求社区填表报数", gist="不得违反规定要求社区填表报数"),
    uses=(LISTED_ITEM,),
)
def no_forms_and_numbers(request: AccessRequest, given: Given) -> Finding:
    """No ledgers, reports and surveys without a rule that provides for them."""
    wanted = [kind.title for kind in request.kinds if kind in FORMS]
    if not wanted:
        return not_applicable()
    if not request.basis:
        return refuse(
            f"要求社区做{'、'.join(wanted)}，却没有写明哪项规定允许",
            cure="使用部门已有的数据，去掉填报要求；确有规定的，写明条款",
        )
    if given[LISTED_ITEM] is None:
        return review(f"{'、'.join(wanted)}不在清单上，要核对是否重复填报", cure="说明为什么已有的数据不够用")
    return satisfied("有依据，也在清单上")


@rule(
    *AT_DECISION,
    title="临时交办要有批准和保障",
    cites=(
        STREET_REGULATION_2020.article(
            41,
            "提供必要的人员、经费、技术等保障",
            gist="经市、区政府批准的临时事项，部门应提供人员、经费、技术保障",
        ),
        STREET_REGULATION_2020.article(
            41, "明确事项办理的要求、标准和流程", gist="临时事项要明确要求、标准和流程"
        ),
    ),
)
def temporary_work_is_approved_and_equipped(request: AccessRequest, given: Given) -> Finding:
    """Temporary work handed down through a street is approved by city or district and comes with what it takes."""
    if not request.temporary or request.emergency or request.requested_by_community:
        return not_applicable()
    if request.duty not in DEPARTMENTAL:
        return not_applicable()
    wanted = {
        "市、区政府的批准": request.consent,
        "人员": request.staff,
        "经费": request.offered_fen,
        "技术保障（设备或培训）": request.equipment or request.training,
        "要求、标准和流程": request.content,
    }
    missing = [name for name, value in wanted.items() if not value]
    if missing:
        return require(f"临时交办的事项还缺：{'、'.join(missing)}", cure="逐项补齐后再提交")
    return satisfied()


def _begun(*slugs: str) -> tuple[str, ...]:
    """The ids of this plugin's rules at the moment when work begins in a community."""
    return tuple(f"beijing.access.open.{slug}" for slug in slugs)


@rule(
    "access.open",
    title="应急处置先行，清单和项目手续事后补办",
    cites=STREET_REGULATION_2020.article(
        33, "应急管理", gist="街道配合公安、应急管理等部门做好公共安全风险管理，及时处置突出风险"
    ),
    force=Force.EXEMPTION,
    exempts=_begun(
        "nothing-outside-the-list",
        "money-follows-the-task",
        "powers-follow-the-duty",
        "every-task-is-a-project",
    ),
)
def emergency_begins_before_its_papers(request: AccessRequest, given: Given) -> Finding:
    """Temporary work in an emergency begins in the communities at once; the decision afterwards is judged in full.

    Consent is not waived: in an emergency the order of the government in charge is the consent, and is named.
    """
    if request.emergency and request.temporary:
        return satisfied("临时应急事项先行，事后补办审核")
    return not_applicable()


RULES = (
    emergency_begins_before_its_papers,
    district_or_street_consents,
    committee_may_refuse_what_was_not_agreed,
    no_bodies_and_no_plates,
    nothing_outside_the_list,
    no_forms_and_numbers,
    temporary_work_is_approved_and_equipped,
)
