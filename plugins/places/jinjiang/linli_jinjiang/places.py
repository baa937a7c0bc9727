"""The streets and communities of Jinjiang, and the street of the first station, which is no more."""

from __future__ import annotations

import csv
from datetime import date
from importlib import resources

from msgspec import structs

from linli.places import Level, Place
from linli_jinjiang.sources import JINJIANG

# 双桂路街道 stands in no current list of codes, so it has a local one. 沙河街道 holds the community that the
# account places there (五福桥社区) and the one that kept its name (双桂路社区).
SHUANGGUILU = "510104000000-shuangguilu"
SHAHE = "510104030000"

_SHUANGGUILU = Place(
    SHUANGGUILU,
    Level.STREET,
    "双桂路街道",
    parent=JINJIANG,
    until=date(2019, 12, 24),
    note="成都市首个社区公共服务站2008年12月5日在这里挂牌。2019年12月25日批复的街道区划调整中撤销，由沙河街道承接；"
    "现行代码表里没有它，用本地编号。撤销日期取批复前一日，待核。",
)


def places() -> list[Place]:
    """Province, city, district, 11 streets, 76 communities, and the historic street."""
    table = resources.files("linli_jinjiang").joinpath("places.csv").read_text("utf-8")
    listed = [
        Place(row["code"], Level(row["level"]), row["title"], row["parent"])
        for row in csv.DictReader(table.splitlines())
    ]
    heirs = [
        structs.replace(place, predecessors=(SHUANGGUILU,)) if place.code == SHAHE else place
        for place in listed
    ]
    return [*heirs, _SHUANGGUILU]
