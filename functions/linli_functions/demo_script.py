"""The script of a demo: the cast, items of work and cases, as data beside each plugin.

A plugin's script is ``demo.toml`` or the files ``demo/*.toml``. A file without ``deployment`` holds what every
deployment plays that locks the plugin; one with it holds what that deployment plays besides. Nothing in the engine
names a place or a practice. A file looks like this::

    deployment = "river"          # the slug
    seed = 7
    applications = 60             # how many ordinary applications, refusals and notes are made up of the items
    refusals = 40
    notes = 40

    [[departments]]
    id = "health"                 # acts as the subject demo-health
    title = "区卫健委"

    [[parts]]                     # a part that somebody plays: one in the deployment, or one in each place of a level
    key = "committee"             # acts as the subject demo-committee-<place>
    post = "committee"
    title = "居委会"
    level = "community"

    [[items]]                     # an ordinary item: a department, money for each community, and facts of the form
    department = "health"
    yuan = 6000
    facts = { title = "健康档案更新", duty = "entrusted", nature = "service", kinds = ["task"] }

    [[cases]]                     # a case of its own: its first act, then the steps that follow
    name = "没有经过同意"
    on = 2025-10-20
    like = "…"                    # an earlier case whose fields this one takes over; `facts` are merged
    by = "health"
    facts = { title = "…" }
    stage = "under_review"        # where the act must lead; the build stops where it does not
    [[cases.steps]]
    by = "reviewer"
    action = "review"
    after = 5                     # days, or `on = 2025-12-31`

What stands in braces in a text of ``facts`` is filled in when the act comes, see `linli_functions.demo_blanks`.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, structs

from linli.deployment import Deployment
from linli.errors import LoadFault

FILE, FOLDER = "demo.toml", "demo"


class Department(Struct, frozen=True, forbid_unknown_fields=True):
    """A department with one clerk, ``demo-<id>``; ``title`` is the unit on every step that the clerk takes."""

    id: str
    title: str


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the cast: who plays it holds a post in the deployment, or in each place of a ``level``.

    ``at`` names the places where there is one, instead of every place of the level. ``count`` people play it at each
    place, ``<key>#1`` and so on. ``unit`` is what they act for. ``since`` and ``until`` bound the appointment, and
    ``deputy_for`` names the part whose post it is. Several tables under one key are one person with several posts.
    ``hint`` says what a visitor can try; ``shown`` whether the sign-in page offers the first of them.
    """

    key: str
    post: str
    title: str
    hint: str = ""
    level: str = ""
    at: tuple[str, ...] = ()
    count: int = 1
    unit: str = ""
    since: date | None = None
    until: date | None = None
    deputy_for: str = ""
    shown: bool = True


