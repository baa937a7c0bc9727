"""How 上城 deliberates: the association names who carries out and who watches; a service's money is the residents'."""

from __future__ import annotations

from collections.abc import Iterable

from linli.access import OPENS, AccessRequest, Landing, Nature
from linli.findings import Finding, Verdict, not_applicable, refuse, require, satisfied, set_term
from linli.plugins import hook
from linli.rules import Given, Rule, rule
from linli_bodies import kind_of
from linli_bodies.kinds import TITLES
from linli_deliberation import Ballot
from linli_shangcheng.sources import ACCOUNT

ASSOCIATION = ACCOUNT.article(
    "", "构建具有议事、决策、执行和监督等功能", gist="社区发展协会有议事、决策、执行、监督的功能"
)
SETTLED_BY_RESIDENTS = ACCOUNT.article(
    "", "由居民通过协商程序自行解决", gist="服务类事项的经费和资源下放到社区，由居民协商解决，部门指导评价"
)


@rule("meeting.vote", title="协会的决议写明执行和监督，两者不同", cites=ASSOCIATION)
def resolutions_name_who_does_and_who_watches(ballot: Ballot, given: Given) -> Finding:
    """Each resolution of the association names its executor and its supervisor, and they are not the same."""
    if kind_of(ballot.body) != "community_development_association":
        return not_applicable()
    executor, supervisor = ballot.count.executor.strip(), ballot.count.supervisor.strip()
    if not executor or not supervisor:
        return require("决议没有写明由谁执行、由谁监督", "写明执行和监督的组织")
    if executor == supervisor:
        return refuse(f"执行和监督都是{TITLES.get(kind_of(executor), executor)}", "另请一个组织监督")
    return satisfied()


@rule(
    "access.open",
    title="服务类的经费下放到社区，由居民协商",
    cites=SETTLED_BY_RESIDENTS,
    power=Verdict.SATISFIED,
)
def residents_settle_the_services_money(request: AccessRequest, given: Given) -> Finding:
    """A service at the committee opens a consultation with its money; the department is left to appraise."""
    at_the_station = request.wanted is Landing.STATION or request.station_function is not None
    if request.nature is not Nature.SERVICE or at_the_station or not request.offered_fen:
        return not_applicable()
    return set_term(OPENS, "consultation.entrust", "经费到社区账户，由居民协商使用，部门只作评价")


@hook
def deliberation_rules() -> Iterable[Rule]:
    """The rule of the association's resolutions."""
    return [resolutions_name_who_does_and_who_watches]


@hook
def access_rules() -> Iterable[Rule]:
    """The rule that hands a service over to the residents."""
    return [residents_settle_the_services_money]
