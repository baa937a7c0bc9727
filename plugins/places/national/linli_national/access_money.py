"""谁委托谁付费: consent, money and conditions of work that government brings to a committee."""

from __future__ import annotations

from linli.access import AT_DECISION, AccessRequest, Duty
from linli.findings import Finding, not_applicable, refuse, require, satisfied
from linli.money import yuan
from linli.rules import Force, Given, rule
from linli_national.earlier import under
from linli_national.sources import (
    BURDEN_REDUCTION_2015,
    RESIDENTS_COMMITTEE_LAW_1990,
    RESIDENTS_COMMITTEE_LAW_2018,
    RESIDENTS_COMMITTEE_LAW_2026,
)

CONSENT_GIST = "部门需要居委会协助的工作，须经区政府或其派出机关同意并统一安排"


@rule(
    *AT_DECISION,
    title="部门工作进社区须经区里同意",
    cites=RESIDENTS_COMMITTEE_LAW_2018.article(20, "同意并统一安排", gist=CONSENT_GIST),
)
def district_consents(request: AccessRequest, given: Given) -> Finding:
    """A department's work with a committee needs the consent of the district or its branch office.

    The revised law has no such article: nationally the rule ends with 2025. It lives on where local law keeps it.
    """
    if request.requested_by_community or request.duty not in (Duty.ASSIST, Duty.ENTRUSTED):
        return not_applicable()
    if not request.consent:
        return refuse(
            "部门要居委会协助的工作，没有经区政府或街道办事处同意并统一安排",
            cure="先报区政府（或街道办事处）同意，填写同意文号后再申请",
        )
    return satisfied(f"已经同意：{request.consent}")


district_consents_1990 = under(
    district_consents, RESIDENTS_COMMITTEE_LAW_1990.article(20, "同意并统一安排", gist=CONSENT_GIST), "1990"
)


@rule(
    *AT_DECISION,
    title="谁委托谁付费",
    cites=RESIDENTS_COMMITTEE_LAW_2026.article(
        43, "所需经费由委托部门承担", gist="部门委托居委会协助的事项，所需经费由委托部门承担"
    ),
    force=Force.GUARANTEE,
)
def entrusting_department_pays(request: AccessRequest, given: Given) -> Finding:
    """A department that entrusts a matter to a committee bears what it needs, in every community.

    The law names no minimum sum: the offer is compared with a costed need.
    """
    if request.duty is not Duty.ENTRUSTED:
        return not_applicable()
    uncosted = sum(share.need_fen <= 0 for share in request.communities)
    if uncosted or not request.communities:
        return refuse(
            f"有 {uncosted or '若干'} 个社区没有测算办这件事需要多少钱",
            cure="按人天、材料等测算每个社区所需的经费并填写",
        )
    short = [share for share in request.communities if share.offered_fen < share.need_fen]
    if short:
        missing = sum(share.need_fen - share.offered_fen for share in short)
        return refuse(
            f"测算共需 {yuan(request.need_fen)}，安排了 {yuan(request.offered_fen)}，"
            f"有 {len(short)} 个社区给得少于所需；委托事项所需经费由委托部门承担",
            cure=f"给这 {len(short)} 个社区补足，共 {yuan(missing)}，或说明测算依据后调整测算",
        )
    return satisfied(f"委托部门安排 {yuan(request.offered_fen)}，不少于测算的 {yuan(request.need_fen)}")


@rule(
    *AT_DECISION,
    title="请居委会协助要给经费和条件",
    cites=RESIDENTS_COMMITTEE_LAW_2026.article(
        43, "提供必要的经费和条件", gist="区政府或街道办事处需要居委会协助的，提供必要的经费和条件"
    ),
)
def assistance_comes_with_money_and_conditions(request: AccessRequest, given: Given) -> Finding:
    """A district or street that needs assistance provides the necessary money and conditions.

    What is necessary is left to the case, so the rule asks for completion only where nothing at all is named.
    """
    if request.duty is not Duty.ASSIST or request.requested_by_community:
        return not_applicable()
    if request.offered_fen or request.staff or request.equipment or request.training:
        return satisfied("写明了经费或条件")
    return require(
        "请居委会协助，却没有写明给多少经费，也没有写明派多少人、配什么设备、作什么培训",
        cure="至少填写一项：安排经费、派出人员、配备设备、培训安排",
    )


@rule(
    *AT_DECISION,
    title="协助事项费随事转",
    cites=BURDEN_REDUCTION_2015.article("第一项", gist="需要社区协助的事项，应当提供必要的经费和工作条件"),
)
def assistance_is_paid_for(request: AccessRequest, given: Given) -> Finding:
    """Assisted work comes with the money that was costed for it, not with conditions alone."""
    if request.duty is not Duty.ASSIST or request.requested_by_community:
        return not_applicable()
    short = [share for share in request.communities if share.offered_fen < share.need_fen]
    if short:
        missing = sum(share.need_fen - share.offered_fen for share in short)
        return require(
            f"{len(short)} 个社区的经费少于测算，共差 {yuan(missing)}",
            cure=f"再安排 {yuan(missing)}，或把超出能力的部分交由其他单位办理",
        )
    if not (request.offered_fen or request.staff or request.equipment or request.training):
        return require(
            "协助事项没有写明经费和工作条件",
            cure="至少填写一项：安排经费、派出人员、配备设备、培训安排",
        )
    return satisfied()


RULES = (
    district_consents_1990,
    district_consents,
    entrusting_department_pays,
    assistance_comes_with_money_and_conditions,
    assistance_is_paid_for,
)
