"""Show a matter: its lead, its stage, what falls due, and with --steps how it came about.

    linli show 990101-2026-7K3MQ2XR
    linli show 990101-2026-7K3MQ2XR --steps --as reviewer
    linli show 990101-2026-7K3MQ2XR --json

Without --as it shows what everybody may see.
"""

from __future__ import annotations

import argparse

from linli_cli.home import add_home, add_person, opened, person
from linli_cli.infra import Infra
from linli_cli.output import print_json
from linli_functions.views import seen, steps_view, whole


def configure(parser: argparse.ArgumentParser) -> None:
    """Take a matter."""
    parser.add_argument("matter", metavar="编号", help="事项编号，例如 990101-2026-7K3MQ2XR")
    parser.add_argument("--steps", action="store_true", help="连同每一步")
    add_person(parser, required=False)
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    add_home(parser)


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Print a matter."""
    with opened(infra, arguments, arguments.matter) as service:
        found = seen(service, arguments.matter, person(service, arguments.subject))
        told = whole(service, found)
        steps = steps_view(service, found)
    if arguments.json:
        print_json({**told, "steps": steps} if arguments.steps else told)
        return 0
    print(f"{told['id']}  {told['name']}  {told['place_title']}")
    print(told["lead"])
    print(f"环节：{told['stage']['title']}（{told['since']} 起）")
    for due in told["due"]:
        print(f"{due['day']} 前{due['title']}")
    for child in told["children"]:
        print(f"  {child}")
    if arguments.steps:
        for step in steps:
            unit = step["actor"].get("unit") or step["actor"]["post"]
            print(f"{step['number']:>3}  {step['recorded']}  {unit}  {step['title']} → {step['stage_title']}")
    return 0
