"""A poll as organisers, voters and tellers meet it: a shipped deployment over its API, with a roll and a tally key."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from linli.clockwork import tick
from linli.places import Level
from linli.store import Store
from linli_votes.opening import Count, open_and_count
from linli_votes.pages import counted_of
from linli_votes.results import Result
from linli_votes.rolls import code_hash, new_code, voter_key
from linli_votes.sealing import new_private_key, public_of
from tests.systems.town import Told, Town, deployment

SLUG = "chongchuan"
OPENS, CLOSES, COUNTING = date(2026, 3, 2), date(2026, 3, 8), date(2026, 3, 9)
PRIVATE = new_private_key(bytes(range(32)))
ROLL = "户代表2026"
ACTIONS = {
    "choose_one": "choose",
    "approval": "approve",
    "some": "approve",
    "ranked": "rank",
    "points": "give_points",
}


def notice(**more: Any) -> dict[str, Any]:
    """The facts of a notice: three projects for 1,000 yuan, any number of them on a ballot."""
    facts: dict[str, Any] = {
        "question": "用今年的微更新资金做什么",
        "options": [
            {"id": "1", "title": "凉亭", "cost_fen": 60_000},
            {"id": "2", "title": "门灯", "cost_fen": 80_000},
            {"id": "3", "title": "书架", "cost_fen": 30_000},
        ],
        "paper": "approval",
        "budget_fen": 100_000,
        "opens": OPENS.isoformat(),
        "closes": CLOSES.isoformat(),
        "electors": "本社区每户一票",
        "roll": ROLL,
        "electorate": 9,
        "key": public_of(PRIVATE),
        **more,
    }
    return {name: value for name, value in facts.items() if value is not None}


def question(*titles: str, **more: Any) -> dict[str, Any]:
    """The facts of a notice whose options cost nothing; one of them wins."""
    options = [{"id": str(at), "title": title} for at, title in enumerate(titles, 1)]
    return notice(**{"options": options, "budget_fen": None, "seats": 1, "paper": "choose_one", **more})


class Polling:
    """A community that votes: its people, and a roll of ``electorate`` numbers 001, 002, … with their codes."""

    def __init__(
        self,
        folder: Path,
        *,
        electorate: int = 9,
        store: Store | None = None,
        day: date = OPENS,
        imports: bool = True,
    ) -> None:
        places = deployment(SLUG).places
        self.home = places.below(deployment(SLUG).place, Level.COMMUNITY)[0].code
        street = places[self.home].parent
        people = {
            "teller": [("poll_teller", street)],
            "clerk": [("committee", self.home)],
            "another clerk": [("committee", self.home)],
        }
        self.town = Town(SLUG, day, folder, people=people, store=store)
        self.resident = f"resident@{self.home}"
        chance = random.Random(1)
        self.codes = {f"{number:03}": new_code(chance.randbytes(16)) for number in range(1, electorate + 1)}
        if imports:
            self.enroll(self.codes)

    def enroll(self, codes: Mapping[str, str], roll: str = ROLL) -> None:
        """Put numbers with their codes on a roll."""
        rows = [
            {
                "id": voter_key(roll, number),
                "place": self.home,
                "code": code_hash(roll, number, code) if code else "",
            }
            for number, code in codes.items()
        ]
        self.town.imports("voters", rows)

    def announced(self, **more: Any) -> str:
        """The number of a poll that was made public, of a notice with these changes."""
        return self.announce(notice(**{"electorate": len(self.codes), **more}))

    def announce(self, facts: Mapping[str, Any]) -> str:
        return self.town.take("clerk", "announce", facts, procedure="poll", place=self.home).matter

    def cast(
        self, poll: str, number: str, marks: Any, *, code: str | None = None, kind: str = "approval"
    ) -> Told:
        """Cast a ballot online: ids for approvals and ranks, one id for a choice, a mapping for points."""
        action = ACTIONS[kind]
        filled = {
            "choose": lambda: {"choice": marks},
            "approve": lambda: {"choices": list(marks)},
            "rank": lambda: {"ranking": [{"option": id} for id in marks]},
            "give_points": lambda: {"points": [{"option": id, "points": n} for id, n in marks.items()]},
        }[action]()
        facts = {"number": number, "code": self.codes.get(number, "") if code is None else code, **filled}
        return self.town.take(self.resident, action, facts, procedure="ballot", place=self.home, above=poll)

    def enter(self, poll: str, number: str, marks: str = "", *, who: str = "clerk", **more: Any) -> Told:
        """Enter a paper ballot."""
        facts = {"number": number, "marks": marks}
        if "spoiled" in more:
            facts["spoiled"] = more.pop("spoiled")
        return self.town.take(who, "enter", facts, procedure="ballot", place=self.home, above=poll, **more)

    def close(self) -> None:
        """Let the window end, and the clock run on the morning after."""
        self.town.clock.day = COUNTING
        tick(self.town.service.desk)

    def opened(self, poll: str, private: str = PRIVATE) -> Count:
        """Open and count, without handing anything in."""
        return open_and_count(self.town.service, poll, private, random.Random(5).shuffle)

    def counted(self, poll: str) -> Told:
        """Close, open, count and hand in."""
        self.close()
        return self.town.take("teller", "count", self.opened(poll).facts, matter=poll, procedure="poll")

    def result(self, poll: str) -> Result:
        """What a counted poll came to, worked out of its public facts."""
        matter = self.town.service.matter(poll)
        assert matter.state is not None
        counted = counted_of(matter.state)
        assert counted is not None
        return counted.result

    def votes(self, poll: str, ballots: Iterable[tuple[str, ...]]) -> None:
        """Cast ballots online, one a number from the first on."""
        for number, marks in zip(self.codes, ballots, strict=False):
            self.cast(poll, number, marks)
