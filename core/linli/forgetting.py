"""Forgetting: what is held of a person, what forbids to delete it, and deleting it by its key.

What a resident gave of themselves lies under a key of that person. What staff wrote down of somebody else lies under a
key of its own (`about`), so that neither goes with the clerk who leaves. Either is deleted by deleting its key.

A matter that is not finished still needs what it holds. A finished one may have to keep it: a procedure whose documents
are kept has a parameter ``<procedure>.kept_years`` (`linli.parameters.kept_years`), to which places give a value with
its article. Then nothing is deleted, and the last paragraph of Art. 47 of the law on personal information says what
happens instead: it is stored, protected and not used for anything else, so that from then on nobody opens it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

import msgspec
from msgspec import Struct

from linli.appointments import REGISTER as APPOINTMENTS
from linli.appointments import appointment_of
from linli.canonical import canonical
from linli.citations import Citation, Rank, Source
from linli.deciding import read_matter
from linli.desk import Desk
from linli.drafts import DRAFTS
from linli.errors import BadInput, Conflict, Forbidden, LinliError, NotFound
from linli.matters import Matter
from linli.parameters import Setting, kept_years
from linli.registry import current
from linli.store import Commit, Row
from linli.writing import PEOPLE, about

PROTECTION_LAW = Source(
    "personal-information-law-2021",
    "个人信息保护法",
    Rank.LAW,
    date(2021, 11, 1),
    text="个人信息保护法-2021-11-01.md",
)
KEPT_ALL_THE_SAME = PROTECTION_LAW.article(
    47,
    "保存期限未届满",
    gist="法律、行政法规规定的保存期限未满的，除存储和采取必要的安全保护措施之外停止处理",
)
FORGETTINGS = "forgettings"
"""The index of what was asked for and done: ``<instant>/<id>``."""


class Holding(Struct, frozen=True):
    """What one matter, or one draft, holds of a person: its fields, and what stands against deleting them.

    ``finished`` is false while somebody has to act or something falls due. ``kept_until`` is the last day of a
    duty to keep, and ``cites`` its text.
    """

    matter: str
    title: str
    fields: tuple[str, ...]
    finished: bool = True
    kept_until: date | None = None
    cites: Citation | None = None


class Forgetting(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of what was done: whose data (a person, or a value's owner), by whom, why, when, and what came of it."""

    owner: str
    by: str
    why: str
    at: datetime
    done: str
    values: int = 0


class KeptByDuty(Forbidden):
    """A duty to keep forbids it; what is kept is from now on stored and not used."""

    code = "kept-by-duty"


def held_of(desk: Desk, person: str) -> list[Holding]:
    """What is held of a person who gave it: matter by matter, drafts and documents among them."""
    fields: dict[str, list[str]] = {}
    for row in desk.vault.held(person):
        fields.setdefault(row.matter, []).append(row.field)
    return [_holding(desk, matter, tuple(names)) for matter, names in fields.items()]


def held_in(desk: Desk, matter: str, fields: Iterable[str] = ()) -> Holding:
    """What staff wrote down of others in a matter: the named fields (``<step number>.<name>``), or all of them.

    Raises `NotFound` for a field that is none, or was given by the person: it goes with the person.
    """
    known = {
        row.key.rsplit("/", 1)[1]: (row.value or b"").decode()
        for row in _rows(desk, PEOPLE, f"{matter}/", f"{matter}0")
    }
    apart = [field for field, owner in known.items() if owner == about(matter, field)]
    chosen = tuple(fields) or tuple(apart)
    for field in chosen:
        if field not in apart:
            given = "是本人自己提供的，按人员标识办理" if field in known else "没有保存过"
            raise NotFound(
                f"{matter} 的 {field} {given}", where="field", cure=f"有：{'、'.join(apart) or '没有'}"
            )
    return _holding(desk, matter, chosen)


def forget_person(desk: Desk, person: str, by: str, why: str) -> Forgetting:
    """Delete the key of a person, with the drafts. ``by`` is the pseudonym of who does it.

    Raises `Conflict` where the person holds a post or a matter goes on, `KeptByDuty` citing the duty, `NotFound` where
    nothing is held.
    """
    held = held_of(desk, person)
    posts = desk.store.rows("appointments", f"{person}/", f"{person}0")
    if any(_stands(desk, row.key.rsplit("/", 1)[1]) for row in posts):
        raise Conflict("此人现在有任职", where=person, cure="先在任职名册里终止，再办理")
    done = _forget(desk, person, [person], held, by, why)
    owner = desk.pseudonym(person, DRAFTS)
    for row in list(_rows(desk, DRAFTS, f"{owner}/", f"{owner}0")):
        desk.store.commit(Commit(rows=(Row(DRAFTS, row.key, None),)))
    return done


