"""Import a register from an .xlsx or .csv: all rows, or none and every fault at once.

    linli --deployment river import stations stations.xlsx --as reviewer --since 2026-01-01
    linli --deployment river import appointments posts.csv --dry-run

Without --as it is whoever has this machine and its keys: how the first administrator gets a post. `linli export
REGISTER FILE --template` writes an empty table to fill in.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec

from linli.errors import NotFound
from linli.registry import find_register
from linli_cli.home import add_home, add_person, opened, person
from linli_cli.infra import Infra
from linli_cli.options import day
from linli_cli.output import print_json
from linli_functions.entries import import_table


def configure(parser: argparse.ArgumentParser) -> None:
    """Take a register and a file."""
    parser.add_argument("register", metavar="名册", help="例如 stations")
    parser.add_argument("file", metavar="FILE", type=Path, help=".xlsx 或 .csv")
    parser.add_argument("--since", type=day, metavar="日期", help="从哪一天起（默认：今天）")
    parser.add_argument("--dry-run", action="store_true", help="只检查，不保存")
    add_person(parser, required=False, otherwise="这台机器的管理者")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    add_home(parser)


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Import; the exit code is 2 where a row is faulty, and nothing is stored."""
    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        raise NotFound(f"{arguments.file} 读不出来：{error.strerror}", cure="检查文件名") from None
    with opened(infra, arguments, writes=True) as service:
        register = find_register(service.desk, arguments.register)
        rows, written = import_table(
            service,
            register,
            data,
            arguments.file.name,
            person(service, arguments.subject),
            arguments.since,
            dry_run=arguments.dry_run,
        )
    counts = {"new": 0, "changed": 0, "same": 0} if written is None else msgspec.structs.asdict(written)
    if arguments.json:
        print_json({"rows": rows, "stored": written is not None, **counts})
    elif written is None:
        print(f"{rows} 行都可以导入，没有保存")
    else:
        print(f"{rows} 行：新增 {counts['new']}，改动 {counts['changed']}，相同 {counts['same']}")
    return 0
