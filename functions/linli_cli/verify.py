"""Prove store, ledger, log and published record against each other.

    linli verify
    linli verify --home /srv/linli --json

Names what does not fit, the first thing found first. The exit code is 1 where anything does not.
"""

from __future__ import annotations

import argparse
from typing import Any

from linli_cli.infra import Infra
from linli_cli.opened import add_home, home_of, opened, stored
from linli_cli.output import print_json


def configure(parser: argparse.ArgumentParser) -> None:
    """Take the folder of the stores."""
    add_home(parser)
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Print what does not fit; 1 where something does not."""
    from linli.sequencing import read_head
    from linli.verification import verify

    home = home_of(arguments)
    told: dict[str, dict[str, Any]] = {}
    for deployment in stored(infra, home):
        with opened(deployment, home) as service:
            head, _ = read_head(service.store)
            told[deployment.slug] = {"leaves": head.size, "root": head.root, "faults": verify(service.desk)}
    if arguments.json:
        print_json(told)
    else:
        for slug, found in told.items():
            faults = found["faults"]
            print(
                f"{slug}：日志 {found['leaves']} 条，{'全部相符' if not faults else f'{len(faults)} 处不符'}"
            )
            for fault in faults:
                print(f"  {fault}")
    return 1 if any(found["faults"] for found in told.values()) else 0
