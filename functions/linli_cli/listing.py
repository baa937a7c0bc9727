"""List matters of a procedure at a place and below, oldest first, or what waits for someone.

linli list access --at 990101000000
linli list access --at 990101007000 --after 990101-2026-7K3MQ2XR --limit 50 --json
linli list --waiting --as reviewer --deployment river
"""

from __future__ import annotations

import argparse

from linli.errors import BadInput, NotFound
from linli_cli.home import add_home, add_person, opened, person
from linli_cli.infra import Infra
from linli_cli.output import print_json
from linli_functions.views import brief, shown

MOST = 1000


def configure(parser: argparse.ArgumentParser) -> None:
    """Take a procedure and a place, or a person."""
    parser.add_argument("procedure", nargs="?", default="", metavar="程序", help="例如 access")
    parser.add_argument("--at", default="", metavar="地方", help="12 位区划代码（默认：整个部署）")
    parser.add_argument("--after", default="", metavar="编号", help="从哪一件之后")
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="最多几件（默认 50）")
    parser.add_argument("--waiting", action="store_true", help="等 --as 的人办的事")
    add_person(parser, required=False)
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    add_home(parser)


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Print matters, one a line."""
    if not 1 <= arguments.limit <= MOST:
        raise BadInput(f"要在 1 到 {MOST} 之间", where="--limit")
    with opened(infra, arguments, arguments.at) as service:
        who = person(service, arguments.subject)
        place = arguments.at or service.deployment.place
        if arguments.waiting:
            if who is None:
                raise BadInput("要写明是谁", where="--as")
            ids = service.waiting(who, arguments.limit)
        else:
            known = service.deployment.procedures
            if arguments.procedure not in known:
                raise NotFound("要写明哪个程序", where="程序", cure=f"有：{'、'.join(known)}")
            if not service.deployment.covers(place):
                raise NotFound(f"{place} 不在这个部署里", where="--at")
            ids = service.listed(arguments.procedure, place, arguments.after, arguments.limit)
        found = (shown(service, service.matter(id), who) for id in ids)
        matters = [brief(service, each) for each in found if each is not None]
    if arguments.json:
        print_json({"matters": matters, "after": ids[-1] if len(ids) == arguments.limit else ""})
        return 0
    for each in matters:
        print(
            f"{each['id']}  {each['opened']}  {each['stage']['title']}  {each['place_title']}  {each['name']}"
        )
    return 0
