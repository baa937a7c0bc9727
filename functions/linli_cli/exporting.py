"""Export a register as an .xlsx, or write an empty table to fill in.

    linli --deployment river export stations stations.xlsx
    linli --deployment river export appointments posts.xlsx --as administrator
    linli --deployment river export stations template.xlsx --template

Without --as the table holds the public fields; --all gives everything to whoever has this machine and its keys.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from linli.errors import BadInput, Forbidden
from linli.registry import find_register
from linli.spreadsheets import template_xlsx
from linli_cli.home import add_home, add_person, opened, person
from linli_cli.infra import Infra
from linli_cli.output import note, print_json
from linli_functions.entries import export_table, writes_somewhere
from linli_functions.tables import columns, table_fields


def configure(parser: argparse.ArgumentParser) -> None:
    """Take a register and a file."""
    parser.add_argument("register", metavar="名册", help="例如 stations")
    parser.add_argument("file", metavar="FILE.xlsx", type=Path, help="写到哪里；不覆盖已有的文件")
    parser.add_argument("--template", action="store_true", help="空表，带表头和选项")
    parser.add_argument("--all", action="store_true", help="全部字段")
    add_person(parser, required=False)
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    add_home(parser)


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Write the file."""
    # An empty sheet is wanted before there is anything in a store.
    with opened(infra, arguments, writes=arguments.template) as service:
        register = find_register(service.desk, arguments.register)
        who = person(service, arguments.subject)
        if not (register.public or arguments.template or arguments.all or writes_somewhere(register, who)):
            raise Forbidden(
                f"名册“{register.title}”不公开", where="--as", cure="用 --as 写明是谁，或用 --all"
            )
        if arguments.template:
            data = template_xlsx(columns(table_fields(register)), register.title)
        else:
            data = export_table(service, register, who, every=arguments.all)
    try:
        with arguments.file.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise BadInput("文件已经有了", where=str(arguments.file), cure="换一个名字，或先移走它") from None
    except OSError as error:
        raise BadInput(
            f"写不出来：{error.strerror}", where=str(arguments.file), cure="检查目录和权限"
        ) from None
    if arguments.json:
        print_json({"file": str(arguments.file), "bytes": len(data)})
    else:
        note(f"写好了 {arguments.file}（{len(data)} 字节）")
    return 0
