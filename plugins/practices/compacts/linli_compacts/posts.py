"""Who acts on compacts, beside residents, their committee and the street."""

from __future__ import annotations

from linli.procedures import Post, Reach

REGISTRAR = Post("compact_registrar", "公约审查备案人", Reach.BELOW)
