"""The text behind the rules of Shangcheng: an account of how the district works, not a regulation."""

from __future__ import annotations

from datetime import date

from linli.citations import Rank, Source

SHANGCHENG = "330102000000"

ACCOUNT = Source(
    "shangcheng-account",
    "“三社”的边界属性如何厘清？——杭州市上城区的探索与实践",
    Rank.ACCOUNT,
    since=date(2016, 1, 1),
    place=SHANGCHENG,
    text="shangcheng.txt",
    note="2017年3月17日刊出的文章，记述上城区做法，不是规范性文件。文中没有写明各项做法从哪天开始，大约在2016至2017年，"
    "这里从2016年1月1日起算。当时的上城区2021年与江干区合并，现在的上城区范围更大。",
)

ZHEJIANG = "330000000000"
CHARITY_ZHEJIANG_2018 = Source(
    "zhejiang-charity-2018",
    "浙江省实施《慈善法》办法",
    Rank.LOCAL_REGULATION,
    since=date(2019, 1, 1),
    place=ZHEJIANG,
    text="浙江省实施慈善法办法-2018.md",
)

SOURCES = (ACCOUNT, CHARITY_ZHEJIANG_2018)
