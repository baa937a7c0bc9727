"""Each place tunes the practices of deliberation by rules and figures of its own, and the practices name no place."""

from __future__ import annotations

import pytest

from linli.plugins import PLACE
from tests.systems.town import deployment

# The place whose plugin tunes, the deployment in which it is seen, and what it tunes: procedures by the practice that
# brings them. Compacts follow the law of the nation where an account tells nothing of its own.
TUNED = {
    "dongcheng": ("dongcheng", {"bodies", "deliberation", "compacts"}),
    "beijing": ("lugu", {"bodies", "deliberation", "compacts"}),
    "chongchuan": ("chongchuan", {"bodies", "deliberation"}),
    "jinjiang": ("jinjiang", {"bodies", "deliberation"}),
    "shangcheng": ("shangcheng", {"bodies", "deliberation"}),
}
PRACTICES = {
    "bodies": {"body", "seat", "election", "registration", "grouping", "demand", "duty", "talent", "message"},
    "deliberation": {"meeting", "proposal", "consultation", "task", "manual", "hearing", "open_space"},
    "compacts": {"compact", "compact_request"},
}


@pytest.mark.parametrize("place", sorted(TUNED))
def test_a_place_has_rules_of_its_own_in_each_practice(place: str) -> None:
    slug, practices = TUNED[place]
    judged = {bound.moment.split(".")[0] for bound in deployment(slug).rules if bound.plugin == place}
    for practice in practices:
        assert judged & PRACTICES[practice], f"{place} says nothing of {practice}"


@pytest.mark.parametrize("slug", sorted({slug for slug, _ in TUNED.values()}))
def test_every_place_has_the_three_practices_and_none_brings_rules_itself(slug: str) -> None:
    loaded = deployment(slug)
    kinds = {manifest.id: manifest.kind for manifest in loaded.plugins}
    assert kinds.keys() >= PRACTICES.keys()
    assert {kinds[bound.plugin] for bound in loaded.rules} == {PLACE}


FIGURES = {
    "dongcheng": {
        "bodies.meeting_days",
        "grouping.size",
        "compacts.courtyard_topics",
        "compacts.small_bodies",
    },
    "lugu": {"deliberation.least_in_quarter", "meeting.owners_call", "meeting.owners_notice_days"},
    "jinjiang": {"bodies.covered_levels", "proposal.months", "proposal.signers_least"},
}


@pytest.mark.parametrize("slug", sorted(FIGURES))
def test_a_place_gives_figures_of_its_own(slug: str) -> None:
    own = {setting.parameter.id for setting in deployment(slug).settings if setting.place != "000000000000"}
    assert own >= FIGURES[slug]
