"""居委会拒绝: a committee may refuse what was not admitted, and not what was."""

from __future__ import annotations

from linli.access import ADMISSION_OF, RefusalAt
from linli.findings import Finding, refuse, satisfied
from linli.rules import HAPPENED, Given, rule
from linli_national.earlier import under
from linli_national.sources import (
    RESIDENTS_COMMITTEE_LAW_1990,
    RESIDENTS_COMMITTEE_LAW_2018,
    RESIDENTS_COMMITTEE_LAW_2026,
)


@rule(
    "refusal.record",
    title="已经准入的事项不能拒绝",
    cites=RESIDENTS_COMMITTEE_LAW_2026.article(
        10,
        "协助人民政府或者街道办事处做好与居民利益有关的其他工作",
        gist="居委会有协助政府做好与居民利益有关工作的职责",
    ),
    governed_by=HAPPENED,
    uses=(ADMISSION_OF,),
)
def admitted_work_is_not_refused(refusal: RefusalAt, given: Given) -> Finding:
    """Work that was admitted for this community, for this day, is the committee's duty to assist with."""
    admission = given[ADMISSION_OF]
    if admission is None:
        return satisfied("没有准入，可以拒绝")
    if refusal.community and admission.community != refusal.community:
        return satisfied(f"“{admission.title}”准入的不是本社区，对本社区无效，可以拒绝")
    if not admission.usable:
        return satisfied(f"“{admission.title}”的准入已经停止，可以拒绝")
    if admission.starts <= refusal.asked_on <= admission.ends:
        return refuse(
            f"“{admission.title}”已经准入，{admission.starts} 至 {admission.ends} 有效，不能按未准入拒绝",
            cure="对这项工作有意见的，可以提出投诉或要求退出",
        )
    return satisfied(
        f"“{admission.title}”的准入期限是 {admission.starts} 至 {admission.ends}，当天无效，可以拒绝"
    )


ASSIST_GIST = "经同意并统一安排的部门工作，由居委会协助进行"
admitted_work_is_not_refused_2018 = under(
    admitted_work_is_not_refused,
    RESIDENTS_COMMITTEE_LAW_2018.article(20, "协助进行的工作", gist=ASSIST_GIST),
    "2018",
)
admitted_work_is_not_refused_1990 = under(
    admitted_work_is_not_refused,
    RESIDENTS_COMMITTEE_LAW_1990.article(20, "协助进行的工作", gist=ASSIST_GIST),
    "1990",
)

RULES = (
    admitted_work_is_not_refused_1990,
    admitted_work_is_not_refused_2018,
    admitted_work_is_not_refused,
)
