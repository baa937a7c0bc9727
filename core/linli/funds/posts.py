"""The posts that act for a fund. Who asks, who approves and who pays are three."""

from __future__ import annotations

from linli.procedures import Post, Reach

MANAGER = Post("fund_manager", "基金负责人", Reach.BELOW)
CLERK = Post("fund_clerk", "基金经办人", Reach.BELOW)
APPROVER = Post("fund_approver", "基金审批人", Reach.BELOW)
TREASURER = Post("fund_treasurer", "基金出纳", Reach.BELOW)
STOREKEEPER = Post("storekeeper", "义仓保管员", Reach.BELOW)
