"""Structure checks: what is missing at a place, by name. Never a score, never one community against another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from linli.checks import Check, Remark, Survey
from linli.parameters import Bound, Parameter
from linli.places import Level
from linli_bodies.frames import Frame, frame_on
from linli_bodies.kinds import TITLES, BodyKind, kind_on
from linli_bodies.offices import OFFICES, RESPONSIBILITIES, Office, Responsibility
from linli_bodies.registers import (
    BODIES,
    CONSTITUENCIES,
    LAST_MEETINGS,
    PLACE_FRAMES,
    SEATS,
    TERMS,
    Body,
    BodyTerm,
    LastMeeting,
    Seat,
)
from linli_bodies.seating import Plan, Sort
from linli_bodies.talents import TIERS, talent

COVERED_LEVELS: Parameter[tuple[str, ...]] = Parameter(
    "bodies.covered_levels", "每一个都要有党组织的地方（层级）", tuple, Bound.DEFAULT
)
MEETING_DAYS: Parameter[tuple[str, ...]] = Parameter(
    "bodies.meeting_days", "多少天内要开一次会（类别 天数）", tuple, Bound.DEFAULT
)
BRANCHES = ("party_committee", "party_branch", "party_group", "joint_branch")


def _read(survey: Survey, register: str, form: type[Any]) -> Iterator[Any]:
    for values in survey.entries(register).values():
        yield msgspec.convert(values, form, str_keys=True)


def _bodies(survey: Survey) -> list[Body]:
    """The bodies of the place and of those above it."""
    above = set(survey.places.path(survey.place))
    return [each for each in _read(survey, BODIES.id, Body) if each.place in above]


def _bodies_below(survey: Survey) -> list[Body]:
    """The bodies of the place and of those below it."""
    return [each for each in _read(survey, BODIES.id, Body) if survey.places.within(each.place, survey.place)]


def frame_of(survey: Survey, use: str = "structure") -> Frame | None:
    """The frame that counts at a place: the one it has chosen, else the one that began last."""
    chosen = survey.entries(PLACE_FRAMES.id).get(survey.place, {}).get("frame", "")
    level = survey.places[survey.place].level
    brought = [each for each in survey.brought("bodies_frames") if each.level is level]
    return frame_on(brought, survey.on, chosen=str(chosen), use=use)


def _frames(survey: Survey) -> Iterable[Remark]:
    here = _bodies(survey)
    for use in ("structure", "law"):
        frame = frame_of(survey, use)
        # Where nothing has been entered yet, nothing can be said.
        if frame is not None and any(each.place == survey.place for each in here):
            yield _missing(frame, here)


def _missing(frame: Frame, here: list[Body]) -> Remark:
    missing = frame.missing({each.kind for each in here})
    names = "、".join(TITLES.get(row.kinds[0], row.kinds[0]) for row in missing)
    if missing:
        said = f"按“{frame.title}”，缺：{names}"
    else:
        said = f"“{frame.title}”的组织都有" + (f"（{frame.bodies}）" if frame.bodies else "")
    return Remark(said, alarm=bool(missing), figures=(("缺少", len(missing)),))


def _seats(survey: Survey) -> dict[str, list[Seat]]:
    """The seats that are held, by body."""
    found: dict[str, list[Seat]] = {}
    for seat in _read(survey, SEATS.id, Seat):
        if seat.held(survey.on):
            found.setdefault(seat.body, []).append(seat)
    return found


def _composition(survey: Survey) -> Iterable[Remark]:
    kinds: tuple[BodyKind, ...] = survey.brought("bodies_kinds")
    terms = {each.body: each for each in _read(survey, TERMS.id, BodyTerm)}
    seats = _seats(survey)
    for body in _bodies_below(survey):
        kind = kind_on(kinds, body.kind, survey.on)
        if kind is not None:
            held = seats.get(body.code, [])
            yield from _of_body(survey.on, body, kind, terms.get(body.code), held)


def _of_body(
    on: date, body: Body, kind: BodyKind, term: BodyTerm | None, seats: list[Seat]
) -> Iterator[Remark]:
    if kind.chartered and not body.charter:
        yield Remark(f"{body.title}没有章程", alarm=True)
    if term is not None and term.until < on:
        yield Remark(f"{body.title}第 {term.number} 届任期已于 {term.until} 届满，席位空缺", alarm=True)
    there = {each.sort for each in seats if each.sort}
    lacking = [sort for sort in kind.sorts if sort not in there]
    if lacking and body.seats:
        named = "、".join(Sort(sort).title for sort in lacking)
        not_joint = "，还不是联合支部" if kind.id == "joint_branch" else ""
        yield Remark(f"{body.title}缺少：{named}{not_joint}", alarm=True)
    plan = Plan.read(body.plan)
    held = {each.seat for each in seats}
    vacant = [planned for number, planned in enumerate(plan.seats, 1) if number not in held]
    if vacant:
        posts: dict[str, int] = {}
        for planned in vacant:
            posts[planned.post.title] = posts.get(planned.post.title, 0) + 1
        named = "、".join(f"{title} {count} 个" for title, count in posts.items())
        figures = (("席位", len(plan.seats)), ("空缺", len(vacant)))
        yield Remark(f"{body.title}有空缺：{named}", figures=figures)


def _women(survey: Survey) -> Iterable[Remark]:
    held = _seats(survey)
    for body in _bodies_below(survey):
        seats = held.get(body.code, []) if body.kind == "residents_committee" else []
        if seats and not any(each.woman for each in seats):
            yield Remark(f"{body.title}没有妇女成员", alarm=True)


def _coverage(survey: Survey) -> Iterable[Remark]:
    levels: tuple[str, ...] = survey.rulebook.value(COVERED_LEVELS, survey.on, ())
    covered = {body.place for body in _bodies_below(survey) if body.kind in BRANCHES}
    for level in (Level(each) for each in levels):
        places = [p for p in survey.places.below(survey.place, level) if p.exists(survey.on)]
        without = [place.title for place in places if place.code not in covered]
        if without:
            said = f"还没有党组织的{level.title}：{'、'.join(without)}"
            yield Remark(said, alarm=True, figures=((level.title, len(places)), ("没有", len(without))))
        elif places:
            yield Remark(f"{len(places)} 个{level.title}都有党组织", figures=((level.title, len(places)),))


def _overdue(survey: Survey) -> Iterable[Remark]:
    wanted = dict(each.split(" ") for each in survey.rulebook.value(MEETING_DAYS, survey.on, ()))
    met: dict[str, LastMeeting] = {each.body: each for each in _read(survey, LAST_MEETINGS.id, LastMeeting)}
    for body in _bodies_below(survey):
        if body.kind not in wanted:
            continue
        last: date = (met[body.code].held if body.code in met else None) or body.since
        days = (survey.on - last).days
        if days > int(wanted[body.kind]):
            since = "上次会议" if body.code in met else "成立"
            said = f"{body.title}应当开会了：{since}以来已经 {days} 天，每 {wanted[body.kind]} 天要开一次"
            yield Remark(said, alarm=True, figures=(("天数", days),))


def _offices(survey: Survey) -> Iterable[Remark]:
    offices = [each for each in _read(survey, OFFICES.id, Office) if each.place == survey.place]
    if not offices:
        return
    units = {each.code for each in offices if each.until is None or survey.on <= each.until}
    old = [each for each in offices if each.code not in units]
    lost = [each.title for each in old if each.into not in units]
    figures = (("现有机构", len(units)), ("原有机构", len(old)), ("没有去向", len(lost)))
    if lost:
        yield Remark(f"原来的机构没有去向：{'、'.join(lost)}", alarm=True, figures=figures)
    else:
        yield Remark(f"现有 {len(units)} 个机构；原来的 {len(old)} 个都有去向", figures=figures)


def _responsibilities(survey: Survey) -> Iterable[Remark]:
    table = list(_read(survey, RESPONSIBILITIES.id, Responsibility))
    if not table:
        return
    owners: dict[str, set[str]] = {}
    for each in table:
        owners.setdefault(each.title, set()).add(each.owner)
    several = sorted(title for title, held in owners.items() if len(held) > 1)
    named = {each.level for each in table}
    levels = [level.title for level in Level if level in named]
    figures = (("职责", len(owners)), ("层级", len(levels)))
    if several:
        yield Remark(f"有两个以上责任主体的职责：{'、'.join(several)}", alarm=True, figures=figures)
    else:
        said = f"{'、'.join(levels)}共 {len(owners)} 项职责，每项一个责任主体"
        yield Remark(said, figures=figures)


def _parents(survey: Survey) -> Iterable[Remark]:
    bodies: Mapping[str, Body] = {each.code: each for each in _bodies_below(survey)}
    for body in bodies.values():
        kind = kind_on(survey.brought("bodies_kinds"), body.kind, survey.on)
        if kind is not None and kind.hangs_on and not body.above:
            named = "、".join(TITLES.get(each, each) for each in kind.hangs_on)
            yield Remark(f"{body.title}没有写明挂在哪个{named}下面", alarm=True)


def _talents(survey: Survey) -> Iterable[Remark]:
    counts = {stage.id: 0 for stage in TIERS.values()}
    for state in survey.states(talent.id):
        if state.stage_id in counts:
            counts[state.stage_id] += 1
    if any(counts.values()):
        said = "，".join(f"{stage.title} {counts[stage.id]}" for stage in TIERS.values())
        figures = tuple((stage.title, counts[stage.id]) for stage in TIERS.values())
        yield Remark(f"人才梯队：{said}", figures=figures)


def _households(survey: Survey) -> Iterable[Remark]:
    numbers = survey.entries(CONSTITUENCIES.id).get(survey.place, {})
    households = int(numbers.get("households", 0))
    reached = sum(body.serves for body in _bodies_below(survey))
    if households and reached and reached != households:
        said = f"自治组织网络联系 {reached} 户，本社区有 {households} 户"
        yield Remark(said, alarm=reached < households, figures=(("联系", reached), ("户数", households)))


CHECKS = (
    Check("bodies.frame", "组织是否齐全", Level.COMMUNITY, (), _frames),
    Check("bodies.frame-of-neighbourhoods", "邻里组织是否齐全", Level.NEIGHBOURHOOD, (), _frames),
    Check("bodies.composition", "席位和章程", Level.COMMUNITY, (), _composition),
    Check("bodies.women", "居委会的妇女成员", Level.COMMUNITY, (), _women),
    Check("bodies.coverage", "党组织覆盖", Level.COMMUNITY, (), _coverage),
    Check("bodies.overdue", "按期开会", Level.COMMUNITY, (), _overdue),
    Check("bodies.parents", "组织的上下关系", Level.COMMUNITY, (), _parents),
    Check("bodies.households", "网络联系到户", Level.COMMUNITY, (), _households),
    Check("bodies.offices", "机构去向", Level.STREET, (), _offices),
    Check("bodies.responsibilities", "职责表", Level.STREET, (), _responsibilities),
    Check("bodies.talents", "人才梯队", Level.COMMUNITY, (), _talents),
)
