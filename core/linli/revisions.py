"""Revisions of rules: a rule whose code was changed bears a new number, and a file beside the plugin proves
it.

``revisions.toml`` lies in the plugin's package and holds, for each rule id, its revision and a hash of its
syntax tree. A stored decision names the revision, so that a replay can tell a changed law from a corrected
rule.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from linli.faults import Fault
from linli.rulebook import BoundRule
from linli.rules import Rule

FILE = "revisions.toml"


class Revision(Struct, frozen=True, forbid_unknown_fields=True):
    """What was last seen of a rule: its number, and the hash of its code."""

    revision: int
    code: str


def revision_faults(plugin: str, rules: Sequence[BoundRule], folder: Path | None) -> list[Fault]:
    """What does not fit between rules and their file; all are alarms, for a check and not for a load."""
    try:
        seen = _read(folder)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        return [Fault(plugin, FILE, f"读不出来：{error}", cure="从版本库里取回它", alarm=True)]
    if not seen and rules:
        cure = f"运行 linli plugins revisions {plugin} --write，并提交它"
        return [Fault(plugin, FILE, "没有这个文件，规则的版次无从核对", cure=cure, alarm=True)]
    found = [_compared(plugin, id, rule, seen.get(id)) for id, rule in sorted(_by_id(rules).items())]
    return [fault for fault in found if fault is not None]


def write_revisions(plugin: str, rules: Sequence[BoundRule], folder: Path) -> list[Fault]:
    """Write down the present revisions and hashes; what may not be written is returned, and then nothing is.

    Entries of rules that are gone stay: an id is never used again.
    """
    seen = _read(folder)
    current = _by_id(rules)
    unmarked = [
        fault
        for id, rule in sorted(current.items())
        if id in seen and (fault := _compared(plugin, id, rule, seen[id])) is not None
        if rule.revision <= seen[id].revision
    ]
    if unmarked:
        return unmarked
    entries = {**seen, **{id: Revision(rule.revision, rule.code_hash()) for id, rule in current.items()}}
    lines = [
        f'"{id}" = {{ revision = {e.revision}, code = "{e.code}" }}' for id, e in sorted(entries.items())
    ]
    head = f"# Written by `linli plugins revisions {plugin} --write`; see linli.revisions.\n"
    (folder / FILE).write_text(head + "".join(line + "\n" for line in lines), "utf-8")
    return []


def _compared(plugin: str, id: str, rule: Rule, seen: Revision | None) -> Fault | None:
    """What does not fit between one rule and its entry."""
    write = f"运行 linli plugins revisions {plugin} --write，并提交 {FILE}"
    if seen is None:
        return Fault(plugin, id, f"{FILE} 里没有这条规则", cure=write, alarm=True)
    if rule.revision < seen.revision:
        said = f"版次从 {seen.revision} 退回到 {rule.revision}"
        return Fault(plugin, id, said, cure="版次只能往上加", alarm=True)
    if rule.revision > seen.revision:
        return Fault(
            plugin, id, f"版次已是 {rule.revision}，{FILE} 里还是 {seen.revision}", cure=write, alarm=True
        )
    if rule.code_hash() != seen.code:
        cure = f"写 revision={rule.revision + 1} 和变更编号，再{write}"
        return Fault(plugin, id, f"代码改了，版次还是 {rule.revision}", cure=cure, alarm=True)
    return None


def _by_id(rules: Iterable[BoundRule]) -> dict[str, Rule]:
    return {bound.id: bound.rule for bound in rules}


def _read(folder: Path | None) -> dict[str, Revision]:
    path = None if folder is None else folder / FILE
    if path is None or not path.is_file():
        return {}
    return msgspec.convert(tomllib.loads(path.read_text("utf-8")), dict[str, Revision])
