"""A row of the register of compacts that contradicts itself is refused, with the reason."""

from typing import Any

import pytest

from linli.errors import ManyFaults
from linli.forms import read
from linli_compacts import CompactEntry

ROW = {"code": "c1", "title": "公约", "kind": "community", "place": "990101001000"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"kind": "parking_compact"}, "要写明停车自管会"),
        ({"committee": "990101001000-p1:parking_committee"}, "只有停车自治公约"),
        ({"since": "2020-01-02", "until": "2020-01-01"}, "最后一天早于施行日期"),
    ],
)
def test_a_contradiction_is_refused(more: dict[str, Any], said: str) -> None:
    with pytest.raises(ManyFaults, match=said):
        read(CompactEntry, {**ROW, **more})


def test_a_trial_of_parking_needs_no_committee() -> None:
    assert read(CompactEntry, {**ROW, "kind": "parking_compact", "nature": "trial"}).code == "c1"
