"""北京市的做法: 一分三定、权随责走、费随事转, and the street-level community of 鲁谷, as the account tells them.

What refuses here rests on the account alone and holds inside Beijing only. Two rules also cite documents that the
account names and whose texts are not held; those rules refuse nothing.
"""

from __future__ import annotations

from linli.access import (
    AT_DECISION,
    GUIDE,
    LANDING,
    MANAGER,
    STATION_OF,
    AccessRequest,
    Duty,
    Landing,
    Nature,
    Theme,
)
from linli.findings import Finding, Verdict, not_applicable, refuse, require, satisfied, set_term, set_terms
from linli.money import yuan
from linli.rules import Given, rule
from linli_beijing.parameters import STREET_LEVEL_COMMUNITY, STREET_LEVEL_SYSTEMS
from linli_beijing.sources import ACCOUNT, COMMUNITY_MEASURES, LUGU_ACCOUNT, WORKER_MEASURES

DEPARTMENTAL = (Duty.ASSIST, Duty.ENTRUSTED)
PUBLIC_SERVICE = (Nature.SERVICE, Nature.ADMINISTRATIVE)


def enforces(request: AccessRequest) -> bool:
    """Whether the work is enforcement, by its nature or by its theme; it goes to a department by national rule."""
    themes = (Theme.DEMOLITION, Theme.CITY_MANAGEMENT, Theme.SAFETY_ENFORCEMENT)
    return request.nature is Nature.ENFORCEMENT or request.theme in themes


@rule(
    *AT_DECISION,
    title="居站分设：公共服务归服务站",
    cites=ACCOUNT.article("", "專門辦理各種公共服務", gist="服务站专门办理公共服务，居委会依法自治"),
    uses=(STATION_OF, STREET_LEVEL_COMMUNITY),
)
def public_service_goes_to_the_station(request: AccessRequest, given: Given) -> Finding:
    """Where there is a station, public service lands there; self-government stays with the committee (BJ-01)."""
    if given[STREET_LEVEL_COMMUNITY] or enforces(request):
        return not_applicable()
    if request.duty is Duty.SELF_GOVERNMENT:
        return set_term(LANDING, Landing.COMMITTEE.value, "居民自治事项由居委会办理")
    if request.nature not in PUBLIC_SERVICE:
        return not_applicable()
    stations = given[STATION_OF]
    if not any(stations):
        return set_term(LANDING, Landing.COMMITTEE.value, "这里还没有服务站，由居委会协助办理")
    if not all(stations):
        return not_applicable("有的社区有服务站，有的没有，进入各社区时分别确定")
    if request.wanted is Landing.COMMITTEE:
        return refuse(
            "这里已经设了社区服务站，公共服务事项不再交给居委会",
            cure="改为落到社区服务站；居委会对服务站的工作进行监督",
        )
    return set_term(LANDING, Landing.STATION.value, "公共服务由社区服务站办理，居委会监督")


@rule(
    *AT_DECISION,
    title="服务站由街道管理、部门指导",
    cites=(
        ACCOUNT.article(
            "",
            "接受街道辦事處的管理和政府職能部門的業務指導",
            gist="服务站由街道办事处管理，由职能部门作业务指导",
        ),
        COMMUNITY_MEASURES.article("", gist="设立社区服务站，居站职能分开（据记述）"),
    ),
    uses=(STATION_OF, STREET_LEVEL_COMMUNITY),
    power=Verdict.SATISFIED,
)
def station_work_has_a_manager_and_a_guide(request: AccessRequest, given: Given) -> Finding:
    """Departmental work at a station is managed by the street and guided by the department (BJ-14)."""
    stations = given[STATION_OF]
    if given[STREET_LEVEL_COMMUNITY] or enforces(request) or request.nature not in PUBLIC_SERVICE:
        return not_applicable()
    if not (stations and all(stations)):
        return not_applicable()
    if request.duty not in DEPARTMENTAL:
        return not_applicable()
    return set_terms({MANAGER: "street", GUIDE: "department"}, "街道办事处管理，申请部门作业务指导")


# Judged on the application as a whole: once it is divided, a community may have a share without a person.
@rule(
    "access.admit",
    title="三定：定事、定人、定钱",
    cites=(
        ACCOUNT.article("", "“三定”,就是定事、定人、定錢", gist="明确任务、编制和经费，三样都要落实"),
        WORKER_MEASURES.article("", gist="与社区管理办法一起形成一分、三定、两目标（据记述）"),
    ),
    power=Verdict.REQUIRE,
)
def tasks_staff_and_money_are_fixed(request: AccessRequest, given: Given) -> Finding:
    """Neither the column of tasks nor that of staff nor that of money may be empty (BJ-02)."""
    if request.duty not in DEPARTMENTAL:
        return not_applicable()
    columns = {
        "定事（工作内容）": request.content,
        "定人（所需人数或派出人员）": request.persons or request.staff,
        "定钱（测算或安排经费）": request.need_fen or request.offered_fen,
    }
    empty = [name for name, value in columns.items() if not value]
    if empty:
        return require(f"三定没有填全：{'、'.join(empty)}", cure="把空着的栏目填上，填全才能批准")
    return satisfied()


