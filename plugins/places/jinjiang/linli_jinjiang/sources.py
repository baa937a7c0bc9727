"""The text behind the rules of Jinjiang: an account of how the district works, not a regulation."""

from __future__ import annotations

from datetime import date

from linli.citations import Rank, Source

JINJIANG = "510104000000"

# The first day of the first public service station, in 双桂路街道; from then on work needs admission.
FIRST_STATION = date(2008, 12, 5)

ACCOUNT = Source(
    "jinjiang-account",
    "成都市锦江区社区治理改革案例",
    Rank.ACCOUNT,
    since=date(2008, 1, 1),
    place=JINJIANG,
    text="jinjiang.txt",
    note="记述锦江区做法的案例，不是规范性文件。文中说2008年起街道剥离经济职能，没有写明哪一天，这里从2008年1月1日起算；"
    "首个社区公共服务站挂牌是2008年12月5日，社区工作准入从这一天起算。",
)

SOURCES = (ACCOUNT,)
