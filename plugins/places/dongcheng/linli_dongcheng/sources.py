"""The account of Dongcheng that its rules rest on: an article, not a regulation."""

from __future__ import annotations

from datetime import date

from linli.citations import Rank, Source

DONGCHENG = "110101000000"

ACCOUNT = Source(
    "dongcheng-account",
    "社区基层治理东城模式",
    Rank.ACCOUNT,
    since=date(2019, 1, 1),
    place=DONGCHENG,
    text="dongcheng.txt",
    note="记述东城区做法的文章，不是规范性文件；文中最晚的事在2018年9月，这里从2019年1月1日起算",
)

SOURCES = (ACCOUNT,)