@rule(
    *AT_DECISION,
    title="费随事转",
    cites=ACCOUNT.article("", "權隨責走、費隨事轉", gist="不属于社区而社区有优势的工作，经费随事转"),
)
def money_follows_the_task(request: AccessRequest, given: Given) -> Finding:
    """Work that is not the community's own comes with at least the money that it was costed at (BJ-04)."""
    if request.duty is not Duty.ENTRUSTED:
        return not_applicable()
    if not request.communities or any(share.need_fen <= 0 for share in request.communities):
        return refuse("有社区的经费没有测算", cure="按人天、材料等逐个社区测算，测算额要大于零")
    short = [share for share in request.communities if share.offered_fen < share.need_fen]
    if short:
        missing = sum(share.need_fen - share.offered_fen for share in short)
        return refuse(
            f"有 {len(short)} 个社区的经费少于测算，费没有随事转",
            cure=f"再给这些社区共 {yuan(missing)}",
        )
    return satisfied(f"经费 {yuan(request.offered_fen)} 随事转")


@rule(
    *AT_DECISION,
    title="权随责走",
    cites=ACCOUNT.article("", "權隨責走、費隨事轉", gist="不属于社区而社区有优势的工作，权限随责任走"),
)
def powers_follow_the_duty(request: AccessRequest, given: Given) -> Finding:
    """Work that is not the community's own comes with the powers that it takes (BJ-04)."""
    if request.duty is not Duty.ENTRUSTED:
        return not_applicable()
    if not request.powers:
        return require("没有写明一并下放哪些权限", cure="填写随事项下放的权限，例如查询、登记、组织")
    return satisfied(f"一并下放：{request.powers}")


@rule(
    *AT_DECISION,
    title="按项目管理：有目标、按项目付款",
    cites=ACCOUNT.article(
        "", "以項目落實目標管理,按項目支付經費", gist="长期和临时事项都按项目管理，定目标、付经费"
    ),
)
def every_task_is_a_project(request: AccessRequest, given: Given) -> Finding:
    """Long-term or temporary, a task has a target, and is paid for against it (BJ-05)."""
    if request.duty not in DEPARTMENTAL:
        return not_applicable()
    missing = [
        name for name, value in (("完成目标", request.targets), ("付款方式", request.payment)) if not value
    ]
    if missing:
        return require(
            f"按项目管理还缺：{'、'.join(missing)}",
            cure="写明做到什么程度算完成、按什么付款（长期事项按年付）",
        )
    return satisfied("临时项目" if request.temporary else "长期项目，按年付款")


@rule(
    *AT_DECISION,
    title="街道层级社区：审批执法归位于政府",
    cites=LUGU_ACCOUNT.article("", "行政審批和執法的職能", gist="带有审批和执法的职能归位于政府部门"),
    uses=(STREET_LEVEL_COMMUNITY,),
)
def approval_and_enforcement_return_to_the_department(request: AccessRequest, given: Given) -> Finding:
    """In a street-level community approval and enforcement go back to government (BJ-15, first 归位)."""
    if not given[STREET_LEVEL_COMMUNITY] or request.duty is Duty.SELF_GOVERNMENT:
        return not_applicable()
    if request.nature not in (Nature.ENFORCEMENT, Nature.ADMINISTRATIVE):
        return not_applicable()
    if request.wanted in (Landing.COMMITTEE, Landing.STATION):
        return refuse("审批和执法职能归位于政府，不落到社区", cure="改为由主管部门自己办理")
    return set_term(LANDING, Landing.DEPARTMENT.value, "审批和执法归位于政府部门")


@rule(
    *AT_DECISION,
    title="街道层级社区：社会事务归位于自治组织",
    cites=LUGU_ACCOUNT.article(
        "", "交由社區自治組織和社團組織承擔", gist="部分社会管理职能交社区自治组织承担"
    ),
    uses=(STREET_LEVEL_COMMUNITY, STREET_LEVEL_SYSTEMS),
    power=Verdict.SATISFIED,
)
def social_affairs_return_to_self_government(request: AccessRequest, given: Given) -> Finding:
    """In a street-level community social affairs go to the self-governing bodies (BJ-15, second 归位)."""
    if not given[STREET_LEVEL_COMMUNITY]:
        return not_applicable()
    if request.nature is Nature.SERVICE or (
        request.duty is Duty.SELF_GOVERNMENT and request.nature is not Nature.ENFORCEMENT
    ):
        *_, self_governing = given[STREET_LEVEL_SYSTEMS]
        return set_term(LANDING, Landing.COMMITTEE.value, f"社会事务由社区自治组织承担（{self_governing}）")
    return not_applicable()


RULES = (
    public_service_goes_to_the_station,
    station_work_has_a_manager_and_a_guide,
    tasks_staff_and_money_are_fixed,
    money_follows_the_task,
    powers_follow_the_duty,
    every_task_is_a_project,
    approval_and_enforcement_return_to_the_department,
    social_affairs_return_to_self_government,
)
