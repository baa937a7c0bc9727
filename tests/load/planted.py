"""Plugins and configurations planted for a test: a province, a district, a street, and the booking of a hall."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

from msgspec import Struct

from linli.citations import Rank, Source
from linli.deployment import Deployment, examine, load
from linli.errors import LoadFault
from linli.faults import Fault
from linli.findings import refuse, satisfied
from linli.forms import number
from linli.parameters import Bound, Parameter, Setting
from linli.places import Level, Place
from linli.plugins import PLACE, PRACTICE, Kind, Manifest, hook
from linli.procedures import Post, Procedure, Stage, to
from linli.rules import Rule, rule

PROVINCE, DISTRICT, OTHER_DISTRICT = "990000000000", "990100000000", "990200000000"
STREET, COMMUNITY = "990101000000", "990101001000"

PLACES = [
    Place(PROVINCE, Level.PROVINCE, "甲省", parent="000000000000"),
    Place(DISTRICT, Level.DISTRICT, "乙区", parent=PROVINCE),
    Place(OTHER_DISTRICT, Level.DISTRICT, "丁区", parent=PROVINCE),
    Place(STREET, Level.STREET, "丙街道", parent=DISTRICT),
    Place(COMMUNITY, Level.COMMUNITY, "戊社区", parent=STREET),
]

LAW = Source("law", "会堂法", Rank.LAW, date(2000, 1, 1))
REGULATION = Source("regulation", "甲省会堂条例", Rank.LOCAL_REGULATION, date(2000, 1, 1), place=PROVINCE)
NOTICE = Source("notice", "乙区会堂通知", Rank.NORMATIVE_DOCUMENT, date(2000, 1, 1), place=DISTRICT)
ACCOUNT = Source("account", "乙区做法", Rank.ACCOUNT, date(2000, 1, 1), place=DISTRICT)

HALL_SEATS = Parameter("hall.seats", "座位上限", int, Bound.CEILING, "个")
HALL_NOTICE = Parameter("hall.notice_days", "提前天数", int, Bound.FLOOR, "天")
HALL_SHARE = Parameter("hall.share", "提议所需比例", Fraction, Bound.CEILING)
HALL_NAME = Parameter("hall.name", "称呼", str, Bound.DEFAULT)
HALL_PAPERS = Parameter("hall.papers", "要交的材料", tuple, Bound.FLOOR)
HALL_USES = Parameter("hall.uses", "可以用来做什么", tuple, Bound.CEILING)
HALL_COLOUR = Parameter("hall.colour", "门牌颜色", str, Bound.FIXED)
FIGURES = (HALL_SEATS, HALL_NOTICE, HALL_SHARE, HALL_NAME, HALL_PAPERS, HALL_USES, HALL_COLOUR)


class Ask(Struct, frozen=True, forbid_unknown_fields=True):
    """The facts of a booking."""

    persons: Annotated[int, number("人数")]


def booking() -> Procedure:
    procedure = Procedure(
        "hall",
        title="会堂预订",
        stages=[Stage("asked", "已申请")],
        lead=lambda state, on: "预订",
        name=lambda state: "预订",
    )

    @procedure.action("ask", title="申请", by=Post("keeper", "管理员"), form=Ask, judged=True)
    def ask(matter: Any, form: Any, judgement: Any, scene: Any) -> Any:
        return to(procedure.stages["asked"])

    return procedure


def made_rule(slug: str, *cites: Any, moment: str = "hall.ask", judge: Any = None, **more: Any) -> Rule:
    """A rule that is satisfied, or what `judge` says, resting on the law where nothing else is given."""

    def answer(facts: Any, given: Any) -> Any:
        return satisfied()

    function = judge or answer
    function.__name__ = slug.replace("-", "_")
    more.setdefault("title", slug)
    return rule(moment, cites=cites or (LAW.article(1),), **more)(function)


def seats_rule(slug: str, *cites: Any, **more: Any) -> Rule:
    """A rule that refuses more persons than the seats allowed."""

    def judge(facts: Ask, given: Any) -> Any:
        return satisfied() if facts.persons <= given[HALL_SEATS] else refuse("坐不下", cure="减少人数")

    return made_rule(slug, *cites, judge=judge, uses=(HALL_SEATS,), **more)


def planted(
    id: str,
    kind: Kind,
    place: str = "",
    requires: Iterable[str] = (),
    extends: Iterable[str] = (),
    **hooks: Any,
) -> ModuleType:
    """A plugin: keywords are hooks, each with the list that it returns or the function itself."""
    manifest = Manifest(id, id, kind, place=place, requires=tuple(requires), extends=tuple(extends))
    return hooked(f"planted_{id}", linli_manifest=manifest, **hooks)


def hooked(name: str, **hooks: Any) -> ModuleType:
    """A module of hooks under a name."""
    module = ModuleType(name)

    def returning(answer: Any) -> Any:
        return lambda: answer

    for each, answer in hooks.items():
        function = answer if callable(answer) else hook(returning(answer))
        setattr(module, each, function)
    return module


def province(**hooks: Any) -> ModuleType:
    """The plugin of the province, with the procedure, all places and all parameters."""
    hooks = {
        "linli_places": PLACES,
        "linli_sources": [LAW, REGULATION],
        "linli_procedures": [booking()],
        "linli_parameters": list(FIGURES),
        **hooks,
    }
    return planted("province", PLACE, PROVINCE, **hooks)


def with_values(*settings: Setting[Any], **hooks: Any) -> ModuleType:
    """The plugin of the province, with values."""
    declared = list(FIGURES)
    return province(linli_parameters=[*declared, *settings], **hooks)


def district(extends: Iterable[str] = (), **hooks: Any) -> ModuleType:
    return planted("district", PLACE, DISTRICT, ("province",), extends, **hooks)


def practice(**hooks: Any) -> ModuleType:
    return planted("practice", PRACTICE, **hooks)


JURISDICTIONS = {
    "990000000000-jia.toml": f'place = "{PROVINCE}"\ntitle = "甲省"\nplugins = ["province"]\n',
    "990100000000-yi.toml": f'place = "{DISTRICT}"\ntitle = "乙区"\nplugins = ["district"]\n',
    "990101000000-bing.toml": f'place = "{STREET}"\ntitle = "丙街道"\n',
}


def written(
    folder: Path,
    files: dict[str, str] | None = None,
    *,
    plugins: Iterable[str] = ("province", "district"),
    more: str = "",
    deployment: str | None = None,
    slug: str = "hall",
) -> Path:
    """Write a deployment with its jurisdictions; `files` replace or add to the usual ones. Returns its path."""
    named = {**JURISDICTIONS, **(files or {})}
    (folder / "deployments").mkdir(parents=True, exist_ok=True)
    (folder / "jurisdictions").mkdir(exist_ok=True)
    for name, text in named.items():
        (folder / "jurisdictions" / name).write_text(text, "utf-8")
    locked = "".join(f'{each} = "1.0"\n' for each in plugins)
    listed = ", ".join(f'"{name}"' for name in named)
    usual = (
        f'slug = "{slug}"\ntitle = "会堂"\nowner = "乙区"\nplace = "{DISTRICT}"\nstore = "hall.sqlite"\n'
        f"jurisdictions = [{listed}]\n{more}\n[plugins]\n{locked}"
    )
    path = folder / "deployments" / f"{slug}.toml"
    path.write_text(usual if deployment is None else deployment, "utf-8")
    return path


def faults_of(path: Path, *modules: object) -> list[Fault]:
    """The faults with which a deployment is refused; fails where it is not."""
    try:
        load(path, modules=modules)
    except LoadFault as refused:
        return list(refused.faults)
    raise AssertionError("the deployment was loaded")


def keys_of(faults: Iterable[Fault]) -> list[tuple[str, str]]:
    """File and key of each fault."""
    return sorted((fault.file, fault.key) for fault in faults)


def loaded(path: Path, *modules: object) -> Deployment:
    """The deployment; a fault of any kind fails the test by name."""
    deployment, faults = examine(path, modules=modules)
    assert not faults, "\n".join(str(fault) for fault in faults)
    assert deployment is not None
    return deployment
