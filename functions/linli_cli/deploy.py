"""Put a deployment into the cloud: what would change, make it so, how it is.

    linli deploy plan infra/deployments/river.toml
    linli deploy apply infra/deployments/river.toml
    linli deploy status infra/deployments/river.toml
    linli deploy package infra/deployments/river.toml --out river.zip

`plan` changes nothing: it says in words what would be different from what runs now (plugins, rules, values, settings,
resources), and judges the stored decisions again under the new rules. `apply` packs the functions, has CloudFormation
make the change, makes the keys that are missing, sees whether all functions answer and puts the pages out; where they
do not, it puts back what ran before. Interrupted, it is called again. Both refuse what `linli check` refuses.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linli_cli.infra import Infra
from linli_cli.options import today
from linli_cli.output import note, print_json, write_new

if TYPE_CHECKING:
    from linli_functions.deploying.picture import Change
    from linli_functions.deploying.planning import Plan
    from linli_functions.deploying.status import Status

_MOST_LINES = 30
_CHECKOUT = Path(__file__).resolve().parents[2]


def configure(parser: argparse.ArgumentParser) -> None:
    """Take what is to be done, and the deployment's file."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="做什么")
    titles = {
        "plan": "说明会有什么变化，什么都不改",
        "apply": "放到云上，或更新",
        "status": "云上的现状",
        "package": "只打包，写成一个文件",
    }
    for name, title in titles.items():
        act = acts.add_parser(name, help=title)
        act.add_argument(
            "config", nargs="?", type=Path, metavar="CONFIG", help="部署的配置文件（默认：--deployment）"
        )
        act.add_argument("--json", action="store_true", help="输出 JSON")
        if name != "status":
            act.add_argument(
                "--lock", type=Path, metavar="文件", help="程序库的锁定文件（默认：requirements.lock）"
            )
        if name in ("plan", "apply"):
            act.add_argument(
                "--template", type=Path, metavar="文件", help="栈的模板（默认：infra/template.yaml）"
            )
            act.add_argument("--despite-alarms", action="store_true", help="linli check 只有提醒时照样做")
            act.add_argument("--without-issuers", action="store_true", help="不去连统一身份认证")
        if name == "apply":
            act.add_argument("--awaiting", action="store_true", help="数据还要搬入：先不补密钥，不公开")
        if name == "plan":
            act.add_argument("--without-replay", action="store_true", help="不重判已存的决定")
        if name == "package":
            act.add_argument("--out", type=Path, required=True, metavar="文件", help="写到哪里")


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Do it; 1 where a plan finds decisions that cannot be judged, or a deployment is not well."""
    acts = {"plan": _plan, "apply": _apply, "status": _status, "package": _package}
    return acts[arguments.act](arguments, _file(arguments.config, infra))


def _file(config: Path | None, infra: Infra) -> Path:
    from linli.errors import BadInput, NotFound

    if config is not None:
        if not config.is_file():
            raise NotFound(f"没有 {config} 这个文件", cure="给出 infra/deployments 里的一个文件")
        return config
    paths = infra.files()
    if len(paths) > 1:
        names = "、".join(path.stem for path in paths)
        raise BadInput(
            "要写明用哪个部署", where="CONFIG", cure=f"写它的配置文件，或用 --deployment；有：{names}"
        )
    return paths[0]


def _planned(arguments: argparse.Namespace, path: Path) -> Plan:
    from linli_functions.deploying.planning import plan

    return plan(
        path,
        _beside(
            arguments.lock, path.parent.parent.parent / "requirements.lock", _CHECKOUT / "requirements.lock"
        ),
        _beside(
            arguments.template, path.parent.parent / "template.yaml", _CHECKOUT / "infra" / "template.yaml"
        ),
        today(),
        alarms=arguments.despite_alarms,
        issuers=not arguments.without_issuers,
    )


def _beside(said: Path | None, *usual: Path) -> Path:
    """The file that was named, or the first of the usual ones that is there."""
    return said or next((path for path in usual if path.is_file()), usual[0])


def _plan(arguments: argparse.Namespace, path: Path) -> int:
    planned = _planned(arguments, path)
    changes = planned.changes()
    again = None if arguments.without_replay else _judged_again(planned, whole=arguments.json)
    if arguments.json:
        print_json(
            {
                "slug": planned.config.slug,
                "stack": planned.stack,
                "account": planned.cloud.account,
                "region": planned.table.region,
                "state": planned.found.status if planned.found else "",
                "package": planned.package.digest,
                "lock": planned.deployment.lock,
                "known": not planned.unknown,
                "changes": changes,
                "replay": again,
            }
        )
    else:
        print("\n".join(_as_text(planned, changes)))
        print("\n".join(_replay_text(planned, again)))
    counts = again["counts"] if again else {}
    return 1 if counts.get("fault") or counts.get("undecidable") else 0


def _as_text(planned: Plan, changes: Sequence[Change]) -> Iterator[str]:
    from linli_functions.deploying.picture import PARTS

    where = f"账号 {planned.cloud.account}，{planned.table.region}，栈 {planned.stack}"
    if planned.stands is None:
        yield f"{planned.config.slug}：第一次部署（{where}）"
        if not planned.bucket:
            yield f"会建存储桶 {planned.table.package_bucket}，放函数包，不对外公开"
    else:
        yield f"{planned.config.slug}：更新（{where}，{planned.stands.status}）"
        if planned.unknown:
            yield "云上跑的是哪一份没有记下来，下面当作全部是新的"
    if not changes:
        yield "没有变化"
    order = list(PARTS)
    for part, grouped in groupby(
        sorted(changes, key=lambda change: order.index(change.part)), lambda change: change.part
    ):
        listed = list(grouped)
        yield f"\n{PARTS[part]}，{len(listed)} 处"
        if planned.was is None and part in ("rules", "values", "libraries", "resources"):
            continue  # everything is new; the number says enough
        yield from (f"  {change}" for change in listed[:_MOST_LINES])
        if len(listed) > _MOST_LINES:
            yield f"  还有 {len(listed) - _MOST_LINES} 处，用 --json 看全部"


def _judged_again(planned: Plan, *, whole: bool) -> dict[str, Any] | None:
    """What comes of the stored decisions under the new rules; None where nothing is stored in the cloud."""
    from linli.errors import LoadFault
    from linli_cli.replay import judged_again
    from linli_functions.deploying.planning import opened_in_cloud

    if planned.stands is None:
        return None
    try:
        with opened_in_cloud(planned.deployment, planned.stands, planned.table.region) as service:
            return judged_again(service.desk, whole=whole)
    except LoadFault as fault:  # nothing can be stored without keys
        note(f"没有重判：{fault}")
        return None


def _replay_text(planned: Plan, again: dict[str, Any] | None) -> Iterator[str]:
    from linli_cli.replay import as_text

    if again is not None:
        yield "\n按新规则重判已存的决定"
        yield from as_text(planned.config.slug, again)
    elif planned.stands is None:
        yield "\n云上还没有已存的决定可以重判；存储还在本机时用 linli replay"


def _apply(arguments: argparse.Namespace, path: Path) -> int:
    from linli_functions.deploying.applying import apply

    planned = _planned(arguments, path)
    done = apply(planned, note, awaiting=arguments.awaiting)
    if arguments.json:
        print_json(done)
        return 0
    print(f"{planned.config.slug}：已在云上（栈 {done.stack}）")
    print("\n".join(_addresses(done.outputs)))
    print("\n".join(_from_here(done.outputs, planned.table.region)))
    return 0


def _status(arguments: argparse.Namespace, path: Path) -> int:
    from linli_functions.deploying.status import status

    found = status(path)
    if arguments.json:
        print_json(found)
    else:
        print("\n".join(_status_text(found)))
    return 0 if found.fine else 1


def _status_text(found: Status) -> Iterator[str]:
    if not found.state:
        yield f"{found.stack}：还没有部署"
        return
    yield f"{found.stack}：{found.state}"
    yield f"函数包 {found.package[:12]}，规则 {found.lock or '没有记下'}"
    if found.plugins:
        yield "插件 " + "、".join(f"{name} {version}" for name, version in found.plugins.items())
    yield from _addresses(found.outputs)
    yield f"不正常：{found.unwell}" if found.unwell else "函数都正常"
    yield f"失败队列里有 {found.failed} 件等人处理" if found.failed else "失败队列是空的"


def _addresses(outputs: dict[str, str]) -> Iterator[str]:
    names = {
        "ApiUrl": "接口",
        "SiteBucket": "公开页面的存储桶",
        "DistributionDomain": "分发网络",
        "Table": "存储的表",
    }
    yield from (f"{title} {outputs[name]}" for name, title in names.items() if outputs.get(name))


def _from_here(outputs: dict[str, str], region: str) -> Iterator[str]:
    """How the other commands reach the deployment."""
    store = f"dynamodb:{outputs['Table']}?region={region}&bucket={outputs['FilesBucket']}"
    yield "在本机用其他命令办它：配置里写"
    yield f'  store = "{store}"'
    yield f'  vault_key = "{outputs["VaultKey"]}"'
    yield f"并设环境变量 LINLI_KEYS={outputs['Keys']}"


def _package(arguments: argparse.Namespace, path: Path) -> int:
    from linli_functions.deploying.package import make_package

    root = path.parent.parent
    lock = _beside(arguments.lock, root.parent / "requirements.lock", _CHECKOUT / "requirements.lock")
    made = make_package(root, path.stem, lock)
    write_new(arguments.out, made.data)
    if arguments.json:
        print_json(
            {
                "package": made.digest,
                "runtime": made.runtime,
                "bytes": len(made.data),
                "plugins": made.plugins,
                "libraries": made.libraries,
            }
        )
    else:
        print(f"{arguments.out}：{len(made.data) / 2**20:.1f} MB，{made.runtime}，内容 {made.digest}")
    return 0
