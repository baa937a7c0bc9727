"""什么能进社区: what may be asked of a committee at all, in what manner, on what basis."""

from __future__ import annotations

from linli.access import (
    AT_DECISION,
    AT_SUBMISSION,
    LANDING,
    LISTED_ITEM,
    AccessRequest,
    Duty,
    Kind,
    Landing,
    Manner,
    Nature,
    Theme,
)
from linli.findings import Finding, not_applicable, refuse, require, review, satisfied, set_term
from linli.rules import Given, rule
from linli_national.earlier import under
from linli_national.sources import (
    BURDEN_REDUCTION_2015,
    CERTIFICATES_2020,
    PERSONAL_INFORMATION_LAW,
    RESIDENTS_COMMITTEE_LAW_1990,
    RESIDENTS_COMMITTEE_LAW_2018,
    RESIDENTS_COMMITTEE_LAW_2026,
)

GUIDANCE_GIST = "政府对居委会是指导、支持和帮助，居委会协助政府开展工作；没有命令与服从的关系"
ECONOMIC = (Theme.INVESTMENT, Theme.TAX, Theme.REVENUE)
ENFORCING = (Theme.DEMOLITION, Theme.CITY_MANAGEMENT, Theme.SAFETY_ENFORCEMENT)
DEPARTMENTAL = (Duty.ASSIST, Duty.ENTRUSTED)


@rule(
    *AT_SUBMISSION,
    "access.emergency",
    title="对居委会只能请求协助，不能下指令",
    cites=RESIDENTS_COMMITTEE_LAW_2026.article(6, "给予指导、支持和帮助", gist=GUIDANCE_GIST),
)
def committee_takes_no_orders(request: AccessRequest, given: Given) -> Finding:
    """Government guides, supports and helps a committee; it asks for assistance and gives no orders."""
    if request.manner is Manner.ORDER:
        return refuse(
            "居委会是居民自治组织，政府部门不能向它下达指令，只能请求协助",
            cure="把提出方式改为“请求协助”",
        )
    return satisfied()


committee_takes_no_orders_2018 = under(
    committee_takes_no_orders,
    RESIDENTS_COMMITTEE_LAW_2018.article(2, "给予指导、支持和帮助", gist=GUIDANCE_GIST),
    "2018",
)
committee_takes_no_orders_1990 = under(
    committee_takes_no_orders,
    RESIDENTS_COMMITTEE_LAW_1990.article(2, "给予指导、支持和帮助", gist=GUIDANCE_GIST),
    "1990",
)


@rule(
    *AT_SUBMISSION,
    *AT_DECISION,
    title="招商引资、协税护税、经济创收不进社区",
    cites=BURDEN_REDUCTION_2015.article(
        "第一项", gist="取消给社区下达的招商引资、协税护税、经济创收等任务指标"
    ),
)
def no_economic_targets(request: AccessRequest, given: Given) -> Finding:
    """Communities get no targets for investment promotion, help with taxes, or income."""
    if request.theme in ECONOMIC:
        return refuse(f"“{request.theme.title}”一类任务不得下达给社区", cure="由主管部门自己办理，不进社区")
    return satisfied()


@rule(
    *AT_SUBMISSION,
    *AT_DECISION,
    title="执法、拆迁、城管事项不以社区为责任主体",
    cites=BURDEN_REDUCTION_2015.article(
        "第一项", gist="执法、拆迁拆违、环境整治、城市管理等事项，原则上不以社区为责任主体"
    ),
)
def community_does_not_answer_for_enforcement(request: AccessRequest, given: Given) -> Finding:
    """Matters of enforcement, demolition and city management do not have a community as responsible body."""
    if request.theme not in ENFORCING:
        return not_applicable()
    if not request.responsible or request.wanted is Landing.COMMITTEE:
        return refuse(
            f"“{request.theme.title}”事项不能让社区当责任主体",
            cure="填写承担责任的主责部门，并且不要求落到居民委员会",
        )
    return satisfied(f"责任主体是{'、'.join(request.responsible)}，不是社区")


@rule(
    *AT_SUBMISSION,
    *AT_DECISION,
    title="禁入事项不准入",
    cites=BURDEN_REDUCTION_2015.article("第一项", gist="属于政府部门的职责，不得转给社区承担"),
)
def prohibited_work_stays_out(request: AccessRequest, given: Given) -> Finding:
    """What is labelled prohibited is the duty of government and is not passed on to a community."""
    if request.duty is Duty.PROHIBITED:
        return refuse(
            "这件事属于政府部门自己的职责，列为禁入，不能转给社区", cure="由主管部门自己办理，不进社区"
        )
    return satisfied()


@rule(
    *AT_SUBMISSION,
    title="要写明依据",
    cites=BURDEN_REDUCTION_2015.article("第一项", gist="社区工作事项实行准入，准入须有依据、列入目录"),
)
def basis_is_stated(request: AccessRequest, given: Given) -> Finding:
    """Work that government brings says on which law or policy it rests."""
    if request.duty not in DEPARTMENTAL or request.requested_by_community:
        return not_applicable()
    if not request.basis:
        return require("没有写明法律或政策依据", cure="填写文件名称、文号和条款")
    return satisfied()


