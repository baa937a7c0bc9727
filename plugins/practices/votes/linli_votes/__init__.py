"""Polls of residents and their count, as a practice plugin of Linli."""

from __future__ import annotations

from linli.plugins import PRACTICE, Manifest, hook


@hook
def linli_manifest() -> Manifest:
    """Say that this is the practice of counting residents' votes."""
    return Manifest("votes", "居民投票与计票", PRACTICE, description="按公布的规则清点选票，人人可以重算。")
