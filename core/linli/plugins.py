"""Plugins: what they say of themselves, and the one place that talks to pluggy.

A deployment has a `Plugins` of its own, never a global one. A plugin is a module (or, in tests, any object)
whose functions marked with `hook` register what it brings; they are asked once, when a deployment is loaded,
in the order of plugin ids, so that the order of installation decides nothing.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy
from msgspec import Struct, structs

from linli import hookspecs
from linli.errors import LoadFault
from linli.faults import Fault

if TYPE_CHECKING:  # reading the metadata of distributions is slow to import
    from importlib.metadata import EntryPoint

GROUP = "linli.plugins"
"""The entry point group in which distributions name their plugins."""

# What the kernel itself brings comes through the same hooks as what plugins bring.
BUILT_IN = ("linli.access.plugin", "linli.funds.plugin", "linli.funding.plugin")

hook = pluggy.HookimplMarker("linli")
"""Marks a function of a plugin as a hook of `linli.hookspecs`."""

NOT_INSTALLED = "没有安装这个插件"

# Between a plugin and the one that it extends, in the name under which the hooks of the extension are known.
_EXTENDS = ":"


class Kind(StrEnum):
    """Where a plugin's rules hold: at its place, where a jurisdiction switches it on, or everywhere."""

    PLACE = "place"
    PRACTICE = "practice"
    CORE = "core"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The word that `linli plugins` prints."""
        return {"place": "地方", "practice": "做法", "core": "内置"}[self.value]


PLACE, PRACTICE, CORE = Kind.PLACE, Kind.PRACTICE, Kind.CORE


class Manifest(Struct, frozen=True):
    """What a plugin says of itself.

    ``id`` is the name of its entry point and the first part of its rules' ids. ``place`` is the 12-digit
    code at which the rules of a place plugin hold. ``requires`` names plugins that must be switched on
    wherever this one is. ``version`` is filled in from the distribution.

    ``extends`` names plugins of which this one has something to say without needing them: a place of a practice, a
    practice of another. What it has to say stands in a module of its package that is named after the plugin
    (``linli_river.boats``) and holds hooks and no manifest. It is imported and asked only in deployments that lock the
    plugin named, and what it brings counts as brought by this one.
    """

    id: str
    title: str
    kind: Kind
    place: str = ""
    requires: tuple[str, ...] = ()
    version: str = ""
    description: str = ""
    extends: tuple[str, ...] = ()


class Packaged(Struct, frozen=True, forbid_unknown_fields=True):
    """A plugin as it was found when a function was packaged: its module, its version, a digest of its code.

    A function that starts with these need not look through the metadata of every distribution. The digest keeps the
    version honest: code that has been changed since is refused.
    """

    module: str
    version: str
    digest: str


class Brought(Struct, frozen=True):
    """One thing that a plugin registered, and the id of that plugin."""

    plugin: str
    what: Any


class Plugins:
    """The plugins of one deployment; filled by `load`, read by `brought`."""

    def __init__(self) -> None:
        """Begin without plugins."""
        self._pluggy = pluggy.PluginManager("linli")
        self._pluggy.add_hookspecs(hookspecs)
        self._types = dict(registered_types())
        self._own = frozenset(self._types)
        self._manifests: dict[str, Manifest] = {}
        self._modules: dict[str, object] = {}

    @classmethod
    def load(
        cls,
        ids: Iterable[str],
        modules: Iterable[object] = (),
        packaged: Mapping[str, Packaged] | None = None,
    ) -> tuple[Plugins, list[Fault]]:
        """Load what is built in and the plugins with these ids, and say what is wrong with them.

        ``modules`` are plugins handed in by tests; an id that none of them bears is looked for in ``packaged`` or,
        where that is None, among the installed distributions. A plugin with a fault takes no part.
        """
        plugins, faults = cls(), list[Fault]()
        found: list[tuple[str, object, str]] = [("", import_module(name), "") for name in BUILT_IN]
        found += sorted(((_name(module), module, "") for module in modules), key=lambda each: each[0])
        handed_in = {name for name, _, _ in found}
        offered: Mapping[str, EntryPoint | Packaged] = installed() if packaged is None else packaged
        for wanted in sorted(set(ids) - handed_in):
            module, version, fault = _imported(wanted, offered.get(wanted))
            if fault is not None:
                faults.append(fault)
            else:
                found.append((wanted, module, version))
        # All hooks have to be known before it can be said of any that it is not.
        for _, module, _ in found:
            faults.extend(plugins._specify(module))
        for name, module, version in found:
            faults.extend(plugins._add(module, name, version))
        for manifest in plugins:
            for other in manifest.extends:
                if other in plugins:
                    faults.extend(plugins._extend(manifest.id, other))
        return plugins, faults

    def __contains__(self, plugin: str) -> bool:
        return plugin in self._manifests

    def __iter__(self) -> Iterator[Manifest]:
        """The manifests, by id."""
        return iter(sorted(self._manifests.values(), key=lambda manifest: manifest.id))

    def __getitem__(self, plugin: str) -> Manifest:
        return self._manifests[plugin]

    def folder(self, plugin: str) -> Path | None:
        """The folder of a plugin's code, where it has one."""
        file = getattr(self._modules[plugin], "__file__", None)
        return Path(file).parent if file else None

    def hooks_of(self, kind: type) -> list[str]:
        """The hooks through which things of just this type are registered, those of practices among them."""
        return [name for name, types in self._types.items() if types == (kind,)]

    def practice_hooks(self) -> list[str]:
        """The hooks that practices specified."""
        return [name for name in self._types if name not in self._own]

    def brought(self, name: str) -> tuple[list[Brought], list[Fault]]:
        """All that plugins register through a hook, by plugin id; and what is wrong with their answers."""
        wanted = self._types[name]
        found: list[Brought] = []
        faults: list[Fault] = []
        impls = getattr(self._pluggy.hook, name).get_hookimpls()
        for impl in sorted(impls, key=lambda impl: str(impl.plugin_name)):
            plugin = str(impl.plugin_name).partition(_EXTENDS)[0]
            try:
                answer = impl.function()
                things = list(answer) if _is_several(answer) else None
            except Exception as error:  # it stops the load and is named: nothing is swallowed
                cure = "改正插件，或从配置里去掉它"
                faults.append(Fault(plugin, name, f"钩子出错：{error!r}", cure=cure))
                continue
            titles = "、".join(each.__name__ for each in wanted)
            if things is None:
                said = f"钩子返回了 {type(answer).__name__}，应返回 {titles} 的列表"
                faults.append(Fault(plugin, name, said, cure="返回一个列表"))
                continue
            for number, thing in enumerate(things):
                if isinstance(thing, wanted):
                    found.append(Brought(plugin, thing))
                    continue
                said = f"第 {number + 1} 项是 {type(thing).__name__}，应是 {titles}"
                faults.append(Fault(plugin, name, said, cure="对照 linli.hookspecs 里这个钩子的例子"))
        return found, faults

    def _specify(self, module: object) -> list[Fault]:
        """Take in the hooks that a plugin specifies; they are named after it, so that no two can mean the same name."""
        answer, manifest = getattr(module, "linli_hookspecs", None), _manifest(module)
        if not hasattr(answer, "linli_impl") or not callable(answer) or not isinstance(manifest, Manifest):
            return []  # a hook that was left unmarked, or a plugin without a manifest, is told when it is added
        try:
            modules = list(answer())
            types = {name: of for each in modules for name, of in specified(each).items()}
        except Exception as error:  # it stops the load and is named: nothing is swallowed
            said = f"钩子的规格读不出来：{error!r}"
            return [Fault(manifest.id, "linli_hookspecs", said, cure="返回写有 hookspec 的模块")]
        faults = []
        for name in types:
            if not name.startswith(f"{manifest.id}_"):
                cure = f"改名为 {manifest.id}_ 开头"
                faults.append(Fault(manifest.id, name, "插件自己的钩子要以插件编号开头", cure=cure))
        if not faults:
            for each in modules:
                self._pluggy.add_hookspecs(each)
            self._types.update(types)
        return faults

    def _add(self, module: object, name: str, version: str = "") -> list[Fault]:
        """Register a plugin under the id that its manifest gives, which is ``name`` where there is one."""
        manifest = _manifest(module)
        if not isinstance(manifest, Manifest):
            cure = "写一个返回 Manifest 的 linli_manifest 钩子"
            return [Fault(name, "linli_manifest", manifest, cure=cure)]
        faults = list(_misuse(module, manifest.id, {*self._types, "linli_manifest"}))
        if name and manifest.id != name:
            said = f"清单里的编号是 {manifest.id}，与入口名不同"
            faults.append(Fault(name, "linli_manifest", said, cure="改成一样"))
        if manifest.id in self._manifests:
            faults.append(Fault(manifest.id, "linli_manifest", "两个插件用了同一个编号", cure="去掉其中一个"))
        if manifest.kind is PLACE and not manifest.place:
            faults.append(
                Fault(manifest.id, "linli_manifest", "地方插件没有写地方", cure="填 12 位区划代码 place")
            )
        faults = faults or self._register(module, manifest.id, manifest.id)
        if not faults:
            self._manifests[manifest.id] = structs.replace(manifest, version=version) if version else manifest
            self._modules[manifest.id] = module
        return faults

    def _extend(self, plugin: str, other: str) -> list[Fault]:
        """Register what a plugin has to say of another one that takes part too."""
        own = self._modules[plugin]
        package = getattr(own, "__package__", None) or getattr(own, "__name__", "")
        name = f"{package}.{other}"
        try:
            module = import_module(name)
        except Exception as error:  # whatever a plugin raises when imported is its fault, and is told as such
            cure = f"写一个模块 {name}，或从 extends 里去掉 {other}"
            return [Fault(plugin, name, f"插件导入时出错：{error!r}", cure=cure)]
        faults = list(_misuse(module, plugin, self._types.keys() - {"linli_hookspecs"}))
        return faults or self._register(module, plugin, f"{plugin}{_EXTENDS}{other}")

    def _register(self, module: object, plugin: str, name: str) -> list[Fault]:
        try:
            self._pluggy.register(module, name)
        except pluggy.PluginValidationError as error:
            return [Fault(plugin, "", f"钩子的参数不对：{error}", cure="钩子不接收参数，见 linli.hookspecs")]
        return []


