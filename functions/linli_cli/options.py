"""Values of options that several commands take."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from linli.calendar import civil_date
from linli.errors import BadInput, NotFound


def day(written: str) -> date:
    """A date as it is written on a command line: 2026-03-01."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{written}”不是日期，写成 2026-03-01") from None


def today() -> date:
    """The day in China: the command line is where the clock is read."""
    return civil_date(datetime.now(UTC))


def json_file(path: Path) -> dict[str, Any]:
    """The object in a JSON file; raises `NotFound` or `BadInput`."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except OSError as error:
        raise NotFound(f"{path} 读不出来：{error.strerror}", cure="检查文件名") from None
    except msgspec.DecodeError as error:
        raise BadInput(
            f"不是合格的 JSON 对象：{error}", where=path.name, cure="改正文件；linli schema 说明要填什么"
        ) from None
