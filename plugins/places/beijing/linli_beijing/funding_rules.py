"""參與式 service projects in Beijing (清源, 和平里): a need first, then residents' discussion, then the budget."""

from __future__ import annotations

from linli.findings import Finding, require, satisfied
from linli.funding import Candidacy
from linli.rules import Given, rule
from linli_beijing.sources import ACCOUNT

NEED_LED = ACCOUNT.article(
    "", "以居民需求為導向的社區服務項目化管理", gist="社区服务以居民需求为导向，按项目管理"
)
PARTICIPATORY = ACCOUNT.article(
    "", "參與式社區治理與社區服務項目化管理", gist="居民参与社区治理和服务项目的管理"
)


@rule("grant.apply", title="服务项目至少写一项居民需求", cites=NEED_LED)
def project_cites_a_need(facts: Candidacy, given: Given) -> Finding:
    """A service project is led by at least one need of residents."""
    if not facts.request.need.strip():
        return require("没有写回应哪一项居民需求", "写明居民需求及其编号或出处")
    return satisfied()


@rule("grant.award", title="批准预算之前居民参与讨论", cites=PARTICIPATORY)
def residents_take_part_before_the_budget(facts: Candidacy, given: Given) -> Finding:
    """Residents discuss a project before its budget is approved."""
    if not facts.discussed:
        return require("还没有居民参与讨论的记录，不能批准预算", "由居委会组织居民议事，登记结果")
    return satisfied("居民已经参与讨论")


FUNDING_RULES = (project_cites_a_need, residents_take_part_before_the_budget)
