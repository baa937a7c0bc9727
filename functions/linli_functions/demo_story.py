"""The story of a demo, told in date order: every matter is a life that says on which day it goes on.

A life is a generator. It yields the next day on which something happens to it and is woken on that day; `play` wakes
the lives of a town day by day, so that entries are made on their days although each life is written down at one go.
All chance comes from the seed and the number of the life: the same script gives the same story.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from linli.places import Level
from linli_functions.demo_blanks import Begun
from linli_functions.demo_cases import case_life
from linli_functions.demo_cast import streets, subject_of
from linli_functions.demo_script import Ask, Item, Script
from linli_functions.demo_town import Taken, Town
from linli_functions.demo_wire import Problem

Life = Iterator[date]
FEN = 100

SINCE = date(2025, 1, 6)
REASONS = ("符合规定，社区有需要", "依据清楚，经费落实", "会议研究，同意准入", "材料齐全，同意")
GROUNDS = (
    "任务已并入区级平台办理",
    "居民多次反映重复填报",
    "依据的文件已经废止",
    "社区反映人手不够，协商后退出",
)
COMPLAINTS = ("同样的表报了两次", "要求的材料超出申请范围", "培训没有按约定安排", "占用居民活动室时间太长")


class Story:
    """A town, its script, and how the ordinary lives of one district are made up."""

    def __init__(self, town: Town, script: Script, until: date) -> None:
        """Prepare; ``until`` is the as-of day of the demo."""
        self.town = town
        self.script = script
        self.until = until
        self.communities = town.deployment.places.below(town.deployment.place, Level.COMMUNITY)
        self.by_street = {
            street.code: cycle(town.deployment.places.below(street.code, Level.COMMUNITY))
            for street in streets(town.deployment)
        }
        self.sizes = {
            street: len(town.deployment.places.below(street, Level.COMMUNITY)) for street in self.by_street
        }
        self._turn = cycle(self.by_street)
        self._every = cycle(self.communities)

    def lives(self) -> Iterator[Life]:
        """Every life of the story."""
        script = self.script
        begun: dict[str, Begun] = {}
        for case in script.cases:
            yield case_life(self.town, script, case, self.next_communities, begun)
        weighed = [item for item in script.items for _ in range(item.weight)]
        for number in range(script.applications if weighed else 0):
            chance = self._chance("application", number)
            item = weighed[number % len(weighed)] if number < len(weighed) else chance.choice(weighed)
            yield self._application(item, chance, self._day(chance, number, script.applications))
        for number in range(script.refusals if script.asks else 0):
            chance = self._chance("refusal", number)
            day = self._day(chance, number, script.refusals)
            yield self._refusal(chance.choice(script.asks), chance, day)
        for number in range(script.notes if script.asks else 0):
            chance = self._chance("note", number)
            yield self._note(chance.choice(script.asks), chance, self._day(chance, number, script.notes))

    def next_communities(self, count: int, within: str = "") -> list[str]:
        """The codes of the next communities in turn, all different: of a street, or of all."""
        if within in self.by_street:
            size = min(count, self.sizes[within])
            return [next(self.by_street[within]).code for _ in range(size)]
        return [next(self._every).code for _ in range(min(count, len(self.communities)))]

    def _chance(self, kind: str, number: int) -> random.Random:
        return random.Random(f"{self.script.seed}/{kind}/{number}")  # noqa: S311 (a story, not a secret)

    def _day(self, chance: random.Random, number: int, of: int) -> date:
        """A working weekday, so that the lives of a kind lie evenly over the story."""
        span = (self.until - SINCE).days - 8
        day = SINCE + timedelta(days=(number * span) // of + chance.randrange(6))
        return day - timedelta(days=max(0, day.weekday() - 4))

    def _application(self, item: Item, chance: random.Random, day: date) -> Life:
        yield day
        town, place = self.town, self.town.deployment.place
        if item.emergency or chance.random() < 0.55:
            place = next(self._turn)
        codes = self.next_communities(chance.randint(3, 8), place)
        clerk = subject_of(item.department)
        starts = day if item.emergency else day + timedelta(days=chance.choice((25, 50, 60, 75)))
        facts = _facts(item, codes, starts, day)
        action = "emergency" if item.emergency else "submit"
        taken = town.take(clerk, "access", action, facts, place=place)
        if taken.stage == "returned":
            yield from self._returned(taken, item, codes, clerk, chance)
        stage = town.stage(taken.matter)
        if stage == "emergency":
            yield town.day + timedelta(days=chance.randint(2, 6))
            self._decided(taken, facts, codes, chance)
        if stage != "under_review":
            return
        yield town.day + timedelta(days=chance.randint(2, 7))
        if chance.random() < 0.1:
            said = {"missing": "说明每个社区的人天是怎样测算的"}
            town.take(subject_of("reviewer"), "access", "return", said, matter=taken.matter)
            yield from self._returned(taken, item, codes, clerk, chance)
            if town.stage(taken.matter) != "under_review":
                return
            yield town.day + timedelta(days=chance.randint(2, 5))
        verified = {"duty": facts["duty"], "nature": facts["nature"], "ground": "与清单和文件一致"}
        town.take(subject_of("reviewer"), "access", "review", verified, matter=taken.matter)
        yield town.day + timedelta(days=chance.randint(2, 8))
        self._decided(taken, facts, codes, chance)

    def _returned(
        self, taken: Taken, item: Item, codes: list[str], clerk: str, chance: random.Random
    ) -> Life:
        """The department completes what was returned: with a later start, and everything it can say."""
        town = self.town
        yield town.day + timedelta(days=chance.randint(3, 9))
        if chance.random() < 0.12:
            said = {"reason": "改用部门已有的数据，不再需要社区协助"}
            town.take(clerk, "access", "retract", said, matter=taken.matter)
            return
        facts = _facts(item, codes, town.day + timedelta(days=75), town.day)
        town.take(clerk, "access", "complete", facts, matter=taken.matter)

    def _decided(self, taken: Taken, facts: dict[str, Any], codes: list[str], chance: random.Random) -> None:
        town, luck = self.town, chance.random()
        decider = subject_of("decider")
        if luck < 0.12:
            said = {"reason": "同类工作已有一项在办，合并办理"}
            town.take(decider, "access", "refuse", said, matter=taken.matter)
            return
        chosen: dict[str, Any] = {"reason": chance.choice(REASONS)}
        if luck < 0.24 and len(codes) > 2 and facts.get("emergency") is not True:
            chosen["communities"] = codes[:-1]
            chosen["reason"] = "有一个社区的服务站正在搬迁，这次不进入"
        admitted = town.take(decider, "access", "admit", chosen, matter=taken.matter)
        for child in admitted.children:
            self.begin(self._placement(child, facts, random.Random(chance.random())))  # noqa: S311

    # How a placement that was just opened gets its own life; set by `play`.
    begin: Callable[[Life], None]

    def _placement(self, child: str, facts: dict[str, Any], chance: random.Random) -> Life:
        """What happens to admitted work in a community: reported and paid, complained about, renewed, gone."""
        town, place, luck = self.town, child.rsplit(".", 1)[1], chance.random()
        starts, ends = date.fromisoformat(facts["starts"]), date.fromisoformat(facts["ends"])
        offered = facts["communities"][0]["offered_fen"]
        if luck < 0.45:
            return
        yield max(town.day, starts) + timedelta(days=chance.randint(10, 60))
        if town.stage(child) != "active":
            return
        if luck < 0.62:
            said = {"subject": chance.choice(COMPLAINTS)}
            town.take(subject_of("committee", place), "access", "complain", said, matter=child)
            yield town.day + timedelta(days=chance.randint(3, 12))
            if luck < 0.54 and town.stage(child) == "active":
                ground = {"ground": chance.choice(GROUNDS)}
                town.take(subject_of("decider"), "access", "exit", ground, matter=child)
            return
        by = subject_of(chance.choice(("committee", "station")), place)
        target = {"target": facts["targets"] or "按要求完成"}
        town.take(by, "access", "report", target, matter=child)
        yield town.day + timedelta(days=chance.randint(2, 10))
        if offered and town.stage(child) == "active":
            street = town.deployment.places.above(place, Level.STREET)
            assert street is not None, "a community lies in a street"
            amount = offered if chance.random() < 0.5 else offered // 2
            payer = subject_of("street", street.code)
            # Where a place hands the money of services down at admission, there is nothing left to pay.
            with suppress(Problem):
                town.take(payer, "access", "pay", {"amount_fen": amount}, matter=child)
        if luck < 0.9:
            return
        yield max(town.day, ends - timedelta(days=chance.randint(1, 9)))
        if town.stage(child) == "active":
            said = {
                "ends": (ends + timedelta(days=85)).isoformat(),
                "need_fen": offered,
                "offered_fen": offered,
            }
            town.take(
                subject_of("decider"),
                "access",
                "renew",
                {**said, "reason": "居民满意，再做一季"},
                matter=child,
            )

    def _refusal(self, ask: Ask, chance: random.Random, day: date) -> Life:
        yield day
        [place] = self.next_communities(1, next(self._turn))
        facts = {
            "title": ask.title,
            "asked_by": self._title(ask),
            "asked_on": (day - timedelta(days=chance.randint(0, 5))).isoformat(),
            "kinds": list(ask.kinds),
        }
        taken = self.town.take(subject_of("committee", place), "refusal", "record", facts, place=place)
        if taken.stage == "to_look_at":
            yield day + timedelta(days=chance.randint(1, 6))
            self.town.take(subject_of("decider"), "refusal", "uphold", {}, matter=taken.matter)

    def _note(self, ask: Ask, chance: random.Random, day: date) -> Life:
        yield day
        [place] = self.next_communities(1, next(self._turn))
        facts = {
            "title": ask.title,
            "kinds": list(ask.kinds),
            "asked_by": self._title(ask),
            "hours": ask.hours + chance.randint(0, 4),
        }
        self.town.take(subject_of("committee", place), "burden", "note", facts, place=place)

    def _title(self, ask: Ask) -> str:
        department = self.script.department(ask.department)
        assert department is not None, "checked when the script was read"
        return department.title


def play(story: Story, told: Callable[[date], None]) -> None:
    """Play a story to its as-of day; ``told`` is called with each day on which something happens."""
    waiting: list[tuple[date, int, Life]] = []
    count = 0

    def begin(life: Life) -> None:
        nonlocal count
        count += 1
        day = next(life, None)
        if day is not None and day <= story.until:
            heapq.heappush(waiting, (max(day, story.town.day), count, life))

    story.begin = begin
    for life in story.lives():
        begin(life)
    while waiting:
        day, number, life = heapq.heappop(waiting)
        if day > story.town.day:
            story.town.turn_to(day)
            told(day)
        following = next(life, None)
        if following is not None and following <= story.until:
            heapq.heappush(waiting, (max(following, day), number, life))
    story.town.turn_to(story.until, last=True)


def _facts(item: Item, codes: list[str], starts: date, day: date) -> dict[str, Any]:
    """The form of an ordinary application."""
    ends = starts + timedelta(days=30 * item.months - 2)
    if item.emergency:
        ends = starts + timedelta(days=9)
    shares = [
        {
            "community": code,
            "need_fen": item.yuan * FEN,
            "offered_fen": item.yuan * FEN,
            "plates": item.plates,
        }
        for code in codes
    ]
    said = {"content": "", "targets": "", "contact": "区级联系电话 00000000"}
    given = {
        **said,
        "communities": shares,
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
        **item.facts,
    }
    return {
        name: value.replace("{year}", str(day.year)) if isinstance(value, str) else value
        for name, value in given.items()
    }
