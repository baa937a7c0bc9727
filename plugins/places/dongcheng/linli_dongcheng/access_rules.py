"""理顺角色: every item on a committee's list is labelled 自治, 协助, 委托 or 禁入 (DC-27).

The account names the ill: street, departments and committee are not told apart, and a body of self-government plays
the part of an office. The cure is a label on every item; what has none cannot be assigned. The labels stand in the
register `work_items`, of which `work_items.toml` beside this file is the demo's filling.
"""

from __future__ import annotations

from linli.access import AT_DECISION, AT_SUBMISSION, LISTED_ITEM, AccessRequest, Duty
from linli.findings import Finding, not_applicable, refuse, require, review, satisfied
from linli.rules import Given, rule
from linli_dongcheng.sources import ACCOUNT

ROLES = ACCOUNT.article("", "角色關系需要進一步理順", gist="居委会与街道、部门的角色要理顺，自治与交办分开")
BURDEN = ACCOUNT.article("", "扮演的角色大多是政府行政性的角色", gist="居委会不应承担政府的行政性角色")


@rule(*AT_SUBMISSION, *AT_DECISION, title="每件事都要标明自治、协助、委托或禁入", cites=ROLES)
def every_item_is_labelled(request: AccessRequest, given: Given) -> Finding:
    """An item without a label cannot be assigned."""
    if request.duty is None:
        return require(
            "没有标明是自治、协助、委托还是禁入，不能交给社区",
            cure="在“职责归属”里选一项：自治、协助、委托、禁入",
        )
    return satisfied(f"标明为{request.duty.title}")


@rule(*AT_SUBMISSION, *AT_DECISION, title="标注要与清单一致", cites=ROLES, uses=(LISTED_ITEM,))
def label_agrees_with_the_list(request: AccessRequest, given: Given) -> Finding:
    """Where the application and the list label an item differently, a person decides which is right."""
    listed = given[LISTED_ITEM]
    if listed is None or request.duty is None:
        return not_applicable()
    if listed.duty is not request.duty:
        return review(
            f"申请标为{request.duty.title}，清单上“{listed.title}”标为{listed.duty.title}",
            cure=f"改标为{listed.duty.title}，或说明为什么不同",
        )
    return satisfied(f"与清单一致：{listed.duty.title}")


@rule(*AT_SUBMISSION, *AT_DECISION, title="清单上禁入的事项退回部门", cites=BURDEN, uses=(LISTED_ITEM,))
def forbidden_items_go_back(request: AccessRequest, given: Given) -> Finding:
    """An item that the list marks 禁入 goes back to the department that it belongs to."""
    listed = given[LISTED_ITEM]
    if listed is None:
        return not_applicable()
    if listed.duty is Duty.PROHIBITED:
        owner = listed.owner or "主管部门"
        return refuse(
            f"“{listed.title}”在东城区清单上是禁入事项，属于{owner}的职责", cure=f"由{owner}自己办理"
        )
    return satisfied()


RULES = (every_item_is_labelled, label_agrees_with_the_list, forbidden_items_go_back)
