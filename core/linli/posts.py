"""Posts that every procedure knows."""

from __future__ import annotations

from linli.procedures import Post, Reach

RESIDENT = Post("resident", "居民", Reach.OWN_PLACE)
ADMINISTRATOR = Post("administrator", "系统管理员", Reach.BELOW)
PUBLISHER = Post("publisher", "公开审核人", Reach.BELOW)
AUDITOR = Post("auditor", "审计人员", Reach.BELOW)
CLOCK = Post("clock", "系统", Reach.BELOW)
