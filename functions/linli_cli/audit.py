"""The package of an audit, for whoever has the machine and its keys; that it was had is noted all the same."""

from __future__ import annotations

import argparse
from pathlib import Path

from linli.deployment import Deployment
from linli.errors import BadInput
from linli_cli.opened import opened
from linli_cli.output import note, write_new


def add_package(parser: argparse.ArgumentParser) -> None:
    """Take which audit, and a statement of the bank to compare with."""
    parser.add_argument("--audit", default="", metavar="编号", help="package：“审计委托”名册里的哪一项")
    parser.add_argument(
        "--statement", type=Path, metavar="FILE", help="package：与这份银行对账单（.csv 或 .xlsx）核对"
    )


def package(arguments: argparse.Namespace, deployment: Deployment, home: Path) -> int:
    """Write the package of an audit to a new file."""
    from linli.auditing import audit_for, hand_over
    from linli.bank import read_statement

    if not arguments.audit:
        raise BadInput("要写明哪一项审计", where="--audit", cure="填“审计委托”名册里的编号")
    if arguments.output is None:
        raise BadInput("要写明写到哪个文件", where="--output", cure="例如 --output audit.zip")
    statement = arguments.statement
    try:
        lines = read_statement(statement.read_bytes(), statement.name) if statement else ()
    except OSError as error:
        raise BadInput(f"读不出来：{error.strerror}", where=str(statement), cure="检查路径和权限") from None
    with opened(deployment, home) as service:
        data = hand_over(service, audit_for(service, arguments.audit, None), None, lines)
    write_new(arguments.output, data)
    note(f"写好了 {arguments.output}（{len(data)} 字节）")
    return 0
