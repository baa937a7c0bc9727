"""The text behind the rules of Chongchuan: an account of how the district works, not a regulation."""

from __future__ import annotations

from datetime import date

from linli.citations import Rank, Source

CHONGCHUAN = "320613000000"

ACCOUNT = Source(
    "chongchuan-account",
    "城市社区微治理发展路径研究",
    Rank.ACCOUNT,
    since=date(2014, 1, 1),
    place=CHONGCHUAN,
    text="chongchuan.txt",
    note="记述南通市崇川区做法的文章，刊于2019年第4期，不是规范性文件。文中没有写明各项做法从哪天开始；"
    "邻里治理大约始于2013至2014年，这里从2014年1月1日起算。",
)

SOURCES = (ACCOUNT,)
