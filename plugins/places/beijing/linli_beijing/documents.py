"""北京市的五个文件: what the documents that the account names lay down for work that comes to communities (BJ-46).

None of their texts is held; what they say is taken from the account, cited beside each. So the rules here forbid
nothing: they say who is to be heard and how the work is made public.
"""

from __future__ import annotations

from linli.access import AT_DECISION, AccessRequest, Duty, Nature
from linli.findings import Finding, Verdict, not_applicable, set_term
from linli.rules import Given, rule
from linli.terms import Combine, Term
from linli_beijing.sources import ACCOUNT, ASSEMBLY_RULES, CONSULTATION_RULES, DISCLOSURE_OPINIONS

HEARD_BY: Term[tuple[str, ...]] = Term("access.heard_by", "由谁商议", tuple, Combine.UNION)
DISCLOSURE: Term[tuple[str, ...]] = Term("access.disclosure", "居务公开要写明", tuple, Combine.UNION)


@rule(
    *AT_DECISION,
    title="居民自己的事由居民会议决定",
    cites=(
        ACCOUNT.article(
            "",
            "凡是與社區居民切身利益密切相關的事項,都要實行民主決策",
            gist="与居民切身利益密切相关的事项实行民主决策",
        ),
        ASSEMBLY_RULES.article("", gist="规范居民会议民主决策的程序（据记述）"),
    ),
    power=Verdict.SATISFIED,
)
def residents_decide_their_own_affairs(request: AccessRequest, given: Given) -> Finding:
    """What is the residents' own affair goes to their assembly."""
    if request.duty is not Duty.SELF_GOVERNMENT:
        return not_applicable()
    return set_term(HEARD_BY, ("居民会议",), "居民自治事项，由居民会议民主决策")


@rule(
    *AT_DECISION,
    title="服务事项与驻区单位协商",
    cites=(
        ACCOUNT.article(
            "",
            "建立起社區居委會與駐區單位共同參加的議事協商會議制度",
            gist="居委会与驻区单位共同参加议事协商会议，共享资源",
        ),
        CONSULTATION_RULES.article("", gist="居委会与驻区单位议事协商的规则（据记述）"),
    ),
    power=Verdict.SATISFIED,
)
def services_are_talked_over_with_local_units(request: AccessRequest, given: Given) -> Finding:
    """Services are talked over with the units of the area, so that resources are shared."""
    if request.nature is not Nature.SERVICE:
        return not_applicable()
    return set_term(HEARD_BY, ("社区议事协商会议",), "服务事项，与驻区单位协商、共享资源")


@rule(
    *AT_DECISION,
    title="居务公开写明内容、时间、形式和程序",
    cites=(
        ACCOUNT.article(
            "",
            "明確社區居務公開的內容、時間、形式和程序",
            gist="居务公开的内容、时间、形式和程序都要明确",
        ),
        DISCLOSURE_OPINIONS.article("", gist="健全社区居务公开制度（据记述）"),
    ),
    power=Verdict.SATISFIED,
)
def disclosure_has_four_parts(request: AccessRequest, given: Given) -> Finding:
    """Work that comes to a community is disclosed with its content, time, form and procedure."""
    if request.duty not in (Duty.ASSIST, Duty.ENTRUSTED):
        return not_applicable()
    return set_term(DISCLOSURE, ("内容", "形式", "时间", "程序"), "列入居务公开，四项写明")


RULES = (
    residents_decide_their_own_affairs,
    services_are_talked_over_with_local_units,
    disclosure_has_four_parts,
)
