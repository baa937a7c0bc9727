"""Access in Shangcheng: enforcement to one department, one station for many committees, service with money.

The account parts work into 服务类 and 执法类; on the axes of access these are natures. What a station handles
carries one of its three functions. All rules here rest on the account alone, so they may refuse inside the
district only.
"""

from __future__ import annotations

from linli.access import (
    AT_DECISION,
    AT_SUBMISSION,
    GUIDE,
    LANDING,
    MANAGER,
    STATION_OF,
    AccessRequest,
    Landing,
    Nature,
)
from linli.findings import Finding, Verdict, not_applicable, refuse, require, satisfied, set_term, set_terms
from linli.places import Level
from linli.rules import Given, rule
from linli_shangcheng.sources import ACCOUNT

MOVED_DOWN = ACCOUNT.article("", "统一由街道属地管理", gist="区属执法主体下移，由街道统一管理")
ONE_STATION = ACCOUNT.article("", "试行“一站对多居”", gist="一个公共服务站服务多个居委会")
THREE_FUNCTIONS = ACCOUNT.article(
    "", "综合服务、公共事务、社会工作三大功能", gist="服务站有综合服务、公共事务、社会工作三项功能"
)
SERVICE = ACCOUNT.article(
    "", "将相应经费与资源下放到社区", gist="服务类事项，经费和资源下放到社区，部门指导评价"
)
ENFORCEMENT = ACCOUNT.article("", "根据责任主体唯一的原则", gist="执法类事项，由唯一的职能部门依法承担")


@rule(*AT_DECISION, title="下移的执法力量由街道管理", cites=MOVED_DOWN, power=Verdict.SATISFIED)
def street_manages_enforcement(request: AccessRequest, given: Given) -> Finding:
    """Enforcement units were moved down to the streets, and the street manages them."""
    if request.nature is not Nature.ENFORCEMENT:
        return not_applicable()
    return set_term(MANAGER, Level.STREET.value, "执法力量下移，由街道统一管理")


@rule(*AT_SUBMISSION, *AT_DECISION, title="执法类只有一个主责部门", cites=ENFORCEMENT)
def enforcement_has_one_department(request: AccessRequest, given: Given) -> Finding:
    """An enforcement item lies with exactly one department and never with a committee or station."""
    if request.nature is not Nature.ENFORCEMENT:
        return not_applicable()
    if len(request.responsible) > 1:
        named = "、".join(request.responsible)
        return refuse(
            f"执法类事项写了 {len(request.responsible)} 个主责部门：{named}", "只保留一个依法承担责任的部门"
        )
    if not request.responsible:
        return require("执法类事项没有写主责部门", "写明唯一的主责部门")
    if request.wanted in (Landing.COMMITTEE, Landing.STATION):
        return refuse(
            f"执法类事项不能落到{request.wanted.title}",
            f"由{request.responsible[0]}依法办理，把“希望落到”改为主责部门",
        )
    return set_term(LANDING, Landing.DEPARTMENT.value, f"由{request.responsible[0]}依法承担")


@rule(*AT_DECISION, title="一站对多居，由服务本社区的站承办", cites=ONE_STATION, uses=(STATION_OF,))
def station_takes_public_service(request: AccessRequest, given: Given) -> Finding:
    """A public-service item for a community is handled by the one station that serves it, among others.

    Administrative items go to the station where there is one; what is meant for a station cannot be admitted
    to a community that none serves.
    """
    if request.nature is Nature.ENFORCEMENT:
        return not_applicable()
    meant = request.wanted is Landing.STATION or request.station_function is not None
    if not meant and request.nature is not Nature.ADMINISTRATIVE:
        return not_applicable()
    stations = given[STATION_OF]
    if stations and all(stations):
        return set_term(
            LANDING, Landing.STATION.value, f"由公共服务站 {'、'.join(sorted(set(stations)))} 承办"
        )
    if not meant:
        return not_applicable("这里还没有公共服务站")
    without = [code for code, station in zip(request.community_codes, stations, strict=True) if not station]
    return refuse(
        f"没有公共服务站服务社区 {'、'.join(without)}",
        "先在服务站名册里登记服务这个社区的站，或者改落到居民委员会",
    )


@rule(*AT_SUBMISSION, title="服务站的事项写明三大功能之一", cites=THREE_FUNCTIONS, uses=(STATION_OF,))
def station_item_names_its_function(request: AccessRequest, given: Given) -> Finding:
    """An item at a station carries one of its functions: general service, public affairs or social work."""
    if request.nature is Nature.ENFORCEMENT:
        return not_applicable()
    stations = given[STATION_OF]
    served = request.nature is Nature.ADMINISTRATIVE and any(stations)
    if request.wanted is not Landing.STATION and not served:
        return not_applicable("不由服务站承办")
    if request.station_function is None:
        return require("服务站承办的事项没有写明职能", "在综合服务、公共事务、社会工作里选一项")
    return satisfied(f"服务站职能：{request.station_function.title}")


@rule(*AT_SUBMISSION, *AT_DECISION, title="服务类的经费下放到社区", cites=SERVICE)
def service_brings_its_money(request: AccessRequest, given: Given) -> Finding:
    """The money of a service item goes down to each community; the department guides and appraises."""
    if request.nature is not Nature.SERVICE:
        return not_applicable()
    if request.emergency and request.temporary:
        return not_applicable("应急先行，经费在补办审核时安排")
    without = [share.community for share in request.communities if share.offered_fen <= 0]
    if without:
        return require(
            f"服务类事项没有给社区 {'、'.join(without)} 安排经费", "把相应经费和资源安排到每个社区"
        )
    terms = {}
    if request.wanted is not Landing.STATION and request.station_function is None:
        terms[LANDING] = Landing.COMMITTEE.value
    if len(request.responsible) == 1:
        terms[GUIDE] = request.responsible[0]
    return set_terms(terms, "经费和资源下放到社区，由居民协商使用，部门指导评价")


RULES = (
    street_manages_enforcement,
    enforcement_has_one_department,
    station_takes_public_service,
    station_item_names_its_function,
    service_brings_its_money,
)
