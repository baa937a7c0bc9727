"""A large deployment of made-up places, to see how it bears size: 20 streets, five years, 100,000 steps.

It acts through the service and not through the API, because it is the store and the rules that are tried.
"""

from __future__ import annotations

import os
import random
import shutil
import time
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct

from linli.citations import NATION
from linli.clockwork import tick
from linli.desk import Call
from linli.registry import find_register, write_entries
from linli.service import Service
from linli_functions.clocks import DemoClock
from linli_functions.opening import open_desk

SLUG, TOP = "scale", "990101000000"
STREETS, COMMUNITIES = 20, 10
BEGIN, DAYS = date(2021, 11, 22), 1825
STEPS = 100_000
TELL_EVERY = 10_000


class Scaled(Struct, frozen=True):
    """What came of it: steps and matters stored, seconds taken, bytes of the store."""

    steps: int
    matters: int
    seconds: float
    size: int


def scale(infra: Path, home: Path, told: Callable[[str], None], steps: int = STEPS) -> Scaled:
    """Make the deployment anew in the home folder and play matters until there are so many steps."""
    if home.exists():
        shutil.rmtree(home)
    path = _configuration(infra, home)
    clock = DemoClock(BEGIN)
    service = open_desk(path, home, clock, os.urandom)
    began = time.perf_counter()
    try:
        done, matters = _play(service, clock, steps, told, began)
    finally:
        service.store.close()
    seconds = time.perf_counter() - began
    size = sum(file.stat().st_size for file in home.glob(f"{SLUG}.sqlite*"))
    told(
        f"{matters} 件事、{done} 步，用了 {seconds:.0f} 秒，每秒 {done / seconds:.0f} 步，存储 {size / 2**20:.0f} MB"
    )
    return Scaled(done, matters, seconds, size)


def communities() -> list[str]:
    """The codes of the made-up communities, street by street."""
    return [f"990101{s:03}{c:03}" for s in range(1, STREETS + 1) for c in range(1, COMMUNITIES + 1)]


def _configuration(infra: Path, home: Path) -> Path:
    """Write a deployment whose places are made up and whose rules are the nation's."""
    jurisdictions, deployments = home / "infra" / "jurisdictions", home / "infra" / "deployments"
    jurisdictions.mkdir(parents=True)
    deployments.mkdir()
    above = next((infra / "jurisdictions").glob(f"{NATION}-*.toml"))
    shutil.copy(above, jurisdictions)
    model = tomllib.loads(next((infra / "deployments").glob("*.toml")).read_text("utf-8"))
    brought = tomllib.loads(above.read_text("utf-8"))["plugins"]
    plugins = "\n".join(f'{plugin} = "{model["plugins"][plugin]}"' for plugin in brought)
    rows = ['{ code = "990000000000", level = "province", title = "试验省", parent = "000000000000" }']
    rows.append('{ code = "990100000000", level = "city", title = "试验市", parent = "990000000000" }')
    rows.append(f'{{ code = "{TOP}", level = "district", title = "试验区", parent = "990100000000" }}')
    for s in range(1, STREETS + 1):
        street = f"990101{s:03}000"
        rows.append(f'{{ code = "{street}", level = "street", title = "第{s}街道", parent = "{TOP}" }}')
        rows += [
            f'{{ code = "990101{s:03}{c:03}", level = "community", title = "第{s}街道{c}社区", parent = "{street}" }}'
            for c in range(1, COMMUNITIES + 1)
        ]
    places = ",\n".join(rows)
    (jurisdictions / f"{TOP}-scale.toml").write_text(
        f'place = "{TOP}"\ntitle = "试验区"\nplaces = [\n{places}\n]\n', "utf-8"
    )
    path = deployments / f"{SLUG}.toml"
    path.write_text(
        f'slug = "{SLUG}"\ntitle = "规模试验"\nowner = "规模试验"\nplace = "{TOP}"\nstore = "{SLUG}.sqlite"\n'
        f'jurisdictions = ["{above.name}", "{TOP}-scale.toml"]\nnotices = []\n[plugins]\n{plugins}\n',
        "utf-8",
    )
    return path


def _play(
    service: Service, clock: DemoClock, wanted: int, told: Callable[[str], None], began: float
) -> tuple[int, int]:
    """Apply, verify, admit, refuse and note, day by day, until so many steps are stored."""
    _appoint(service)
    clerk, reviewer, decider = (service.person(f"demo-{name}") for name in ("clerk", "reviewer", "decider"))
    committees = {code: service.person(f"demo-{code}") for code in communities()}
    chance = random.Random(7)  # noqa: S311 (a story, not a secret)
    done = matters = 0
    heard = ticked = 0
    while done < wanted:
        day = BEGIN + timedelta(days=min(DAYS, DAYS * done // wanted))
        if day > clock.today():
            clock.set_day(day)
        if done - ticked >= TELL_EVERY:
            tick(service.desk)
            ticked = done
        chosen = chance.sample(communities(), 20)
        call = Call(procedure="access", action="submit", place=TOP, facts=_facts(chosen, day))
        applied = service.take(call, clerk)
        done, matters = done + 1, matters + 1
        if applied.stage == "under_review":
            verified = {"duty": "entrusted", "nature": "service"}
            service.take(
                Call(procedure="access", action="review", matter=applied.matter, facts=verified), reviewer
            )
            reason = {"reason": "符合规定，同意"}
            admitted = service.take(
                Call(procedure="access", action="admit", matter=applied.matter, facts=reason), decider
            )
            done, matters = done + 3 + len(admitted.children), matters + len(admitted.children)
        for code in chosen[:4]:
            note = {"title": "补填台账", "kinds": ["ledger"], "hours": 3}
            service.take(Call(procedure="burden", action="note", place=code, facts=note), committees[code])
            done, matters = done + 1, matters + 1
        if done - heard >= TELL_EVERY:
            heard = done
            told(f"{done} 步，{day}，每秒 {done / (time.perf_counter() - began):.0f} 步")
    tick(service.desk)
    return done, matters


def _appoint(service: Service) -> None:
    posts = [
        ("clerk", "department", TOP),
        ("reviewer", "access_reviewer", TOP),
        ("decider", "access_decider", TOP),
    ]
    posts += [(code, "committee", code) for code in communities()]
    rows: list[dict[str, Any]] = [
        {"id": name, "person": f"demo-{name}", "post": post, "place": place, "since": BEGIN.isoformat()}
        for name, post, place in posts
    ]
    rows[0]["unit"] = "区卫生健康局"
    write_entries(service.desk, find_register(service.desk, "appointments"), rows, BEGIN, "system")


def _facts(chosen: list[str], day: date) -> dict[str, Any]:
    starts = day + timedelta(days=60)
    return {
        "title": "居民健康档案核对",
        "communities": [{"community": code, "need_fen": 600_000, "offered_fen": 600_000} for code in chosen],
        "basis": "国家基本公共卫生服务规范",
        "duty": "entrusted",
        "nature": "service",
        "kinds": ["task"],
        "starts": starts.isoformat(),
        "ends": (starts + timedelta(days=150)).isoformat(),
        "targets": "更新率百分之八十",
        "persons": 20,
        "days": 10,
        "consent": "区政府同意",
        "payment": "按完成情况",
    }
