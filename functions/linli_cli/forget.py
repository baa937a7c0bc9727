"""Delete what is held of a person, by deleting the key: nobody can read it again.

    linli forget residents:8f2c --home .linli                  what is held, and what stands against deleting it
    linli forget residents:8f2c --why 本人来函要求 --yes        delete it
    linli forget --matter 990101-2026-7K3MQ2XR --why … --yes   what staff wrote down of others in a matter
    linli forget --matter 990101-2026-7K3MQ2XR --field 1.donor_name --why … --yes

Matters that are not finished still need what they hold. Where an article asks to keep it, it is kept and from then on
opened by nobody; --allow lets it be opened again, for an audit that the law asks for. Exit code 1 where it is refused.
Copies of the store that are older still have the key: delete them when their time is over.
"""

from __future__ import annotations

import argparse

from linli.desk import SYSTEM
from linli.errors import BadInput
from linli.forgetting import Holding, allow_again, forget_person, forget_values, held_in, held_of
from linli.writing import about
from linli_cli.home import add_home, opened
from linli_cli.infra import Infra
from linli_cli.output import print_json
from linli_functions.privacy import holding_view


def configure(parser: argparse.ArgumentParser) -> None:
    """Take a person or a matter, a reason, and whether it is meant."""
    parser.add_argument("person", nargs="?", default="", metavar="人员标识", help="登录系统给出的标识")
    parser.add_argument("--matter", default="", metavar="编号", help="经办人在这件事里记下的他人信息")
    parser.add_argument(
        "--field", dest="fields", action="append", default=[], metavar="项目", help="只删这一项，可重复"
    )
    parser.add_argument("--why", default="", metavar="理由", help="例如：本人来函要求删除")
    parser.add_argument("--yes", action="store_true", help="真的删除；不写就只看")
    parser.add_argument("--allow", action="store_true", help="解除“只存不用”，供法定检查")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    add_home(parser)


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Say what is held, or delete it."""
    person, matter, fields = arguments.person, arguments.matter, tuple(arguments.fields)
    if bool(person) == bool(matter) or (fields and not matter):
        raise BadInput("要写人员标识，或者 --matter", where="forget", cure="见 linli forget --help")
    with opened(infra, arguments, matter) as service:
        desk = service.desk
        held = held_of(desk, person) if person else [held_in(desk, matter, fields)]
        if arguments.allow:
            owners = [person] if person else [about(matter, each) for each in held[0].fields]
            allow_again(desk, owners, SYSTEM, arguments.why)
            print("已解除，可以查看；用完请再办一次删除")
            return 0
        if not arguments.yes:
            _tell(held, as_json=arguments.json)
            return 0
        if person:
            done = forget_person(desk, person, SYSTEM, arguments.why)
        else:
            done = forget_values(desk, matter, fields, SYSTEM, arguments.why)
        if arguments.json:
            print_json({"done": done.done, "values": done.values})
        else:
            print(f"已删除 {done.values} 项，密钥已销毁")
    return 0


def _tell(held: list[Holding], *, as_json: bool) -> None:
    if as_json:
        print_json({"held": [holding_view(each) for each in held]})
        return
    for each in held:
        said = "可以删除" if each.finished else "还没办完，不能删除"
        if each.kept_until is not None and each.cites is not None:
            said = f"依{each.cites.label}保存到 {each.kept_until}"
        print(f"{each.matter}  {each.title}  {'、'.join(each.fields) or '没有'}  {said}")
    print("没有删除任何内容；要删除，加 --why 和 --yes" if held else "没有保存此人的个人信息")