@rule(
    *AT_DECISION,
    title="委托事项要符合法律、法规规定",
    cites=RESIDENTS_COMMITTEE_LAW_2026.article(
        43,
        "应当符合法律、法规规定",
        gist="部门委托居委会协助的事项应当符合法律、法规规定（不要求有专门的法律授权）",
    ),
)
def entrusted_matter_conforms_to_law(request: AccessRequest, given: Given) -> Finding:
    """An entrusted matter conforms to law and regulations; it need not be based on a law of its own."""
    if request.duty is not Duty.ENTRUSTED:
        return not_applicable()
    if not request.basis:
        return require(
            "没有写明依据，无法核对这件委托事项是否符合法律、法规",
            cure="填写所依据的法律、法规或文件；没有专门规定的，写明不违反哪些规定",
        )
    return satisfied("写明了依据，可以核对")


LAWFUL_BASIS = PERSONAL_INFORMATION_LAW.article(
    13, "为履行法定职责或者法定义务所必需", gist="处理个人信息须有同意或法定职责等依据之一"
)
LEAST_DATA = PERSONAL_INFORMATION_LAW.article(
    6, "限于实现处理目的的最小范围", gist="收集个人信息限于最小范围"
)


@rule(*AT_SUBMISSION, title="写明采集信息的依据", cites=LAWFUL_BASIS)
def data_basis_is_stated(request: AccessRequest, given: Given) -> Finding:
    """An application that has data of residents collected goes back until it says on what basis."""
    if not request.data_collected:
        return not_applicable()
    if not request.data_basis:
        return require(
            f"要求社区采集“{request.data_collected}”，没有写明采集依据",
            cure="填写采集依据（居民同意，或者法定职责的条文）；不需要的信息删去",
        )
    return satisfied()


@rule(*AT_DECISION, title="没有依据不得采集个人信息", cites=(LAWFUL_BASIS, LEAST_DATA))
def data_collection_has_a_basis(request: AccessRequest, given: Given) -> Finding:
    """Data of residents is collected only on a basis, and only as far as the work needs."""
    if not request.data_collected:
        return not_applicable()
    if not request.data_basis:
        return refuse(
            f"要求社区采集“{request.data_collected}”，却没有采集依据",
            cure="写明采集依据，并只采集办这件事所必需的信息；否则不采集",
        )
    return satisfied(f"采集依据：{request.data_basis}")


@rule(
    *AT_DECISION,
    title="居委会出具证明要有法律法规依据",
    cites=CERTIFICATES_2020.article(
        "第二部分", gist="居委会出具证明须有明确的法律法规依据或经国务院批准保留"
    ),
    uses=(LISTED_ITEM,),
)
def certificates_need_a_law(request: AccessRequest, given: Given) -> Finding:
    """A committee certifies only what law or the State Council's list has it certify."""
    if Kind.CERTIFICATE not in request.kinds:
        return not_applicable()
    if not request.basis:
        return refuse(
            "要居委会出具证明，却没有法律、法规依据",
            cure="写明要求出具这项证明的法律、法规条款；没有的，由主管部门自行核查，不向居民索要",
        )
    listed = given[LISTED_ITEM]
    if listed is not None and listed.duty is not Duty.PROHIBITED:
        return satisfied(f"证明事项已列入清单：{listed.title}")
    return review(
        "证明事项不在本地清单上，要对照国家公布的不应出具证明的事项核对",
        cure="列入本地证明事项清单，或改由主管部门核查",
    )


@rule(
    *AT_DECISION,
    title="执法事项落到主责部门",
    cites=BURDEN_REDUCTION_2015.article(
        "第一项", gist="执法、拆迁拆违、环境整治、城市管理等事项，原则上不以社区为责任主体"
    ),
)
def enforcement_lands_at_a_department(request: AccessRequest, given: Given) -> Finding:
    """Enforcement lands at a department and never on a committee."""
    if request.nature is not Nature.ENFORCEMENT and request.theme not in ENFORCING:
        return not_applicable()
    if request.wanted is Landing.COMMITTEE:
        return refuse("执法事项不能落到居民委员会", cure="改为由主责部门依法办理，居委会不承担执法")
    if not request.responsible:
        return require("执法事项没有写明主责部门", cure="填写依法执法的主责部门")
    return set_term(LANDING, Landing.DEPARTMENT.value, f"由{'、'.join(request.responsible)}依法办理")


RULES = (
    committee_takes_no_orders_1990,
    committee_takes_no_orders_2018,
    committee_takes_no_orders,
    no_economic_targets,
    community_does_not_answer_for_enforcement,
    prohibited_work_stays_out,
    basis_is_stated,
    entrusted_matter_conforms_to_law,
    data_basis_is_stated,
    data_collection_has_a_basis,
    certificates_need_a_law,
    enforcement_lands_at_a_department,
)
