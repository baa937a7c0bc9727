"""Stable matching of needs and offers, by the algorithm of Gale and Shapley; needs propose.

D. Gale and L. S. Shapley, "College Admissions and the Stability of Marriage" (1962). With strict lists the result is
the same in whatever order the needs propose, and no need could do better in any other stable matching.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from linli.errors import BadInput

Choices = Mapping[str, Sequence[str]]
"""For each participant those of the other side that it would accept, the dearest first."""


class Matching(Struct, frozen=True):
    """Pairs (need, offer), sorted, and those on either side who stayed alone."""

    pairs: tuple[tuple[str, str], ...]
    needs_alone: tuple[str, ...]
    offers_alone: tuple[str, ...]


def match(needs: Choices, offers: Choices) -> Matching:
    """Match needs with offers, one to one. Raises `BadInput` for a list with unknown names or with one twice."""
    _check(needs, offers)
    _check(offers, needs)
    liking = {offer: {need: place for place, need in enumerate(listed)} for offer, listed in offers.items()}
    taken: dict[str, str] = {}
    tried = dict.fromkeys(needs, 0)
    free = sorted(needs, reverse=True)
    while free:
        need = free.pop()
        if tried[need] == len(needs[need]):
            continue
        offer = needs[need][tried[need]]
        tried[need] += 1
        held = taken.get(offer)
        if need not in liking[offer] or (held is not None and liking[offer][held] < liking[offer][need]):
            free.append(need)
            continue
        taken[offer] = need
        if held is not None:
            free.append(held)
    return Matching(
        tuple(sorted((need, offer) for offer, need in taken.items())),
        tuple(sorted(needs.keys() - set(taken.values()))),
        tuple(sorted(offers.keys() - taken.keys())),
    )


def blocking_pairs(matching: Matching, needs: Choices, offers: Choices) -> list[tuple[str, str]]:
    """The pairs that would both rather have each other than what they got; a stable matching has none."""
    of_need = dict(matching.pairs)
    of_offer = {offer: need for need, offer in matching.pairs}

    def prefers(listed: Sequence[str], new: str, held: str | None) -> bool:
        return new in listed and (held is None or listed.index(new) < listed.index(held))

    return [
        (need, offer)
        for need, listed in sorted(needs.items())
        for offer in listed
        if of_need.get(need) != offer
        and prefers(listed, offer, of_need.get(need))
        and prefers(offers[offer], need, of_offer.get(offer))
    ]


def _check(choices: Choices, others: Choices) -> None:
    for name, listed in choices.items():
        unknown = set(listed) - others.keys()
        if unknown:
            raise BadInput(f"{name} 选了不在名单上的：{'、'.join(sorted(unknown))}", where=name)
        if len(set(listed)) != len(listed):
            raise BadInput(f"{name} 把同一个选了两次", where=name, cure="每个只排一次")