class Item(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An ordinary item of work. ``yuan`` is what each community needs and is offered, ``months`` how long it lasts.

    ``plates`` are those that each community would hang. ``weight`` says how often it is asked for.
    """

    department: str
    facts: dict[str, Any]
    yuan: int = 0
    plates: int = 0
    months: int = 6
    weight: int = 1
    emergency: bool = False


class Ask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Work that someone asked for without an admission: refused by a committee, or done anyway and noted."""

    title: str
    department: str
    kinds: tuple[str, ...]
    hours: int = 3


class CaseStep(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One act in a case. ``by`` is a department's id or the key of a part, ``<key>@<place>`` at another place than that
    of the matter, ``<key>#2`` for the second who plays it there.

    ``child`` counts the children of the case from 1; 0 is the case itself. ``of`` names an earlier case whose matter
    the act is taken in instead. ``dates`` are fields of the form and the
    number of days after the act that they get. ``happened`` and ``decided`` are the days of an entry from paper.
    ``document`` names a field and gives it the hash of a resolution that is uploaded for the case.
    ``stage`` is where the act must lead. ``where_it_can`` leaves the act out in a place whose rules stand against it.
    ``made_by`` is as in `Case`.
    """

    by: str = ""
    action: str = ""
    after: int = 4
    on: date | None = None
    child: int = 0
    of: str = ""
    facts: dict[str, Any] = {}
    dates: dict[str, int] = {}
    happened: date | None = None
    decided: date | None = None
    document: str = ""
    made_by: str = ""
    stage: str = ""
    where_it_can: bool = False


class Case(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case: its first act and what follows. See the module's example.

    ``at`` is the code of the place of the matter, or ``top`` for the deployment's own (empty: that for an
    application, otherwise the next community in turn). ``communities`` are codes; ``spread`` takes as many of the
    next communities in turn instead. ``need`` and ``yuan`` are what each community needs and is offered (``need``
    -1: as much as is offered). ``lead`` and ``months`` set starts and ends where the facts do not. ``draft`` saves
    the facts as a draft first. ``refers`` names an earlier case: its first child is the admission that is shown.
    ``paper`` enters it on behalf of someone, with ``happened``. ``rows`` plays the case once for each table in it,
    ``gap`` days apart: its fields go over the facts, ``name``, ``by`` and ``at`` over those of the case. ``above``
    names the case whose matter the new one is opened under. ``made_by`` names a function of a plugin
    (``package.module:function``) that makes of the facts those that are handed in, as a tool of whoever acts would:
    it gets the service, the number of the matter (empty where one is begun) and the facts.
    """

    name: str
    on: date
    by: str
    procedure: str = "access"
    action: str = "submit"
    at: str = ""
    communities: tuple[str, ...] = ()
    spread: int = 1
    need: int = -1
    yuan: int = 6000
    plates: int = 0
    lead: int = 45
    months: int = 6
    facts: dict[str, Any] = {}
    dates: dict[str, int] = {}
    draft: bool = False
    refers: str = ""
    above: str = ""
    made_by: str = ""
    paper: bool = False
    happened: date | None = None
    stage: str = ""
    rows: tuple[dict[str, Any], ...] = ()
    gap: int = 0
    steps: tuple[CaseStep, ...] = ()


class Script(Struct, frozen=True, kw_only=True):
    """What one deployment plays. In the streets of ``stations_in`` a station serves what no other station serves."""

    seed: int = 0
    applications: int = 0
    refusals: int = 0
    notes: int = 0
    stations_in: tuple[str, ...] = ()
    departments: tuple[Department, ...] = ()
    parts: tuple[Part, ...] = ()
    items: tuple[Item, ...] = ()
    asks: tuple[Ask, ...] = ()
    cases: tuple[Case, ...] = ()
    registers: dict[str, tuple[dict[str, Any], ...]] = {}

    def department(self, id: str) -> Department | None:
        """A department by id, or None."""
        return next((each for each in self.departments if each.id == id), None)

    def part(self, key: str) -> Part | None:
        """A part by key, or None."""
        return next((each for each in self.parts if each.key == key), None)


class _Written(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    deployment: str = ""
    seed: int = 0
    applications: int = 0
    refusals: int = 0
    notes: int = 0
    stations_in: tuple[str, ...] = ()
    departments: tuple[Department, ...] = ()
    parts: tuple[Part, ...] = ()
    items: tuple[Item, ...] = ()
    asks: tuple[Ask, ...] = ()
    cases: tuple[dict[str, Any], ...] = ()
    registers: dict[str, tuple[dict[str, Any], ...]] = {}


def read_script(deployment: Deployment) -> Script:
    """The script of a deployment: the files of its plugins that apply, in the order in which plugins build on another.

    Raises `LoadFault` naming the file and what is wrong.
    """
    script = Script()
    for path in script_files(deployment):
        written = _read(path)
        if written.deployment not in ("", deployment.slug):
            continue
        script = structs.replace(
            script,
            seed=written.seed or script.seed,
            applications=script.applications + written.applications,
            refusals=script.refusals + written.refusals,
            notes=script.notes + written.notes,
            stations_in=(*script.stations_in, *written.stations_in),
            departments=(*script.departments, *written.departments),
            parts=(*script.parts, *written.parts),
            items=(*script.items, *written.items),
            asks=(*script.asks, *written.asks),
            cases=(*script.cases, *_cases(path, written.cases)),
            registers=_joined(script.registers, written.registers),
        )
    _check(deployment, script)
    return script


def lists(deployment: Deployment) -> dict[str, tuple[dict[str, Any], ...]]:
    """The lists that plugins ship for registers, by register: ``<register>.toml`` with tables of one row each."""
    found: dict[str, tuple[dict[str, Any], ...]] = {}
    for manifest in deployment.plugins:
        folder = deployment.plugins.folder(manifest.id)
        for register in deployment.registers:
            path = folder / f"{register}.toml" if folder is not None else None
            if path is None or not path.is_file() or not deployment.covers(manifest.place):
                continue
            tables = tomllib.loads(path.read_text("utf-8")).values()
            found = _joined(found, {register: tuple(row for table in tables for row in table)})
    return found


def script_files(deployment: Deployment) -> list[Path]:
    """The scripts that lie beside the plugins of a deployment, those that other plugins require first."""
    ordered = sorted(deployment.plugins, key=lambda manifest: (len(manifest.requires), manifest.id))
    folders = [folder for each in ordered if (folder := deployment.plugins.folder(each.id)) is not None]
    return [
        path
        for folder in folders
        for path in (folder / FILE, *sorted((folder / FOLDER).glob("*.toml")))
        if path.is_file()
    ]


def fingerprint(deployments: Iterable[Deployment]) -> str:
    """A hash of all scripts and locks: two homes with the same one were built of the same rules and the same story."""
    hashed = hashlib.sha256()
    for deployment in deployments:
        hashed.update(deployment.lock.encode())
        for path in script_files(deployment):
            hashed.update(path.read_bytes())
    return hashed.hexdigest()


def _read(path: Path) -> _Written:
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), _Written)
    except (ValueError, OSError) as error:  # a ValidationError and a TOMLDecodeError are ValueErrors
        raise LoadFault(
            f"演示脚本读不出来：{error}", where=_name(path), cure="对照 demo_script 的说明改正"
        ) from None


def _cases(path: Path, written: Iterable[Mapping[str, Any]]) -> list[Case]:
    """The cases with what each takes over from the one it is like."""
    known: dict[str, dict[str, Any]] = {}
    cases: list[Case] = []
    for raw in written:
        model = str(raw.get("like", ""))
        if model and model not in known:
            raise LoadFault(
                f"“{raw.get('name')}”照着“{model}”写，前面却没有它", where=_name(path), cure="换一下次序"
            )
        own = {key: value for key, value in raw.items() if key != "like"}
        whole = {**known.get(model, {}), **own}
        whole["facts"] = {**known.get(model, {}).get("facts", {}), **own.get("facts", {})}
        if str(raw.get("name", "")) in known:
            raise LoadFault(f"有两个案例都叫“{raw['name']}”", where=_name(path), cure="改掉一个")
        try:
            cases.extend(_in_rows(msgspec.convert(whole, Case)))
        except msgspec.ValidationError as error:
            raise LoadFault(f"“{raw.get('name')}”：{error}", where=_name(path), cure="改正案例") from None
        known[str(raw.get("name", ""))] = whole
    return cases


def _in_rows(case: Case) -> list[Case]:
    """The case itself, or one for each of its rows."""
    if not case.rows:
        return [case]
    found = []
    for number, row in enumerate(case.rows):
        own = {name: row[name] for name in ("by", "at") if name in row}
        facts = {name: value for name, value in row.items() if name not in ("name", "by", "at")}
        found.append(
            structs.replace(
                case,
                **own,
                name=str(row.get("name", f"{case.name} {number + 1}")),
                on=case.on + timedelta(days=number * case.gap),
                facts={**case.facts, **facts},
                rows=(),
            )
        )
    return found


def _joined(
    one: Mapping[str, tuple[dict[str, Any], ...]], other: Mapping[str, tuple[dict[str, Any], ...]]
) -> dict[str, tuple[dict[str, Any], ...]]:
    return {name: (*one.get(name, ()), *other.get(name, ())) for name in {**one, **other}}


def _check(deployment: Deployment, script: Script) -> None:
    """Every department that an item or an ask names is there, no two have one id, and no two cases one name."""
    ids = [department.id for department in script.departments]
    names = [case.name for case in script.cases]
    for named in (ids, names):
        doubled = sorted({each for each in named if named.count(each) > 1})
        if doubled:
            raise LoadFault(
                f"写了两次：{'、'.join(doubled)}", where=f"{deployment.slug} {FILE}", cure="改掉一个"
            )
    asked = {item.department for item in script.items} | {ask.department for ask in script.asks}
    missing = asked - set(ids)
    if missing:
        said = "、".join(f"没有 {each}" for each in sorted(missing))
        raise LoadFault(f"部门不对：{said}", where=f"{deployment.slug} {FILE}", cure="改正 [[departments]]")


def _name(path: Path) -> str:
    return "/".join(path.parts[-2:])