def installed() -> Mapping[str, EntryPoint]:
    """The plugins of the installed distributions by id; nothing is imported."""
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=GROUP)}


def packaged(ids: Iterable[str]) -> dict[str, Packaged]:
    """The installed plugins with these ids as they are now; raises `LoadFault` for one that cannot be used."""
    offered, found = installed(), dict[str, Packaged]()
    for id in sorted(ids):
        module, version, fault = _imported(id, offered.get(id))
        if fault is not None:
            raise LoadFault(fault.message, where=id, cure=fault.cure)
        found[id] = Packaged(offered[id].value, version, _digest(module))
    return found


def _digest(module: object) -> str:
    """A hash of the code of a plugin's folder, or of its one file."""
    file = Path(str(getattr(module, "__file__", "")))
    files = sorted(file.parent.rglob("*.py")) if file.name == "__init__.py" else [file]
    hashed = sha256()
    for each in files:
        hashed.update(f"{each.relative_to(file.parent)}\0".encode() + sha256(each.read_bytes()).digest())
    return hashed.hexdigest()


def _unpacked(id: str, found: Packaged) -> tuple[object, str, Fault | None]:
    """The module of a plugin that was packaged and its version, or what is wrong."""
    try:
        module = import_module(found.module)
        digest = _digest(module)
    except Exception as error:  # whatever a plugin raises when imported is its fault, and is told as such
        cure = "改正插件，或从配置里去掉它"
        return None, "", Fault(id, found.module, f"插件导入时出错：{error!r}", cure=cure)
    if digest != found.digest:
        said = "插件的代码与打包时记下的不同"
        return None, "", Fault(id, found.module, said, cure="重新打包")
    return module, found.version, None


