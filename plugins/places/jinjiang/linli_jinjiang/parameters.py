"""Figures of Jinjiang. The account names the ills and no numbers, so both figures are examples."""

from __future__ import annotations

from linli.access import ADMINISTRATIVE_SHARE_PERCENT, PLATE_LIMIT
from linli_jinjiang.sources import FIRST_STATION, JINJIANG

PARAMETERS = (
    PLATE_LIMIT.at(JINJIANG, 3, since=FIRST_STATION, example=True),
    ADMINISTRATIVE_SHARE_PERCENT.at(JINJIANG, 30, since=FIRST_STATION, example=True),
)
