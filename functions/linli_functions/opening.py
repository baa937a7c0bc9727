"""Opening: a deployment with its store and its keys, and a house of several deployments.

In the home folder lie ``<store>`` (SQLite, one file a deployment, unless the store is a table of DynamoDB) and ``keys``
(`linli_functions.keyring`). Whoever loses ``keys`` loses the personal data: keep a copy, apart from the store's. A
function over a table with its keys in the cloud has no home folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from msgspec import structs

from linli.deployment import Deployment, load
from linli.desk import Clock
from linli.errors import BadInput, LoadFault, NotFound
from linli.service import Service
from linli.store import Store
from linli.store_address import FileAddress, TableAddress, read_address
from linli.vault import MasterKey, Vault
from linli.vault_store import StoreVaultRows
from linli_functions.keyring import FOLDER, Keyring, LocalKeys, Randomness

if TYPE_CHECKING:
    from linli.notes import Signer
    from linli.store_dynamodb import DynamoStore

KEYS = FOLDER


def open_desk(
    deployment_path: Path,
    home: Path,
    clock: Clock,
    randomness: Randomness = os.urandom,
    *,
    modules: Iterable[object] = (),
) -> Service:
    """Load a deployment and open its store and keys in the home folder, making what is not there yet.

    ``modules`` are plugins handed in by tests. Raises `LoadFault` for a deployment, a store or a key file that
    cannot be used.
    """
    return open_service(load(deployment_path, modules=modules), home, clock, randomness)


def open_service(
    deployment: Deployment,
    home: Path | None,
    clock: Clock,
    randomness: Randomness = os.urandom,
    *,
    store: str = "",
    keys: Keyring | None = None,
    vault_key: str = "",
) -> Service:
    """Open the store and the keys of a loaded deployment; see `open_desk`.

    ``store`` says where the store lies instead of the configuration, ``keys`` are those of a function that is told by
    its stack where they are, and ``vault_key`` is the stack's key for those of persons, where the configuration names
    none; with a table it needs no home folder. Raises `LoadFault` where one is needed.
    """
    address = address_of(deployment.slug, store or deployment.store)
    if home is not None:
        home.mkdir(parents=True, exist_ok=True)
    ring = keys or LocalKeys(needed(home), deployment.slug, randomness)
    secret = ring.pseudonyms()
    opened = open_store(address, deployment.slug, home, randomness)
    master_key = deployment.vault_key or vault_key
    master = kms_key(master_key) if master_key else ring.master()
    vault = Vault(StoreVaultRows(opened), master, randomness)
    return Service(deployment, opened, vault, clock, randomness, secret)


def needed(home: Path | None) -> Path:
    """The home folder; raises `LoadFault` where there is none."""
    if home is None:
        cure = "设这个目录；在云上把存储设为 DynamoDB 的表（LINLI_STORE），密钥放进机密（LINLI_KEYS）"
        raise LoadFault("没有存储和密钥的目录", where="LINLI_HOME", cure=cure)
    return home


def address_of(slug: str, said: str) -> FileAddress | TableAddress:
    """Where the store of a deployment lies; raises `BadInput` naming the file in which it stands."""
    try:
        return read_address(said)
    except BadInput as error:
        raise BadInput(error.message, where=f"{slug}.toml store", cure=error.cure) from None


def open_store(
    address: FileAddress | TableAddress, slug: str, home: Path | None, randomness: Randomness = os.urandom
) -> Store:
    """Open the store of a deployment where it lies; a table is asked nothing before it is needed."""
    if isinstance(address, FileAddress):
        from linli.store_sqlite import SqliteStore  # a function has no use for it

        return SqliteStore(needed(home) / address.name, slug)
    return open_table(address, slug, randomness)


def open_table(
    address: TableAddress, slug: str, randomness: Randomness = os.urandom, *, arriving: bool = False
) -> DynamoStore:
    """Open a store in a table; ``arriving`` is for whoever moves it there (`linli.moving`)."""
    # Loaded here: one machine has no use for it, and a function no use for SQLite's.
    from linli.store_dynamodb import DynamoStore
    from linli_functions.cloud import CloudBucket, surroundings, wire_of

    around = structs.replace(surroundings(), randomness=randomness)
    bucket = CloudBucket(address.bucket, address.region, address.endpoint, around) if address.bucket else None
    wire = wire_of("dynamodb", address.region, address.endpoint)
    return DynamoStore(address.table, slug, wire, around, bucket=bucket, arriving=arriving)


def store_file(deployment: Deployment, home: Path) -> Path:
    """The file of a deployment's store; raises `BadInput` where it is a table, which is kept and restored elsewhere."""
    address = address_of(deployment.slug, deployment.store)
    if isinstance(address, TableAddress):
        cure = "表用它的时间点恢复，见手册的 DynamoDB 一章"
        raise BadInput("存储在 DynamoDB 的表里，不是文件", where=deployment.store, cure=cure)
    return home / address.name


