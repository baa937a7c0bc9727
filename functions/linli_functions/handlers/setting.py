"""Where a function finds its deployment: the environment, read once at the first call.

=================== ==========================================================
``LINLI_DEPLOYMENT`` path of ``infra/deployments/<slug>.toml``
``LINLI_HOME``       folder of the store where that is a file, and of the keys where they are files
``LINLI_STORE``      where the store lies, instead of what the deployment's file says (`linli.store_address`)
``LINLI_KEYS``       ARN of the secret that holds the keys (`linli_functions.keyring`)
``LINLI_VAULT_KEY``  ARN of the key that wraps the keys of persons, where the deployment's file names none
``LINLI_SITE``       where the portal goes (`linli_functions.site_address`); without it no pages are built
``LINLI_CDN``        id of the CloudFront distribution before it, if there is one
``LINLI_DEMO``       ``1``: whoever calls may be any persona
``LINLI_PERSONAS``   path of the personas' file; with ``LINLI_DEMO`` only
``LINLI_PLUGINS``    path of what `linli_functions.handlers.packaging` wrote, if it was run: a function starts sooner
=================== ==========================================================
"""

from __future__ import annotations

import gc
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from linli.errors import LoadFault

if TYPE_CHECKING:
    from linli.deployment import Deployment
    from linli.service import Service
    from linli_functions.identity import Identity
    from linli_functions.keyring import Keyring


def named(variable: str) -> Path:
    """The path that a variable of the environment names; raises `LoadFault` where it is not set.

    One that is not absolute lies in the package of the function.
    """
    value = os.environ.get(variable, "")
    if not value:
        raise LoadFault("没有设这个环境变量", where=variable, cure="见 linli_functions.handlers.setting")
    return Path(os.environ.get("LAMBDA_TASK_ROOT", "")) / value


@cache
def deployment() -> Deployment:
    """The deployment, loaded once."""
    # All that is made now stays for good: to look for garbage in it would only take time, now and later.
    gc.disable()
    try:
        return _loaded()
    finally:
        gc.freeze()
        gc.enable()


def _loaded() -> Deployment:
    from linli.deployment import load

    if "LINLI_PLUGINS" not in os.environ:
        return load(named("LINLI_DEPLOYMENT"))
    from linli_functions.handlers.packaging import read_packaged

    return load(named("LINLI_DEPLOYMENT"), packaged=read_packaged(named("LINLI_PLUGINS")))


@cache
def service() -> Service:
    """The service, opened once."""
    from linli_functions.clocks import SystemClock
    from linli_functions.opening import open_service

    store = os.environ.get("LINLI_STORE", "")
    vault_key = os.environ.get("LINLI_VAULT_KEY", "")
    return open_service(deployment(), _home(), SystemClock(), store=store, keys=keys(), vault_key=vault_key)


@cache
def keys() -> Keyring:
    """The keys of the deployment: in the secret that is named, or else in the home folder."""
    from linli_functions.keyring import CloudKeys, LocalKeys
    from linli_functions.opening import needed

    slug, secret = deployment().slug, os.environ.get("LINLI_KEYS", "")
    return CloudKeys(secret, slug, os.urandom) if secret else LocalKeys(needed(_home()), slug, os.urandom)


@cache
def identity() -> Identity:
    """Who calls: personas in a demo; elsewhere people of the deployment's issuer, or nobody where it has none."""
    from linli_functions.identity import Nobody, read_personas

    if os.environ.get("LINLI_DEMO") != "1":
        if deployment().identity is None:
            return Nobody()
        from linli_functions.identities import identity_of

        return identity_of(service(), keys().sessions(), given=keys().client_secrets())
    from linli_functions.clocks import instant
    from linli_functions.identity import DemoIdentity

    personas = read_personas(named("LINLI_PERSONAS"))
    return DemoIdentity(personas, keys().sessions(), instant, os.urandom, demo=True, secure=True)


def _home() -> Path | None:
    folder = os.environ.get("LINLI_HOME", "")
    return Path(folder) if folder else None
