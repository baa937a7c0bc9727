"""居委会归位: how much of what lies on a committee is administrative, with an alarm above a limit.

Counted are the items that landed at the committee of one community and may be worked on that day. Items
that landed at the station are the point of the reform and do not count. Nothing is compared with another
community.
"""

from __future__ import annotations

from collections.abc import Iterable

from linli.access import ADMINISTRATIVE_SHARE_PERCENT, carried
from linli.checks import Check, Remark, Survey
from linli.places import Level
from linli_jinjiang.sources import ACCOUNT

RETURN = ACCOUNT.article("", "让居委会归位", gist="把行政事务从居委会剥离，回到自治")


def _look(survey: Survey) -> Iterable[Remark]:
    items, administrative = carried(survey)
    if not items:
        return
    percent = administrative * 100 // items
    limit = survey.rulebook.value(ADMINISTRATIVE_SHARE_PERCENT, survey.on)
    # Compared as whole numbers, so that 30.4 % stands above a limit of 30.
    alarm = limit is not None and administrative * 100 > limit * items
    text = f"居委会承担的 {items} 件事里，行政事务 {administrative} 件，占 {percent}%"
    if alarm:
        text += f"，超过警戒线 {limit}%"
    yield Remark(text, alarm, (("全部", items), ("行政事务", administrative)))


ADMINISTRATIVE_SHARE = Check(
    "jinjiang.administrative-share", "居委会承担的行政事务占比", Level.COMMUNITY, (RETURN,), _look
)
