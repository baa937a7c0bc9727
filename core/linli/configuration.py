"""The two kinds of configuration file, read with every fault at once.

``infra/deployments/<slug>.toml`` names the owner, the store, the lock of plugins and the tree of
jurisdictions; ``infra/jurisdictions/<code>-<slug>.toml`` switches plugins on at a place and gives parameters
values there, each with its citation. Both inherit downward: what a jurisdiction switches on holds in every
place below it.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct, field

from linli.faults import Fault
from linli.places import Level

S = TypeVar("S", bound=Struct)


class IssuerTable(Struct, frozen=True, kw_only=True):
    """``[identity.residents]``: another issuer of OpenID Connect, with which residents sign in.

    ``place_claim`` names a claim of its tokens that holds the 12-digit code of the community in which the issuer knows
    a resident to live. ``client_secret`` has no place in a file: it is here so that whoever writes it is told.
    """

    issuer: str
    client_id: str
    title: str = ""
    name_claim: str = "name"
    scopes: tuple[str, ...] = ("openid",)
    place_claim: str = ""
    client_secret: str = ""


class IdentityTable(Struct, frozen=True, kw_only=True):
    """``[identity]``: with which issuer of OpenID Connect staff sign in, and from where programs bring tokens.

    ``address`` is the address of the deployment's portal as people open it. ``audience`` names the API in access
    tokens of programs (none: programs are not let in), ``scope`` what such a token must hold.
    """

    address: str
    issuer: str
    client_id: str
    title: str = ""
    name_claim: str = "name"
    scopes: tuple[str, ...] = ("openid",)
    session_hours: int = 8
    audience: str = ""
    scope: str = "linli"
    residents: IssuerTable | None = None
    client_secret: str = ""


class CloudTable(Struct, frozen=True, kw_only=True):
    """``[cloud]``: where `linli deploy` puts the deployment. `linli.clouds` says what is wrong with one.

    ``region`` decides the partition. ``package_bucket`` is the bucket in which packages of functions lie, ``account``
    the only account that is deployed to, ``stack`` the stack's name, ``role`` the ARN of the role with which the
    stack is changed. ``portal`` says how the portal is read: ``closed`` (not from the cloud), ``cdn`` or ``public``.
    ``certificate`` is the id of the domain's certificate, ``alarm_topic`` the ARN of what hears of alarms.
    """

    region: str
    package_bucket: str
    account: str = ""
    stack: str = ""
    role: str = ""
    portal: str = "closed"
    domain: str = ""
    certificate: str = ""
    alarm_topic: str = ""
    log_days: int = 365


class DeploymentFile(Struct, frozen=True, kw_only=True):
    """``infra/deployments/<slug>.toml``.

    ``place`` is the code of the top place shown on the portal, ``store`` says where the store lies
    (`linli.store_address`), ``plugins`` is the lock: the exact version of every plugin. ``jurisdictions`` and
    ``notices`` are file names in the folders of these names beside ``deployments``; a notice is the State Council's on
    the holidays of one year. ``icp`` is the site's filing number. Without ``identity`` nobody signs in outside a demo.
    ``vault_key`` is the ARN of a key of the cloud's key service; without it the master key of personal data is a file
    in the home folder. Without ``cloud`` the deployment runs on machines of its own.
    """

    slug: str
    title: str
    owner: str
    place: str
    store: str
    plugins: dict[str, str]
    jurisdictions: tuple[str, ...]
    notices: tuple[str, ...] = ()
    icp: str = ""
    contact: str = ""
    identity: IdentityTable | None = None
    vault_key: str = ""
    cloud: CloudTable | None = None


class CitesTable(Struct, frozen=True, kw_only=True):
    """Where a value rests: the id of a source, the article, a phrase that stands in it word for word."""

    source: str
    article: int | str = ""
    anchor: str = ""
    gist: str = ""


class ParameterTable(Struct, frozen=True, kw_only=True):
    """A value of a parameter at the file's place.

    The value is a whole number, text, true or false, a date, a list of texts, or for a share a text like
    ``"1/10"``. ``since`` and ``until`` are its first and last day.
    """

    id: str
    value: Any
    since: date
    until: date | None = None
    example: bool = False
    local_choice: bool = False
    cites: CitesTable | None = None


class SourceTable(Struct, frozen=True, kw_only=True):
    """A text that a place rests on. ``rank`` is the name of a `linli.citations.Rank` in lower case."""

    id: str
    title: str
    rank: str
    since: date
    until: date | None = None
    place: str = ""
    number: str = ""
    text: str = ""
    replaced_by: str = ""
    note: str = ""


class PlaceTable(Struct, frozen=True, kw_only=True):
    """A place that no plugin brings; ``parent`` defaults to the file's place."""

    code: str
    level: Level
    title: str
    parent: str = ""
    since: date | None = None
    until: date | None = None
    predecessors: tuple[str, ...] = ()
    note: str = ""