def forget_values(desk: Desk, matter: str, fields: Iterable[str], by: str, why: str) -> Forgetting:
    """Delete what staff wrote down of others in a matter; raises as `forget_person`."""
    held = held_in(desk, matter, fields)
    return _forget(desk, matter, [about(matter, each) for each in held.fields], [held], by, why)


def allow_again(desk: Desk, owners: Iterable[str], by: str, why: str) -> None:
    """Let what a duty keeps be opened again, for an audit that the law asks for; the reason is kept."""
    _needs(why)
    for owner in owners:
        desk.vault.restrict(owner, on=False)
        _note(desk, Forgetting(owner=owner, by=by, why=why, at=desk.clock.now(), done="allowed"))


def forgettings(desk: Desk, since: date, until: date, limit: int = 1000) -> list[Forgetting]:
    """What was asked for and done from a day to a day, both inclusive, oldest first."""
    rows = desk.store.rows(FORGETTINGS, since.isoformat(), f"{until.isoformat()}U", limit)
    return [msgspec.json.decode(row.value or b"", type=Forgetting) for row in rows]


def _forget(desk: Desk, named: str, owners: list[str], held: list[Holding], by: str, why: str) -> Forgetting:
    _needs(why)
    if not any(each.fields for each in held):
        raise NotFound("这里没有保存此人的个人信息", where=named, cure="核对人员标识或事项编号")
    if going := [each.matter for each in held if not each.finished]:
        raise Conflict(f"还有没办完的事要用到：{'、'.join(going)}", where=named, cure="先办结或撤回，再办理")
    today = desk.clock.today()
    kept = [each for each in held if each.kept_until is not None and today <= each.kept_until]
    if kept:
        for owner in owners:
            desk.vault.restrict(owner)
        _note(desk, Forgetting(owner=named, by=by, why=why, at=desk.clock.now(), done="restricted"))
        raise _by_duty(kept, named)
    tried = sum(desk.vault.forget(owner).unreadable for owner in owners)
    done = Forgetting(owner=named, by=by, why=why, at=desk.clock.now(), done="forgotten", values=tried)
    _note(desk, done)
    return done


def _by_duty(kept: list[Holding], named: str) -> LinliError:
    longest = max(kept, key=lambda each: each.kept_until or date.min)
    cites = list(dict.fromkeys(each.cites.label for each in kept if each.cites is not None))
    return KeptByDuty(
        f"{'、'.join(each.matter for each in kept)} 依{'、'.join(cites)}要保存到 {longest.kept_until}，现在不能删除；"
        f"依{KEPT_ALL_THE_SAME.label}，从现在起只保存，不再使用",
        where=named,
        cure="保存期满后再办；已经答复本人的，把这两条依据告诉本人",
    )


def _holding(desk: Desk, name: str, fields: tuple[str, ...]) -> Holding:
    try:
        matter = read_matter(desk, name)
    except NotFound:
        return Holding(name, "草稿或没有归到事项的文件", fields)
    stage, state = matter.stage, matter.state
    assert stage is not None and state is not None, "a stored matter has a state and a stage"
    # A gift that was received may bounce for ever: it is finished where it is nobody's turn and nothing falls due.
    if not stage.final and (stage.waits_for or state.due):
        return Holding(name, matter.procedure.title, fields, finished=False)
    setting = _setting(desk, matter)
    if setting is None:
        return Holding(name, matter.procedure.title, fields)
    ended = matter.steps[-1].recorded
    until = date(ended.year + setting.value, 12, 31)
    return Holding(name, matter.procedure.title, fields, True, until, setting.cites)


def _setting(desk: Desk, matter: Matter) -> Setting[int] | None:
    parameter = desk.deployment.parameters.get(kept_years(matter.procedure.id).id)
    if parameter is None:
        return None
    return desk.deployment.rulebook(matter.place).setting(parameter, desk.clock.today())


def _stands(desk: Desk, appointment: str) -> bool:
    values = current(desk, APPOINTMENTS, appointment)
    today = desk.clock.today()
    if not values:
        return False
    until = appointment_of(values).until
    return until is None or today <= until


def _needs(why: str) -> None:
    if not why.strip():
        raise BadInput("要写明理由", where="why", cure="例如：本人来函要求删除")


def _note(desk: Desk, done: Forgetting) -> None:
    key = f"{done.at.isoformat()}/{desk.randomness(4).hex()}"
    desk.store.commit(Commit(rows=(Row(FORGETTINGS, key, canonical(done)),)))


def _rows(desk: Desk, index: str, after: str, until: str) -> Iterator[Row]:
    while batch := desk.store.rows(index, after, until):
        yield from batch
        after = batch[-1].key
