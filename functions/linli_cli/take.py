"""Begin a matter, or act in one, as the person who holds the post.

    linli take access.submit request.json --at 990101000000 --as clerk-of-health
    linli take access.review checked.json --matter 990101-2026-7K3MQ2XR --as reviewer
    linli take access.submit request.json --at 990101000000 --as clerk-of-health --dry-run

The first argument is <procedure>.<action>; the file holds what `linli schema` says (none: an action that asks for
nothing). --happened and --decided enter days before today from paper and need --on-behalf-of paper. With --key the
same call twice has effect once. The exit code is 1 where the rules refuse; the refusal is stored all the same.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from linli.deciding import find_action
from linli.documents import may_refer
from linli.errors import BadInput
from linli.service import Call
from linli_cli.home import add_home, add_person, opened
from linli_cli.infra import Infra
from linli_cli.judge import as_text
from linli_cli.options import day, json_file
from linli_cli.output import print_json
from linli_functions.answers import judgement_view
from linli_functions.views import due_view


def configure(parser: argparse.ArgumentParser) -> None:
    """Take an action, facts, a place or a matter, and who acts."""
    parser.add_argument(
        "action", metavar="程序.动作", help="例如 access.submit；linli schema 列出要判断的环节"
    )
    parser.add_argument("facts", metavar="FACTS.json", type=Path, nargs="?", help="事实，JSON 文件")
    parser.add_argument("--at", default="", metavar="地方", help="开始一件事：在哪里，12 位区划代码")
    parser.add_argument("--matter", default="", metavar="编号", help="办理哪一件事")
    parser.add_argument("--above", default="", metavar="编号", help="在哪一件事之下开始，例如一次投票")
    add_person(parser, required=True)
    parser.add_argument("--post", default="", metavar="岗位", help="任多个岗位时用哪一个")
    parser.add_argument("--happened", type=day, metavar="日期", help="行为的日期，默认今天")
    parser.add_argument("--decided", type=day, metavar="日期", help="决定的日期，默认同上")
    parser.add_argument("--on-behalf-of", default="", choices=["", "paper"], metavar="paper", help="纸质补录")
    parser.add_argument("--key", default="", metavar="幂等键", help="重试时用同一个，只生效一次")
    parser.add_argument("--dry-run", action="store_true", help="只试判，不保存")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    add_home(parser)


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Take the action; 1 where the rules refuse."""
    procedure, dot, action = arguments.action.rpartition(".")
    if not dot:
        raise BadInput("要写成“程序.动作”", where=arguments.action, cure="例如 access.submit")
    with opened(
        infra, arguments, arguments.matter or arguments.above or arguments.at, writes=True
    ) as service:
        known, found = find_action(service.desk, procedure, action)
        facts: dict[str, Any] = json_file(arguments.facts) if arguments.facts else {}
        call = Call(
            procedure=known.id,
            action=found.id,
            facts=facts,
            matter=arguments.matter,
            place=arguments.at,
            above=arguments.above,
            happened=arguments.happened,
            decided=arguments.decided,
            key=arguments.key,
            on_behalf_of=arguments.on_behalf_of,
            as_post=arguments.post,
        )
        actor = service.person(arguments.subject)
        may_refer(service, found.form, facts, call.matter, actor)
        if arguments.dry_run:
            judgement, leads_to = service.dry_run(call, actor)
            said: dict[str, Any] = {"stored": False, "leads_to": leads_to}
        else:
            receipt = service.take(call, actor)
            judgement = receipt.judgement
            said = {
                "stored": True,
                "matter": receipt.matter,
                "number": receipt.number,
                "stage": receipt.stage,
                "stage_title": receipt.stage_title,
                "due": [due_view(each) for each in receipt.due],
                "children": receipt.children,
                "code": receipt.code,
            }
        if arguments.json:
            print_json({**said, "judgement": judgement and judgement_view(judgement)})
        else:
            _tell(said, as_text(judgement, service.deployment) if judgement else [])
    return 1 if judgement is not None and judgement.refused else 0


def _tell(said: dict[str, Any], lines: list[str]) -> None:
    if said["stored"]:
        print(f"{said['matter']}  第 {said['number']} 步  {said['stage_title']}")
        for due in said["due"]:
            print(f"{due['day']} 前{due['title']}")
        for child in said["children"]:
            print(f"  {child}")
        if said["code"]:
            print(f"回执号（只显示这一次）：{said['code']}")
    else:
        print(f"没有保存。会到：{said['leads_to']}")
    if lines:
        print("\n".join(["", *lines]))
