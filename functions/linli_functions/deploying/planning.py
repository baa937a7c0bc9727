"""What a deployment would change: looked at from all sides before anything is touched.

A plan reads and writes nothing, but for what a store notes of itself when it is opened for the first time. It refuses
what ``linli check`` refuses.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

from msgspec import Struct

from linli.clouds import stack_name
from linli.configuration import CloudTable, DeploymentFile, read
from linli.deployment import Deployment, check, load
from linli.errors import BadInput, Conflict, LoadFault
from linli.service import Service
from linli.store_address import TableAddress
from linli_functions.clocks import SystemClock
from linli_functions.deploying.calls import Cloud
from linli_functions.deploying.package import Package, make_package
from linli_functions.deploying.packages import Packages, key_of
from linli_functions.deploying.picture import Change, Picture, differences, picture_of
from linli_functions.deploying.stack import (
    Stack,
    check_stack,
    find_stack,
    parameter_differences,
    parameters_of,
    resource_differences,
    template_of,
)
from linli_functions.issuer import issuer_faults
from linli_functions.keyring import CloudKeys
from linli_functions.opening import address_of, open_service, open_table


class Plan(Struct, frozen=True):
    """A deployment that could be put into the cloud, and what stands there.

    ``found`` is the stack in whatever state, ``stands`` the same where it holds a deployment; ``was`` is the picture of
    what runs there, ``before`` the template it was made of.
    """

    config: DeploymentFile
    table: CloudTable
    deployment: Deployment
    cloud: Cloud
    package: Package
    picture: Picture
    template: str
    parameters: dict[str, str]
    bucket: bool
    found: Stack | None
    stands: Stack | None
    was: Picture | None
    before: str

    @property
    def stack(self) -> str:
        """The stack's name."""
        return stack_name(self.config, self.table)

    @property
    def unknown(self) -> bool:
        """Whether something runs of which no picture was kept."""
        return self.stands is not None and self.was is None

    def changes(self) -> list[Change]:
        """Everything that would be different, part by part."""
        told = differences(self.was, self.picture)
        told += resource_differences(self.before, self.template)
        return told + (parameter_differences(self.stands.parameters, self.parameters) if self.stands else [])


def configured(path: Path) -> tuple[DeploymentFile, CloudTable]:
    """A deployment's file and its ``[cloud]``; raises `LoadFault` or `BadInput` where either is missing."""
    config, faults = read(path, DeploymentFile)
    if config is None or any("cloud" in fault.key for fault in faults):
        listed = "\n".join(map(str, faults))
        raise LoadFault(f"配置有 {len(faults)} 处问题：\n{listed}", where=path.name, faults=faults)
    if config.cloud is None:
        cure = "写上 [cloud]，至少有 region 和 package_bucket；见手册 deploy.md"
        raise BadInput("没有写放到云上的哪里", where=f"{path.name} cloud", cure=cure)
    return config, config.cloud


def plan(
    path: Path, lock: Path, template: Path, on: date, *, alarms: bool = False, issuers: bool = True
) -> Plan:
    """Look at a deployment and at what stands in the cloud.

    ``alarms`` lets alarms of `linli check` pass, ``issuers`` asks the issuers of identities. Raises `LoadFault` with
    all faults where the deployment is not fit, `Conflict` where stack or bucket are somebody else's.
    """
    config, table = configured(path)
    faults = [fault for fault in check([path], on) if not (alarms and fault.alarm)]
    if issuers and not faults:
        faults += issuer_faults(config, path.name)
    if faults:
        listed = "\n".join(map(str, faults))
        raise LoadFault(f"配置有 {len(faults)} 处问题：\n{listed}", where=path.name, faults=faults)
    try:
        text = template.read_text("utf-8")
    except OSError:
        raise LoadFault("没有栈的模板", where=str(template), cure="用 --template 指明") from None
    cloud = Cloud(table.region)
    if table.account and cloud.account != table.account:
        said = f"现在的凭证属于账号 {cloud.account}，配置写的是 {table.account}"
        raise Conflict(said, where=f"{path.name} cloud.account", cure="换凭证，或改正配置")
    packages = Packages(cloud, table.package_bucket)
    bucket = packages.is_there()
    name = stack_name(config, table)
    found = find_stack(cloud, name)
    stands = check_stack(found, config)
    deployment = load(path)
    if stands is not None:
        _check_store(stands, table.region, config.slug)
    _check_vault_key(config, stands)
    package = make_package(path.parent.parent, config.slug, lock)
    functions = {"CodeKey": key_of(config.slug, package.digest), "Runtime": package.runtime}
    return Plan(
        config,
        table,
        deployment,
        cloud,
        package,
        picture_of(deployment, config, package),
        text,
        parameters_of(config, table, functions, cloud.emulator),
        bucket,
        found,
        stands,
        packages.picture(stands.parameters.get("CodeKey", "")) if stands and bucket else None,
        template_of(cloud, name) if stands else "",
    )


def _check_store(stack: Stack, region: str, slug: str) -> None:
    """Raise `LoadFault` where the stack's table is of another version, or is being moved into."""
    address = address_of(slug, _store_of(stack, region))
    if isinstance(address, TableAddress):
        with closing(open_table(address, slug)) as store:
            store.head("0")


def _check_vault_key(config: DeploymentFile, stack: Stack | None) -> None:
    """Raise `Conflict` for a key of persons that the stack's functions may not use."""
    own = stack.outputs["VaultKey"] if stack is not None else ""
    if config.vault_key and config.vault_key != own:
        cure = f"写成 {own}" if own else "第一次部署先不写；搬入数据之前再写上栈的密钥（输出 VaultKey）"
        raise Conflict("云上的函数只能用栈自己的密钥", where=f"{config.slug}.toml vault_key", cure=cure)


def _store_of(stack: Stack, region: str) -> str:
    return f"dynamodb:{stack.outputs['Table']}?region={region}&bucket={stack.outputs['FilesBucket']}"


@contextmanager
def opened_in_cloud(deployment: Deployment, stack: Stack, region: str) -> Iterator[Service]:
    """A deployment's rules over the store that its stack holds, closed in the end."""
    store = _store_of(stack, region)
    keys = CloudKeys(stack.outputs["Keys"], deployment.slug, os.urandom)
    service = open_service(
        deployment, None, SystemClock(), store=store, keys=keys, vault_key=stack.outputs["VaultKey"]
    )
    try:
        yield service
    finally:
        service.store.close()
