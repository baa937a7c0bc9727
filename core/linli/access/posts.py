"""The posts that act in access, beside those that every procedure knows."""

from __future__ import annotations

from linli.procedures import Post, Reach

DEPARTMENT = Post("department", "部门经办人", Reach.OWN_UNIT)
STREET = Post("street", "街道经办人", Reach.BELOW)
REVIEWER = Post("access_reviewer", "准入审核人", Reach.BELOW)
DECIDER = Post("access_decider", "准入决定人", Reach.BELOW)
COMMITTEE = Post("committee", "居民委员会", Reach.OWN_PLACE)
STATION = Post("station", "社区服务站", Reach.OWN_PLACE)
