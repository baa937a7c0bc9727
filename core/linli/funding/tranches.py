"""Tranches: how an award is split, and what has to be there before each part is released."""

from __future__ import annotations

from collections.abc import Sequence

from linli.money import split

FAILED = "不合格"


def tranches(award_fen: int, parts: str) -> tuple[int, ...]:
    """The amounts of an award by a split such as ``50/30/20``; no fen is lost (largest remainder)."""
    return split(award_fen, [int(part) for part in parts.split("/")])


def paid_at(done: Sequence[str]) -> list[int]:
    """Where in the order of actions the payments stand that the bank did not send back."""
    payments: list[int] = []
    for index, action in enumerate(done):
        if action == "pay":
            payments.append(index)
        elif action == "bounce":
            payments.pop()
    return payments


def missing(done: Sequence[str], tranche: int, count: int, *, passed: bool, grade: str) -> str:
    """What still keeps a tranche (from 1) of ``count`` from being released, in Chinese; empty when nothing does.

    ``done`` are the ids of the actions taken, in order; ``passed`` says that the mid-term evaluation was passed,
    ``grade`` is that of the final one, empty before. The first follows the agreement, the last the final evaluation,
    each one between the mid-term evaluation; all but the first want a report since the last payment. What the bank
    sent back was not paid.
    """
    payments = paid_at(done)
    paid = len(payments)
    if tranche > count:
        return f"一共只有 {count} 期"
    if tranche <= paid:
        return f"第 {tranche} 期已经拨付"
    if tranche > paid + 1:
        return f"先拨付第 {paid + 1} 期"
    if "sign" not in done:
        return "还没有签订协议"
    if tranche == 1:
        return ""
    if "report" not in done[payments[-1] :]:
        return "上次拨付以后还没有进展报告和支出凭证"
    if tranche < count:
        return "" if passed else "还没有通过中期评估"
    if not grade:
        return "还没有结项评估"
    return "结项评估不合格，不拨末期款" if grade == FAILED else ""
