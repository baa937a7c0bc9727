"""What a deployment is, in words that can be compared: what is deployed against what would be.

A picture is kept beside each package, under the same hash. Which of them is deployed is said by the stack alone, so
there is no second account of it that could be wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import msgspec
from msgspec import Struct

from linli.configuration import DeploymentFile
from linli.deployment import Deployment
from linli_functions.deploying.package import Package

FORMAT = 1


class Picture(Struct, frozen=True):
    """A deployment by what people ask about it; ``package`` is the hash of its package, ``lock`` that of its rules.

    ``rules`` are by ``<id> @<place>``, ``values`` by ``<parameter> @<place> <first day>``, ``settings`` by the
    key of the configuration.
    """

    slug: str
    package: str
    lock: str
    plugins: dict[str, str]
    libraries: dict[str, str]
    rules: dict[str, str]
    values: dict[str, str]
    settings: dict[str, str]
    format: int = FORMAT


class Change(Struct, frozen=True):
    """One difference: ``was`` or ``now`` is empty where a thing is new or gone."""

    part: str
    what: str
    was: str = ""
    now: str = ""

    def __str__(self) -> str:
        if not self.was:
            return f"新增 {self.what}：{self.now}"
        if not self.now:
            return f"去掉 {self.what}（原来是 {self.was}）"
        return f"{self.what}：{self.was} → {self.now}"


PARTS = {
    "plugins": "插件",
    "rules": "规则",
    "values": "参数",
    "settings": "设置",
    "libraries": "程序库",
    "resources": "云上的资源",
    "parameters": "云上的参数",
}
"""What a difference may be of, as it is headed."""


def picture_of(deployment: Deployment, config: DeploymentFile, package: Package) -> Picture:
    """The picture of a deployment that is loaded, and packed."""
    return Picture(
        deployment.slug,
        package.digest,
        deployment.lock,
        dict(package.plugins),
        dict(package.libraries),
        dict(sorted(_rules(deployment))),
        dict(sorted(_values(deployment))),
        dict(sorted(_settings("", msgspec.to_builtins(config)))),
    )


def differences(was: Picture | None, now: Picture) -> list[Change]:
    """What is different, part by part; everything is new where nothing is deployed."""
    parts = ("plugins", "rules", "values", "settings", "libraries")
    return [
        change
        for part in parts
        for change in compared(part, getattr(was, part) if was else {}, getattr(now, part))
    ]


def compared(part: str, was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Change]:
    """The differences of one part, by name."""
    for name in sorted(was.keys() | now.keys()):
        before, after = was.get(name, ""), now.get(name, "")
        if before != after:
            yield Change(part, name, before, after)


def _rules(deployment: Deployment) -> Iterator[tuple[str, str]]:
    for bound in deployment.rules:
        rule = bound.rule
        days = f"{rule.since}–{rule.until or ''}"
        cites = "；".join(f"{cite.source.title} {cite.article}".strip() for cite in rule.cites)
        place = deployment.places[bound.place].title
        yield f"{bound.id} @{place}", f"{rule.title}（第 {rule.revision} 版，{days}，{cites or '无依据'}）"


def _values(deployment: Deployment) -> Iterator[tuple[str, str]]:
    for setting in deployment.settings:
        place, unit = deployment.places[setting.place].title, setting.parameter.unit
        until = f"，至 {setting.until}" if setting.until else ""
        example = "，示例" if setting.example else ""
        told = f"{_written(setting.value)}{unit}{until}{example}"
        yield f"{setting.parameter.id} @{place} {setting.since} 起", told


def _written(value: Any) -> str:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _settings(above: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The keys of the configuration with their values; the lock of plugins is a part of its own."""
    for key, value in table.items():
        if above + key == "plugins" or value in (None, "", [], ()):
            continue
        if isinstance(value, dict):
            yield from _settings(f"{above}{key}.", value)
        else:
            yield above + key, _written(tuple(value) if isinstance(value, list) else value)
