"""The identity of a deployment as its file and the environment give it.

The secret of an application that is registered with an issuer comes from the environment, never from a file of the
repository: in ``LINLI_CLIENT_SECRET_<SLUG>`` itself, or in a file that ``LINLI_CLIENT_SECRET_<SLUG>_FILE`` names, as
systemd's credentials and secret stores provide it. For residents' application the names end in ``_RESIDENTS`` and
``_RESIDENTS_FILE``. A function finds it with its keys (`linli_functions.keyring`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

from linli.errors import LoadFault
from linli.service import Service
from linli_functions.clocks import instant
from linli_functions.identity import Identity, Nobody

LONGEST_SECRET = 500


def identity_of(
    service: Service,
    key: bytes,
    environment: Mapping[str, str] = os.environ,
    given: Mapping[str, str] = {},
) -> Identity:
    """Who signs in at a deployment: people of its issuers, or nobody where its file names none.

    ``key`` signs the sessions; ``given`` are secrets of applications by door, where they come from elsewhere than the
    environment. Raises `LoadFault` for a secret that cannot be read.
    """
    table = service.deployment.identity
    if table is None:
        return Nobody()
    from linli_functions.openid import (
        RESIDENTS,
        STAFF,
        OpenIdentity,
    )  # where nobody signs in it is not needed

    slug = service.deployment.slug
    secrets = {door: given.get(door) or client_secret(slug, door, environment) for door in (STAFF, RESIDENTS)}
    return OpenIdentity(slug, table, secrets, key, service.store, instant, os.urandom, time.monotonic)


def client_secret(slug: str, door: str, environment: Mapping[str, str]) -> str:
    """The secret of a door's application; empty where there is none, as for a public application.

    Raises `LoadFault` for a file that cannot be read and for what can be no secret.
    """
    name = f"LINLI_CLIENT_SECRET_{slug.upper().replace('-', '_')}"
    if door != "staff":
        name += f"_{door.upper()}"
    secret = environment.get(name, "")
    path = environment.get(f"{name}_FILE", "")
    if path:
        name += "_FILE"
        try:
            secret = Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise LoadFault(
                "应用密钥的文件读不出来", where=name, cure="检查文件是否存在、本进程能否读取"
            ) from None
    if (path and not secret) or len(secret) > LONGEST_SECRET or not secret.isprintable():
        raise LoadFault("这不是应用密钥", where=name, cure="照统一身份认证给出的密钥原样放入，不带换行")
    return secret
