"""What commands print: JSON for programs on standard output, complaints on standard error."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from linli.errors import BadInput, LinliError, LoadFault, ManyFaults
from linli.faults import Fault


def plain(value: Any) -> Any:
    """A value as JSON has it; a share is the text ``"1/10"``, a day an ISO date."""
    return msgspec.to_builtins(value, enc_hook=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def print_json(value: Any) -> None:
    """Print a value as indented JSON."""
    print(msgspec.json.format(msgspec.json.encode(plain(value)), indent=2).decode())


def note(text: str) -> None:
    """Say something that is not part of the answer, on standard error."""
    print(text, file=sys.stderr)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet; raises `BadInput` where one is, or where it cannot be written."""
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise BadInput("文件已经有了", where=str(path), cure="换一个名字，或先移走它") from None
    except OSError as error:
        raise BadInput(f"写不出来：{error.strerror}", where=str(path), cure="检查目录和权限") from None


def fault_as_json(fault: Fault) -> dict[str, Any]:
    """A fault as programs read it."""
    return {
        "file": fault.file,
        "key": fault.key,
        "message": fault.message,
        "cure": fault.cure,
        "alarm": fault.alarm,
        "cites": [
            {
                "source": c.source.id,
                "article": c.article,
                "rank": c.rank.name.lower(),
                "since": c.source.since,
            }
            for c in fault.cites
        ],
    }


def complain(error: LinliError, *, as_json: bool = False) -> None:
    """Print an error: every fault on a line of its own, or as JSON."""
    each: list[LinliError | Fault] = [error]
    if isinstance(error, (LoadFault, ManyFaults)) and error.faults:
        each = list(error.faults)
    if not as_json:
        for fault in each:
            note(f"linli: {fault}")
        return
    faults = [
        fault_as_json(fault)
        if isinstance(fault, Fault)
        else {"key": fault.where, "message": fault.message, "cure": fault.cure, "basis": fault.basis}
        for fault in each
    ]
    print_json({"error": error.code, "faults": faults})
