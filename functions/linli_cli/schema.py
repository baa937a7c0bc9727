"""Print the JSON Schema (2020-12) of the facts of a moment; without a moment, list the moments.

linli schema                  what can be judged
linli schema access.admit     what the facts of that moment look like
"""

from __future__ import annotations

import argparse

from linli.forms import schema
from linli_cli.infra import Infra
from linli_cli.output import print_json


def configure(parser: argparse.ArgumentParser) -> None:
    """Take a moment."""
    parser.add_argument("moment", nargs="?", metavar="环节", help="<程序>.<动作>，例如 access.admit")
    parser.add_argument("--json", action="store_true", help="环节的列表也输出 JSON")


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Print a schema, or the list of moments."""
    deployment = infra.any()
    if arguments.moment:
        print_json(schema(deployment.moment(arguments.moment).facts))
    elif arguments.json:
        titles = {m.id: f"{m.procedure.title}：{m.action.title}" for m in deployment.moments.values()}
        print_json(titles)
    else:
        for moment in deployment.moments.values():
            print(f"{moment.id}  {moment.procedure.title}：{moment.action.title}")
    return 0
