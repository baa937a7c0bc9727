"""Moving a deployment: its store as one file, its keys apart, and both to where they shall be from now on.

A store in a file is copied first, so that others may go on reading; what is written after that does not move, so end
the process that serves it. A table must stand still while it is read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from linli.archive import Header, write_archive
from linli.deployment import Deployment
from linli.errors import BadInput, NotFound
from linli.moving import Destination, Rewrap, move_in, rewrapped
from linli.store import Store
from linli.store_address import FileAddress
from linli.store_sqlite import SqliteStore
from linli.store_tables import whole_file
from linli.vault import HeldMasterKey, MasterKey
from linli_functions.keyring import (
    LOG,
    PSEUDONYMS,
    SESSIONS,
    VAULT,
    CloudKeys,
    LocalKeys,
    fill,
    fill_home,
)
from linli_functions.opening import address_of, kms_key, open_store, open_table

_GIVEN = "用 --keys 指明搬出时写的文件夹"


def moved_out(
    deployment: Deployment, home: Path, file: Path, keys: Path | None = None, secret: str = ""
) -> Header:
    """Write the store of a deployment to a new file, and its keys into a new folder.

    The keys come from the home folder, or from a secret of the cloud, by its ARN. Those of sessions stay: everybody
    signs in anew. Raises `BadInput` where file or folder are there already or the file would lie with the keys,
    `NotFound` where there is no store.
    """
    if keys is not None and keys.resolve() in file.resolve().parents:
        raise BadInput("密钥不能和存储放在一起", where=str(keys), cure="换一个文件夹，最好是另一台设备")
    if keys is not None and keys.exists():
        raise BadInput("文件夹已经在那里", where=str(keys), cure="换一个名字")
    try:
        with (
            whole_file(file) as unfinished,
            _still(deployment, home, file.parent) as store,
            unfinished.open("wb") as out,
        ):
            header = write_archive(store, out)
    except FileExistsError:
        raise BadInput("文件已经在那里", where=str(file), cure="换一个名字") from None
    if keys is not None:
        fill_home(keys, deployment.slug, _held(deployment.slug, home, secret))
    return header


def moved_in(
    deployment: Deployment,
    home: Path,
    file: Path,
    keys: Path | None = None,
    secret: str = "",
    vault_from: str = "",
) -> Header:
    """Put the store of an archive where the deployment's file says, and its keys into the home folder or a secret.

    ``keys`` is the folder that `moved_out` wrote; without it the keys must be in their place already. ``vault_from`` is
    the ARN of the key service's key that wrapped the keys of persons, where it was one. Interrupted, it goes on when it
    is called again. Raises what `linli.moving.move_in` does, `NotFound` where a key is missing and `Conflict` where
    another one is in its place; nothing of the store is written then.
    """
    slug = deployment.slug
    given = _held(slug, keys or home, "" if keys else secret)
    rewrap = _rewrap(deployment, given, vault_from)
    for name in (PSEUDONYMS,) if secret else (PSEUDONYMS, LOG):
        if name not in given:
            raise NotFound(f"没有密钥“{name}”", where=str(keys or home), cure=_GIVEN)

    def bring_keys() -> None:
        if secret:
            fill(secret, given, randomness=os.urandom)
        else:
            fill_home(home, slug, given)

    with closing(_arriving(deployment, home)) as store:
        return move_in(store, file, rewrap, bring_keys)


def _held(slug: str, home: Path, secret: str) -> dict[str, bytes]:
    """The keys that a secret holds, or a home folder, without that of sessions."""
    ring = CloudKeys(secret, slug, os.urandom) if secret else LocalKeys(home, slug, os.urandom)
    return {name: key for name, key in ring.held().items() if name != SESSIONS}


def _rewrap(deployment: Deployment, given: Mapping[str, bytes], vault_from: str) -> Rewrap | None:
    """How the keys of persons are wrapped anew; None where the same master key wraps them here."""
    if not (vault_from and deployment.vault_key) and VAULT not in given:
        cure = f"{_GIVEN}，或用 --vault-from 写明云上的密钥"
        raise NotFound("没有包个人密钥的主密钥，个人信息将打不开", where=deployment.slug, cure=cure)
    if vault_from == deployment.vault_key:
        return None
    return rewrapped(_master(vault_from, given), _master(deployment.vault_key, given))


def _master(arn: str, given: Mapping[str, bytes]) -> MasterKey:
    return kms_key(arn) if arn else HeldMasterKey(given[VAULT], os.urandom)


@contextmanager
def _still(deployment: Deployment, home: Path, beside: Path) -> Iterator[Store]:
    """The store as it stands at one moment: a copy of a file, or the table itself."""
    address = address_of(deployment.slug, deployment.store)
    if not isinstance(address, FileAddress):
        with closing(open_store(address, deployment.slug, home)) as table:
            yield table
        return
    if not (home / address.name).is_file():
        raise NotFound("没有存储", where=str(home / address.name), cure="用 --home 指明目录")
    with TemporaryDirectory(dir=beside, prefix=".moving-") as folder:
        copy = Path(folder) / "copy.sqlite3"
        with closing(SqliteStore(home / address.name, deployment.slug)) as live:
            live.backup(copy)
        with closing(SqliteStore(copy, deployment.slug)) as store:
            yield store


def _arriving(deployment: Deployment, home: Path) -> Destination:
    address = address_of(deployment.slug, deployment.store)
    if isinstance(address, FileAddress):
        return SqliteStore(home / address.name, deployment.slug, arriving=True)
    return open_table(address, deployment.slug, arriving=True)
