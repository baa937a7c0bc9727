"""What the jurisdictions' files give: texts, and values of parameters that rest on them.

Faults name the file and the key, and are added to the list that is handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from linli.citations import Citation, Rank, Source
from linli.configuration import CitesTable, JurisdictionFile, ParameterTable, SourceTable
from linli.faults import Fault
from linli.parameters import Parameter, Setting


def configured_sources(
    files: Mapping[str, JurisdictionFile], faults: list[Fault]
) -> list[tuple[Source, str]]:
    """The texts that files bring, each with the file's name."""
    found: list[tuple[Source, str]] = []
    for name, file in files.items():
        for number, table in enumerate(file.sources):
            if table is None:
                continue
            source = _source(table, file.place, name, f"sources[{number}].", faults)
            if source is not None:
                found.append((source, name))
    return found


def _source(table: SourceTable, place: str, file: str, above: str, faults: list[Fault]) -> Source | None:
    ranks = {rank.name.lower(): rank for rank in Rank}
    if table.rank not in ranks:
        said = f"没有“{table.rank}”这个位阶"
        faults.append(Fault(file, above + "rank", said, cure=f"可以写的有：{'、'.join(ranks)}"))
        return None
    if table.until is not None and table.until < table.since:
        faults.append(Fault(file, above + "until", "终止日早于生效日", cure="改正日期"))
        return None
    return Source(
        id=table.id,
        title=table.title,
        rank=ranks[table.rank],
        since=table.since,
        until=table.until,
        place=table.place or place,
        number=table.number,
        text=table.text or None,
        replaced_by=table.replaced_by,
        note=table.note,
    )


def configured_settings(
    files: Mapping[str, JurisdictionFile],
    parameters: Mapping[str, Parameter[Any]],
    sources: Mapping[str, Source],
    faults: list[Fault],
) -> list[Setting[Any]]:
    """The values that files give to declared parameters."""
    found: list[Setting[Any]] = []
    for name, file in files.items():
        for number, table in enumerate(file.parameters):
            if table is None:
                continue
            above = f"parameters[{number}]."
            before = len(faults)
            parameter = parameters.get(table.id)
            if parameter is None:
                said = f"没有登记过的参数 {table.id}"
                faults.append(Fault(name, above + "id", said, cure="改正编号，或启用登记它的插件"))
            elif _as_kind(table.value, parameter.kind) is None:
                said = f"{table.id} 的值应是 {parameter.kind.__name__}，不是 {table.value!r}"
                faults.append(Fault(name, above + "value", said, cure='改正它；分数写成 "1/10"'))
            cites = _cites(table, name, above, sources, faults)
            if parameter is not None and len(faults) == before:
                found.append(_setting(parameter, table, file.place, cites, name))
    return found


def _cites(
    table: ParameterTable, file: str, above: str, sources: Mapping[str, Source], faults: list[Fault]
) -> Citation | None:
    cited: CitesTable | None = table.cites
    if cited is None:
        if not table.example:
            said = f"{table.id} 没有依据"
            faults.append(Fault(file, above + "cites", said, cure="写明依据，或标为 example = true"))
        return None
    source = sources.get(cited.source)
    if source is None:
        said = f"没有编号为 {cited.source} 的文本"
        cure = "在 [[sources]] 里写上它，或启用登记它的插件"
        faults.append(Fault(file, above + "cites.source", said, cure=cure))
        return None
    return source.article(cited.article, cited.anchor, gist=cited.gist)


def _setting(
    parameter: Parameter[Any], table: ParameterTable, place: str, cites: Citation | None, file: str
) -> Setting[Any]:
    return Setting(
        parameter=parameter,
        place=place,
        value=_as_kind(table.value, parameter.kind),
        since=table.since,
        until=table.until,
        cites=cites,
        example=table.example,
        local_choice=table.local_choice,
        origin=file,
    )


def _as_kind(raw: Any, kind: type) -> Any:
    """A TOML value as a value of the parameter's type, or None where it is none."""
    if kind is Fraction and isinstance(raw, str):
        try:
            return Fraction(raw)
        except (ValueError, ZeroDivisionError):
            return None
    if kind is tuple and isinstance(raw, list) and all(isinstance(each, str) for each in raw):
        return tuple(raw)
    return raw if type(raw) is kind else None
