"""The people of a demo: who holds which post where, as rows of the register of appointments, and as personas.

Subjects are made of posts and places (``demo-reviewer``, ``demo-committee-<code>``), never of names.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from msgspec import Struct, structs

from linli.deployment import Deployment
from linli.places import Level, Place
from linli_functions.demo_script import Part, Script, lists
from linli_functions.identity import Persona

SINCE = date(2025, 1, 1)
ADMINISTRATOR_KEY = "administrator"


class Member(Struct, frozen=True):
    """One of the cast: subject and title, what a visitor can try, and the rows of the register of appointments.

    ``shown`` says whether the sign-in page offers the persona; the rest of the cast only plays.
    """

    subject: str
    title: str
    hint: str
    appointments: tuple[dict[str, Any], ...]
    shown: bool = True

    def persona(self, deployment: str) -> Persona:
        """The member as a persona of a deployment."""
        return Persona(self.subject, self.title, deployment, self.hint)


def subject_of(key: str, place: str = "", number: int = 1) -> str:
    """The subject of a department's clerk or of who plays a part, at a place where there is one for each place."""
    counted = f"{key}-{number}" if number > 1 else key
    return f"demo-{counted}-{place}" if place else f"demo-{counted}"


def cast(deployment: Deployment, script: Script) -> list[Member]:
    """Everyone who acts in a deployment."""
    return [*_departments(deployment, script), *_parts(deployment, script)]


def streets(deployment: Deployment) -> list[Place]:
    """The streets of a deployment that are there today: itself, where it is a street."""
    return [each for each in deployment.places.below(deployment.place, Level.STREET) if each.until is None]


def _departments(deployment: Deployment, script: Script) -> Iterator[Member]:
    for each in script.departments:
        row = _appointment(f"dept-{each.id}", subject_of(each.id), "department", deployment.place)
        yield Member(
            subject_of(each.id),
            f"{each.title}经办人",
            "申请准入、补正、撤回、申请复议",
            ({**row, "unit": each.title},),
            shown=each is script.departments[0] or each is script.departments[1],
        )


def _parts(deployment: Deployment, script: Script) -> Iterator[Member]:
    """Who plays the parts of the script; the sign-in page offers the first of each key."""
    members: dict[str, Member] = {}
    offered: set[str] = set()
    for part in script.parts:
        for place in _places(deployment, part):
            local = place.code if part.level or part.at else ""
            for number in range(1, part.count + 1):
                subject = subject_of(part.key, local, number)
                title = f"{place.title}{part.title}" if local else part.title
                row = _played(part, subject, local or deployment.place, number)
                known = members.get(subject)
                if known is not None:
                    members[subject] = structs.replace(known, appointments=(*known.appointments, row))
                    continue
                shown = part.shown and part.key not in offered
                offered.add(part.key)
                members[subject] = Member(subject, title, part.hint, (row,), shown)
    yield from members.values()


def _places(deployment: Deployment, part: Part) -> list[Place]:
    """Where a part is played: the places it names, those of its level that are there today, or the deployment's own."""
    places = deployment.places
    if part.at:
        return [places[code] for code in part.at if code in places and deployment.covers(code)]
    if not part.level:
        return [places[deployment.place]]
    return [each for each in places.below(deployment.place, Level(part.level)) if each.until is None]


def _played(part: Part, subject: str, place: str, number: int) -> dict[str, Any]:
    """The appointment of who plays a part; several of one person are told apart by their first day."""
    id = f"{subject.removeprefix('demo-')}-{part.post}"
    row = _appointment(id, subject, part.post, place)
    if part.since is not None:
        row |= {"id": f"{id}-{part.since}", "since": part.since.isoformat()}
    if part.until is not None:
        row["until"] = part.until.isoformat()
    if part.deputy_for:
        row["deputy_for"] = subject_of(part.deputy_for)
    if part.unit:
        row["unit"] = part.unit
    return row


def _appointment(id: str, subject: str, post: str, place: str) -> dict[str, Any]:
    return {"id": id, "person": subject, "post": post, "place": place, "since": SINCE.isoformat()}


def registers_of(deployment: Deployment, script: Script) -> dict[str, list[dict[str, Any]]]:
    """The rows of every list: those that plugins ship, those of the script, and the stations that it asks for.

    In the script's rows ``{top}`` stands for the code of the deployment's place.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for source in (lists(deployment), script.registers):
        for register, rows in source.items():
            found.setdefault(register, []).extend(rows)
    stations = found.setdefault("stations", [])
    served = {community for station in stations for community in station["serves"]}
    for street in script.stations_in:
        left = [
            place.code
            for place in deployment.places.below(street, Level.COMMUNITY)
            if place.code not in served
        ]
        if left:
            title = f"{deployment.places[street].title}社区服务站（示例）"
            stations.append({"code": f"ST-{street}", "title": title, "place": street, "serves": left})
    return {register: [_at_top(deployment, row) for row in rows] for register, rows in found.items() if rows}


def _at_top(deployment: Deployment, row: dict[str, Any]) -> dict[str, Any]:
    return {name: deployment.place if value == "{top}" else value for name, value in row.items()}
