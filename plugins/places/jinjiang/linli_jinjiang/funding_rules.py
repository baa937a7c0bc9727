"""公益或者有偿: community services in 锦江 may be paid for, at prices that everyone can read."""

from __future__ import annotations

from linli.findings import Finding, not_applicable, require, satisfied
from linli.funding import Candidacy
from linli.rules import Given, rule
from linli_jinjiang.sources import ACCOUNT

PAID_SERVICES = ACCOUNT.article("", "提供有偿或低偿应急服务", gist="为居民提供有偿或者低偿的服务")


@rule("grant.apply", title="收费的服务要公布价目", cites=PAID_SERVICES)
def paid_services_have_a_price_list(facts: Candidacy, given: Given) -> Finding:
    """A service that users pay for stands on the published price list; its income is the community's."""
    request = facts.request
    if not request.paid:
        return not_applicable("服务免费")
    if not request.prices:
        return require("服务要收费，没有公布价目表", "逐项写明收费的服务和价格")
    return satisfied("价目表随项目公布，收入记入社区账户")


FUNDING_RULES = (paid_services_have_a_price_list,)
