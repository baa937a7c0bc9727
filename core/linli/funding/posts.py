"""The posts that act in venture grants. Nobody who moves a project along its stages may release its money."""

from __future__ import annotations

from linli.procedures import Post, Reach

FUNDER = Post("funder", "资助方经办人", Reach.BELOW)
OPERATOR = Post("grant_operator", "第三方机构", Reach.BELOW)
EXPERT = Post("grant_expert", "评审专家", Reach.BELOW)
AWARDER = Post("grant_decider", "资助决定人", Reach.BELOW)
TREASURER = Post("treasurer", "拨款人", Reach.BELOW)
ORGANIZATION = Post("organization", "社会组织", Reach.OWN_UNIT)
SUPERVISION = Post("affairs_supervision", "居务监督委员会", Reach.OWN_PLACE)
