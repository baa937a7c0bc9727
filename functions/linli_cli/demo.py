"""Build the demo where there is none yet, and serve its portals, workbenches and API on this machine.

    linli demo                         in .linli-demo, at 127.0.0.1:8000
    linli demo --port 9000             at another port
    linli demo --home /tmp/linli       somewhere else
    linli demo --no-serve              only build
    linli demo --scale                 one large deployment, to see how it bears size

The first start takes a minute or two, later ones some seconds. To begin anew, delete the folder.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from linli_cli.infra import Infra


def configure(parser: argparse.ArgumentParser) -> None:
    """Take the home folder, the port, and what to leave out."""
    parser.add_argument("--home", type=Path, default=Path(".linli-demo"), metavar="目录", help="数据放在哪里")
    parser.add_argument("--port", type=int, default=8000, metavar="端口", help="在哪个端口（默认 8000）")
    parser.add_argument("--no-serve", action="store_true", help="只建好，不启动服务")
    parser.add_argument("--processes", type=int, default=2, metavar="个数", help="用几个进程建（默认 2）")
    parser.add_argument("--scale", action="store_true", help="建一个大部署试规模，打印用时和速度")


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Build, say where to look, and serve."""
    from linli_functions.demo import address, serve_demo
    from linli_functions.demo_home import held, prepare

    if arguments.scale:
        from linli_functions.demo_scale import scale

        scale(infra.folder, arguments.home / "scale", _say)
        return 0
    began = time.perf_counter()
    with held(arguments.home):
        print(f"演示放在 {arguments.home}", flush=True)
        known, fresh = prepare(
            infra.folder, arguments.home, _say, arguments.processes, address(arguments.port)
        )
        verb = "建好" if fresh else "已经建好，打开"
        print(f"{verb}用了 {time.perf_counter() - began:.1f} 秒", flush=True)
        if arguments.no_serve:
            return 0
        _look_here(infra, arguments.port)
        serve_demo(infra.folder, arguments.home, known, arguments.port)
    return 0


def _say(said: str) -> None:
    print(said, flush=True)


def _look_here(infra: Infra, port: int) -> None:
    """Where to look, and as whom."""
    from linli.deployment import load
    from linli_functions.demo_cast import cast
    from linli_functions.demo_script import read_script

    root = f"http://127.0.0.1:{port}"
    print(f"\n  所有部署      {root}/")
    deployments = [load(path) for path in infra.files()]
    for deployment in deployments:
        print(f"  {deployment.title}  公开 {root}/{deployment.slug}/  工作台 {root}/{deployment.slug}/desk/")
    print(f"  接口说明      {root}/{deployments[0].slug}/api/v1/openapi.json")
    print("\n  在工作台可以扮演的人（每个部署都有）：")
    shown = [member for member in cast(deployments[0], read_script(deployments[0])) if member.shown]
    for member in shown:
        print(f"    {member.title}：{member.hint}")
    print("\n  按 Ctrl-C 结束", flush=True)
