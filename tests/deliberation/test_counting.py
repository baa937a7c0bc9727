"""Whatever is entered of a meeting: what cannot be is refused with the reason and the article, and nothing is lost."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.systems.hall import Denied, Hall

SHIJIA = "110101007001"
DAY = date(2026, 3, 10)
# A body, what it counts, and its articles of the law of 2026: for those present, and for those who agree.
ASSEMBLY = ("residents_assembly", "adults", Fraction(1, 2), True, "27", "27")
REPRESENTATIVES = ("representative_assembly", "members", Fraction(2, 3), False, "29", "29")


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Hall:
    return Hall("dongcheng", SHIJIA, DAY, tmp_path_factory.mktemp("counting"))


def article_of(told: object, reason: str) -> str:
    """The article behind the finding that gives a reason."""
    found = [f for f in told.judgement["findings"] if reason in f["reason"]]  # type: ignore[attr-defined]
    assert found, reason
    return str(found[0]["cites"][0]["article"])


@settings(max_examples=30, deadline=None)
@given(
    body=st.sampled_from([ASSEMBLY, REPRESENTATIVES]),
    base=st.integers(0, 40),
    present=st.integers(0, 45),
    votes=st.tuples(st.integers(0, 45), st.integers(0, 12), st.integers(0, 12)),
)
def test_no_count_passes_that_cannot_be(
    hall: Hall,
    body: tuple[str, str, Fraction, bool, str, str],
    base: int,
    present: int,
    votes: tuple[int, int, int],
) -> None:
    kind, basis, share, beyond, quorum_article, majority_article = body
    facts = {"basis": basis, "base": base, "representatives": base if basis == "members" else 0}
    called = hall.call(kind, DAY.isoformat(), special="水管爆裂", **facts)
    if base == 0:
        assert called.stage == "not_called"
        assert article_of(called, "算不出") == quorum_article
        return
    assert called.stage == "called", called.adverse
    held = hall.meeting("hold", called.matter, on_paper=present)
    enough = present > base * share if beyond else present >= base * share
    assert (held.stage == "held") == (enough and present <= base)
    if present > base:
        assert article_of(held, "多于应到") == quorum_article
        return
    if not enough:
        assert article_of(held, "还差") == quorum_article
    agreed, against, abstained = votes
    count = {"item": 1, "votes_for": agreed, "votes_against": against, "abstained": abstained}
    if sum(votes) > present:
        article = "第二十七条" if majority_article == "27" else "第二十九条"
        with pytest.raises(Denied, match=f"多于到会.*{article}"):
            hall.meeting("vote", called.matter, **count)
        assert hall.town.stage(called.matter) == held.stage, "nothing is lost: it is counted again"
        return
    hall.meeting("vote", called.matter, **count)
    resolution = hall.entry("resolutions", f"{called.matter}:1")
    assert resolution["adopted"] == (agreed * 2 > present)
    assert bool(resolution["void"]) == (held.stage != "held")
