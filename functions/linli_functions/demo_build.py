"""Building a demo: the cast appointed, the lists imported, the story played, the portal built."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from msgspec import Struct

from linli.clockwork import tick
from linli.deployment import Deployment
from linli.service import Service
from linli_functions.building import Builder
from linli_functions.clocks import DemoClock, instant
from linli_functions.demo_cast import ADMINISTRATOR_KEY, SINCE, cast, registers_of, subject_of
from linli_functions.demo_script import Script, read_script
from linli_functions.demo_story import Story, play
from linli_functions.demo_town import Town
from linli_functions.identity import DemoIdentity
from linli_functions.opening import log_signer, open_desk, session_key

AS_OF = date(2026, 11, 20)
"""The day on which the demo's story ends and its clock starts."""
PORTALS = "portal"
NOTICE = "这是演示：地名是真的，事项、数字和人员都是编的。"


class Built(Struct, frozen=True, kw_only=True):
    """What was built: how many matters and steps, in how many seconds, and how many more the portal took."""

    slug: str
    title: str
    matters: int
    steps: int
    seconds: float
    portal_seconds: float = 0.0


def build_deployment(
    path: Path, home: Path, address: str = "", told: Callable[[str], None] = lambda said: None
) -> Built:
    """Play the story of one deployment into a fresh store in the home folder; ``told`` hears of the progress.

    With an ``address`` (no slash at its end), under which it will be served, its portal is built too.
    Raises `LoadFault` where the script does not come true.
    """
    began = time.perf_counter()
    clock = DemoClock(SINCE)
    service = open_desk(path, home, clock)
    try:
        deployment = service.deployment
        play_story(service, home, clock, told)
        matters, steps = counted(service)
        played = time.perf_counter()
        if address:
            Builder(home / PORTALS, address, NOTICE)(service, None)
    finally:
        service.store.close()
    return Built(
        slug=deployment.slug,
        title=deployment.title,
        matters=matters,
        steps=steps,
        seconds=played - began,
        portal_seconds=time.perf_counter() - played,
    )


def play_story(
    service: Service, home: Path, clock: DemoClock, told: Callable[[str], None] = lambda said: None
) -> None:
    """Play the story of a deployment into its empty store; the home folder holds its keys."""
    script = read_script(service.deployment)
    town = _settled(service, script, home, clock)
    try:
        play(Story(town, script, AS_OF), _by_half_year(service.deployment, told))
    finally:
        town.close()


def _settled(service: Service, script: Script, home: Path, clock: DemoClock) -> Town:
    """The town with everyone appointed and its lists of work and stations imported."""
    deployment = service.deployment
    members = cast(deployment, script)
    personas = [member.persona(deployment.slug) for member in members]
    identity = DemoIdentity(personas, session_key(home), instant, os.urandom, demo=True)
    signer = log_signer(home, deployment.slug)
    town = Town(service, identity, clock, lambda: tick(service.desk, signer))
    administrator = subject_of(ADMINISTRATOR_KEY)
    town.admit_administrator(next(member for member in members if member.subject == administrator))
    everyone = (member for member in members if member.subject != administrator)
    town.enter("appointments", [row for member in everyone for row in member.appointments])
    for register, rows in registers_of(deployment, script).items():
        town.enter(register, rows)
    return town


def counted(service: Service) -> tuple[int, int]:
    """How many matters and steps a store holds."""
    matters = steps = 0
    after = ""
    while page := service.store.matters(after):
        matters += len(page)
        steps += sum(service.store.head(matter) for matter in page)
        after = page[-1]
    return matters, steps


def _by_half_year(deployment: Deployment, told: Callable[[str], None]) -> Callable[[date], None]:
    """Tell of the progress once each half year of the story."""
    heard: set[tuple[int, int]] = set()

    def hear(day: date) -> None:
        half = (day.year, (day.month - 1) // 6)
        if half not in heard:
            heard.add(half)
            told(f"{deployment.title}：{day.year} 年{'下' if half[1] else '上'}半年")

    return hear
