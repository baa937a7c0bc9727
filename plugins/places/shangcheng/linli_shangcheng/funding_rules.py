"""公益创投 in 上城: projects start from what residents need."""

from __future__ import annotations

from linli.findings import Finding, require, satisfied
from linli.funding import Candidacy
from linli.rules import Given, rule
from linli_shangcheng.sources import ACCOUNT

NEED_LED = ACCOUNT.article("", "以居民需求为导向", gist="供需对接，以居民需求为导向")


@rule("grant.apply", title="项目要对应居民的需求", cites=NEED_LED)
def grant_answers_a_need(facts: Candidacy, given: Given) -> Finding:
    """A grant is matched to a need that residents have named."""
    if not facts.request.need.strip():
        return require("没有写回应哪一项居民需求", "写明居民需求及其编号或出处")
    return satisfied()


FUNDING_RULES = (grant_answers_a_need,)