class JurisdictionFile(Struct, frozen=True, kw_only=True):
    """``infra/jurisdictions/<code>-<slug>.toml``.

    ``plugins`` are switched on here and below. ``labels`` are words that this place uses instead of the usual ones.
    ``places`` are those that no plugin knows, so that a street needs no code at all. A row that could not be read is
    None, so that the others keep their numbers.
    """

    place: str
    title: str
    plugins: tuple[str, ...] = ()
    parameters: tuple[ParameterTable | None, ...] = ()
    sources: tuple[SourceTable | None, ...] = ()
    places: tuple[PlaceTable | None, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)


def read(path: Path, kind: type[S]) -> tuple[S | None, list[Fault]]:
    """Read a TOML file; the struct is None where the file is no TOML.

    A required key that is missing or wrong is a fault and stands empty, so that what lies behind it is
    looked at too.
    """
    name = path.name
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        cure = f"放到 {path.parent.name} 目录下，或改正文件名"
        return None, [Fault(name, "", "没有这个文件", cure=cure)]
    except (OSError, UnicodeDecodeError) as error:
        return None, [Fault(name, "", f"文件读不出来：{error}", cure="检查权限；文件要用 UTF-8 编码")]
    except tomllib.TOMLDecodeError as error:
        return None, [Fault(name, "", f"不是合格的 TOML：{error}", cure="改正那一行")]
    faults: list[Fault] = []
    values, missing = _values(raw, kind, name, "", faults)
    hints = get_type_hints(kind)
    empty = {key: (get_origin(hints[key]) or hints[key])() for key in missing}
    return kind(**values, **empty), faults


def _values(
    raw: dict[str, Any], kind: type[Struct], file: str, above: str, faults: list[Fault]
) -> tuple[dict[str, Any], list[str]]:
    """The values of a table's keys, and the required keys that have none."""
    known = {each.name: each for each in msgspec.structs.fields(kind)}
    hints = get_type_hints(kind)
    for key in sorted(set(raw) - set(known)):
        faults.append(Fault(file, above + key, "没有这个键", cure=f"可以写的有：{'、'.join(known)}"))
    values: dict[str, Any] = {}
    for key in known:
        if key in raw:
            value = _value(raw[key], hints[key], file, above + key, faults)
            if value is not None:
                values[key] = value
        elif known[key].required:
            faults.append(Fault(file, above + key, "缺少这个键", cure="补上它"))
    return values, [key for key in known if known[key].required and key not in values]


def _inner(hint: Any) -> type[Struct] | None:
    """The struct inside ``Struct | None``, or a struct itself."""
    members = get_args(hint) or (hint,)
    return next((each for each in members if isinstance(each, type) and issubclass(each, Struct)), None)


def _value(raw: Any, hint: Any, file: str, key: str, faults: list[Fault]) -> Any:
    """The value of one key, or None where it is wrong."""
    row = _inner(get_args(hint)[0]) if get_origin(hint) is tuple else None
    if row is not None and isinstance(raw, list) and all(isinstance(each, dict) for each in raw):
        return tuple(_table(each, row, file, f"{key}[{number}].", faults) for number, each in enumerate(raw))
    table = _inner(hint)
    if table is not None and isinstance(raw, dict):
        return _table(raw, table, file, f"{key}.", faults)
    try:
        return msgspec.convert(raw, hint)
    except msgspec.ValidationError as error:
        faults.append(Fault(file, key, f"值的类型不对：{error}", cure="对照手册里的配置格式"))
        return None


def _table(raw: dict[str, Any], kind: type[S], file: str, above: str, faults: list[Fault]) -> S | None:
    """The struct of an inner table, or None where a key that it needs is missing or wrong."""
    values, missing = _values(raw, kind, file, above, faults)
    return None if missing else kind(**values)
