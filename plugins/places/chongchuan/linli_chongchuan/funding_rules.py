"""微项目 in 崇川: four elements, a scorecard of four, and a mix of resources that fits the task."""

from __future__ import annotations

from linli.findings import Finding, not_applicable, require, satisfied
from linli.funding import Announcement, Candidacy, Criterion, Means, Theme
from linli.rules import Given, rule
from linli_chongchuan.sources import ACCOUNT

ELEMENTS = ACCOUNT.article("", "设定项目目标、计划、主体、评价等要素", gist="微项目有目标、计划、主体和评价")
MIX = ACCOUNT.article("", "坚持资源整合", gist="按事情的难易，由社区自有或者整合多方资源")

SCORECARD = (Criterion.NEED, Criterion.BENEFIT, Criterion.FEASIBILITY, Criterion.SUSTAINABILITY)


@rule("call.publish", title="微项目的评分看需求、受益、可行、可持续", cites=ELEMENTS)
def micro_projects_are_scored_on_four(call: Announcement, given: Given) -> Finding:
    """The scorecard of micro-projects has need, benefit, what can be borne, and whether it lasts."""
    if not call.micro:
        return not_applicable()
    named = {weight.criterion for weight in call.rubric}
    missing = [criterion.title for criterion in SCORECARD if criterion not in named]
    if missing:
        return require(f"微项目的评分标准缺{'、'.join(missing)}", f"在评分标准里加上{'、'.join(missing)}")
    return satisfied()


@rule("grant.apply", title="资源组合要与项目相称", cites=MIX)
def resources_fit_the_task(facts: Candidacy, given: Given) -> Finding:
    """Care for the elderly needs government money, organisations and professionals; a parking project need not."""
    request = facts.request
    if not request.resources:
        return require("没有写资源组合", "写明社区、部门、企业、社会组织或专业人员各出什么")
    if request.theme is not Theme.ELDERLY:
        return satisfied()
    wanted = (Means.DEPARTMENT, Means.ORGANIZATION, Means.PROFESSIONALS)
    missing = [means.title for means in wanted if means not in request.brought_by]
    if missing:
        return require(f"资源组合不完整：为老服务缺{'、'.join(missing)}", f"补上{'、'.join(missing)}的资源")
    return satisfied()


FUNDING_RULES = (micro_projects_are_scored_on_four, resources_fit_the_task)