def has_store(address: FileAddress | TableAddress, home: Path) -> bool:
    """Whether a store may be there: the file is, or it is a table, which is asked when it is needed."""
    return isinstance(address, TableAddress) or (home / address.name).is_file()


def kms_key(arn: str) -> MasterKey:
    """The key of the cloud's key service that an ARN names, as what wraps the keys of persons."""
    from linli.vault_kms import KmsMasterKey
    from linli_functions.cloud import client

    return KmsMasterKey(client("kms", arn.split(":")[3], attempts=3), arn)


def session_key(home: Path, randomness: Randomness = os.urandom) -> bytes:
    """The key that signs sessions and tokens of a home folder."""
    return LocalKeys(home, "", randomness).sessions()


def log_signer(home: Path, slug: str, randomness: Randomness = os.urandom) -> Signer:
    """The signer of a deployment's public log, with its key in the home folder."""
    return LocalKeys(home, slug, randomness).signer()


class House(Mapping[str, Service]):
    """Deployments opened in one process, by slug. Each has its own store and keys; none reads another's."""

    def __init__(self, services: Iterable[Service]) -> None:
        """Take services that are open; raises `BadInput` where two have one slug."""
        self._services: dict[str, Service] = {}
        for service in services:
            slug = service.deployment.slug
            if slug in self._services:
                raise BadInput(f"有两个部署都叫 {slug}", where="slug", cure="改掉一个")
            self._services[slug] = service

    @classmethod
    def open(
        cls, infra: Path, home: Path, clock: Clock, randomness: Randomness = os.urandom, *, only: str = ""
    ) -> House:
        """Open every deployment of an infra folder, or only one.

        Raises `NotFound` where there is none, and `LoadFault` for the first that cannot be used.
        """
        paths = sorted((infra / "deployments").glob("*.toml"))
        if only:
            paths = [path for path in paths if path.stem == only]
        if not paths:
            raise NotFound(
                f"没有{f'名为 {only} 的' if only else ''}部署",
                where=str(infra / "deployments"),
                cure="检查 --infra",
            )
        opened: list[Service] = []
        try:
            opened.extend(open_desk(path, home, clock, randomness) for path in paths)
            return cls(opened)
        except BaseException:
            for service in opened:
                service.store.close()
            raise

    def service(self, slug: str) -> Service:
        """The service of a deployment; raises `NotFound`, naming those there are."""
        try:
            return self._services[slug]
        except KeyError:
            raise NotFound(f"没有名为 {slug} 的部署", cure=f"有：{'、'.join(self._services)}") from None

    def __getitem__(self, slug: str) -> Service:
        return self._services[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._services)

    def __len__(self) -> int:
        return len(self._services)

    def close(self) -> None:
        """Close every store."""
        for service in self._services.values():
            service.store.close()

    def __enter__(self) -> House:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