def _imported(id: str, point: EntryPoint | Packaged | None) -> tuple[object, str, Fault | None]:
    """The module of an installed plugin and its distribution's version, or what is wrong."""
    if isinstance(point, Packaged):
        return _unpacked(id, point)
    if point is None:
        cure = f"安装它的发行包：pip install linli-{id}"
        return None, "", Fault(id, "", NOT_INSTALLED, cure=cure)
    try:
        return point.load(), point.dist.version if point.dist else "", None
    except Exception as error:  # whatever a plugin raises when imported is its fault, and is told as such
        cure = "改正插件，或从配置里去掉它"
        return None, "", Fault(id, point.value, f"插件导入时出错：{error!r}", cure=cure)


@cache
def registered_types() -> Mapping[str, tuple[type, ...]]:
    """For each registering hook the types of what it returns, read from its specification."""
    return specified(hookspecs)


def specified(module: object) -> dict[str, tuple[type, ...]]:
    """For each registering hook that a module specifies the types of what it returns, read from its annotation."""
    found: dict[str, tuple[type, ...]] = {}
    for name, spec in vars(module).items():
        if hasattr(spec, "linli_spec") and name != "linli_manifest":
            (item, *_) = typing.get_args(typing.get_type_hints(spec)["return"])
            members = typing.get_args(item) if _is_union(item) else (item,)
            found[name] = tuple(typing.get_origin(member) or member for member in members)
    return found


