"""The table of a store on DynamoDB, for trials; a stack makes that of a street at work.

linli --deployment river store create
"""

from __future__ import annotations

import argparse

from linli_cli.infra import Infra


def configure(parser: argparse.ArgumentParser) -> None:
    """Take what is to be done."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="做什么")
    create = acts.add_parser("create", help="按部署配置里的 store 建一张空表")
    create.add_argument(
        "--store", default="", metavar="地址", help="不用配置里的，例如 dynamodb:river?region=cn-north-1"
    )


def run(arguments: argparse.Namespace, infra: Infra) -> int:
    """Make the table; raises `BadInput` where the store is no table, or there is one already."""
    from linli.configuration import DeploymentFile, read
    from linli.errors import BadInput
    from linli.store_address import TableAddress
    from linli.store_dynamodb_table import make_table
    from linli_functions.cloud import CloudWire
    from linli_functions.opening import address_of

    paths = infra.files()
    if len(paths) > 1 and not arguments.store:
        names = "、".join(path.stem for path in paths)
        raise BadInput("要写明用哪个部署", where="--deployment", cure=f"有：{names}；写在命令之前")
    config, _ = read(paths[0], DeploymentFile)
    said = arguments.store or (config.store if config else "")
    address = address_of(paths[0].stem, said)
    if not isinstance(address, TableAddress):
        raise BadInput(f"“{said}”是文件，不用建表", where="store", cure="写成 dynamodb:表名")
    make_table(CloudWire(address.region, address.endpoint), address.table)
    print(f"建好了表 {address.table}")
    return 0
