"""Counting people once each: whoever signs or comes, online or on paper, and for a household once only."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from linli.intake import WHO
from linli.procedures import Once
from linli.steps import Publication

SHOWN_SINGLY = 20


class Seen(Struct, frozen=True):
    """The people seen so far by pseudonym, and the households that they came for."""

    people: frozenset[str] = frozenset()
    households: frozenset[str] = frozenset()
    by_household: bool = False

    @property
    def count(self) -> int:
        """How many count."""
        return len(self.households) if self.by_household else len(self.people)

    def newcomers(self, each: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Those of a row of persons and households who are not counted yet, each once, in order.

        Where households count, one who names none does not count, and the household's name is kept; elsewhere it is
        left away.
        """
        people, households = set(self.people), set(self.households)
        found: list[tuple[str, str]] = []
        for named, household in each:
            person = named.removeprefix(WHO)
            if person in people or (self.by_household and (not household or household in households)):
                continue
            people.add(person)
            households.add(household)
            found.append((person, household if self.by_household else ""))
        return found


def seen(each: Iterable[tuple[str, str]], *, by_household: bool) -> Seen:
    """Everybody of a row of persons and households, each once."""
    found = Seen(by_household=by_household).newcomers(each)
    return Seen(frozenset(p for p, _ in found), frozenset(h for _, h in found if h), by_household)


def once_each(matter: str, act: str, each: Iterable[tuple[str, str]], said: str) -> tuple[Once, ...]:
    """What each of some people (and households, where they count) may do once in a matter.

    The store holds them, so that of two who come at once through different channels one is counted.
    """
    names = [n for person, household in each for n in (person, f"户/{household}") if n != "户/"]
    return tuple(Once(f"{matter}/{act}/{name}", said, "不用再办理") for name in names)


def publication_of_one(count: int, least: int, basis: str) -> tuple[Publication, str]:
    """Whether the step of one more person goes out, with the basis where it does not.

    The first ones do, the one that makes it enough, and of the others about one in twenty of those needed: a page tells
    how many there are without a line for every one of a thousand.
    """
    told = count <= SHOWN_SINGLY or count == least or count % max(least // SHOWN_SINGLY, 1) == 0
    return (Publication.PUBLIC, "") if told else (Publication.WITHHELD, basis)