def _is_several(answer: Any) -> bool:
    return isinstance(answer, Iterable) and not isinstance(answer, (str, bytes))


def _is_union(item: Any) -> bool:
    return typing.get_origin(item) in (typing.Union, types.UnionType)


def _manifest(module: object) -> Manifest | str:
    """The manifest of a plugin, or what is wrong with it."""
    function = getattr(module, "linli_manifest", None)
    if not callable(function):
        return "插件没有清单"
    try:
        manifest = function()
    except Exception as error:  # reported by the caller
        return f"清单出错：{error!r}"
    return manifest if isinstance(manifest, Manifest) else f"清单是 {type(manifest).__name__}，应是 Manifest"


def _misuse(module: object, plugin: str, known: Collection[str]) -> Iterator[Fault]:
    """Hooks that are unknown, that wrap, that ask to go first or last, or that were left unmarked."""
    for name in dir(module):
        marked = getattr(getattr(module, name, None), "linli_impl", None)
        if marked is None:
            if name in known and not hasattr(getattr(module, name), "linli_spec"):
                yield Fault(plugin, name, "函数没有标记为钩子，不会被调用", cure="在它上面写 @hook")
            continue
        hooked = marked.get("specname") or name
        if hooked not in known:
            yield Fault(plugin, name, "没有这个钩子", cure=f"可用的钩子：{'、'.join(sorted(known))}")
        if marked.get("wrapper") or marked.get("hookwrapper"):
            yield Fault(plugin, name, "插件不能包裹别人的钩子", cure="去掉 wrapper")
        if marked.get("tryfirst") or marked.get("trylast"):
            yield Fault(plugin, name, "插件不能要求先于或后于别人", cure="去掉 tryfirst、trylast")


def _name(module: object) -> str:
    """The id of a plugin that was handed in, or failing that its name as a module."""
    manifest = _manifest(module)
    return manifest.id if isinstance(manifest, Manifest) else str(getattr(module, "__name__", module))
