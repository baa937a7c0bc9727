"""The people of a demo: who holds which post where, as rows of the register of appointments, and as personas.

Subjects are made of posts and places (``demo-reviewer``, ``demo-committee-<code>``), never of names.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from msgspec import Struct

from linli.deployment import Deployment
from linli.places import Level, Place
from linli_functions.demo_script import Script, lists
from linli_functions.identity import Persona

SINCE = date(2025, 1, 1)
ADMINISTRATOR_KEY = "administrator"

# Posts of the whole deployment: the key in a script, the post, the title, and what a visitor can try as that persona.
OFFICE = (
    ("reviewer", "access_reviewer", "准入审核人", "审核申请、退回补正、管理清单和服务站名册"),
    ("decider", "access_decider", "准入决定人", "准入、不予准入、续期、退出、答复复议"),
    ("administrator", "administrator", "系统管理员", "名册导入和更正"),
    ("publisher", "publisher", "公开审核人", "公开前审核文字材料"),
)
# Posts of one place each, by level: the key, the post, the title after the place's own.
LOCAL = {
    Level.STREET: (("street", "street", "街道经办人", "应急先行、付款给社区"),),
    Level.COMMUNITY: (
        ("committee", "committee", "居委会", "拒绝未经准入的工作、记一笔、反映问题、报告完成"),
        ("station", "station", "服务站", "报告完成的目标"),
        ("resident", "resident", "居民", "反映问题、申请复议"),
    ),
}
# In this month of the story someone stands in for whoever decides.
DEPUTY_SINCE, DEPUTY_UNTIL = date(2025, 8, 1), date(2025, 8, 31)
DEPUTY_AGAIN, DEPUTY_LAST = date(2026, 11, 1), date(2026, 12, 31)


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


def subject_of(post: str, place: str = "") -> str:
    """The subject of a department's clerk or of a post, at a place where the post has one of its own."""
    return f"demo-{post}-{place}" if place else f"demo-{post}"


def cast(deployment: Deployment, script: Script) -> list[Member]:
    """Everyone who acts in a deployment."""
    return [*_departments(deployment, script), *_office(deployment), *_local(deployment)]


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


def _office(deployment: Deployment) -> Iterator[Member]:
    top = deployment.place
    for key, post, title, hint in OFFICE:
        yield Member(subject_of(key), title, hint, (_appointment(key, subject_of(key), post, top),))
    acting = {"post": "access_decider", "deputy_for": subject_of("decider")}
    first = _appointment("deputy-1", subject_of("deputy"), "access_decider", top) | acting
    again = _appointment("deputy-2", subject_of("deputy"), "access_decider", top) | acting
    first |= {"since": DEPUTY_SINCE.isoformat(), "until": DEPUTY_UNTIL.isoformat()}
    again |= {"since": DEPUTY_AGAIN.isoformat(), "until": DEPUTY_LAST.isoformat()}
    yield Member(subject_of("deputy"), "准入决定人（代理）", "代理期间作决定", (first, again))


def _local(deployment: Deployment) -> Iterator[Member]:
    shown: set[str] = set()
    for level, posts in LOCAL.items():
        for place in deployment.places.below(deployment.place, level):
            if place.until is not None:
                continue
            for key, post, title, hint in posts:
                subject = subject_of(key, place.code)
                row = _appointment(f"{key}-{place.code}", subject, post, place.code)
                first = key not in shown
                shown.add(key)
                yield Member(subject, f"{place.title}{title}", hint, (row,), shown=first)


def _appointment(id: str, subject: str, post: str, place: str) -> dict[str, Any]:
    return {"id": id, "person": subject, "post": post, "place": place, "since": SINCE.isoformat()}


def registers_of(deployment: Deployment, script: Script) -> dict[str, list[dict[str, Any]]]:
    """The rows of every list: those that plugins ship, those of the script, and the stations that it asks for."""
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
    return {register: rows for register, rows in found.items() if rows}
