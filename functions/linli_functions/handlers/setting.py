"""Where a function finds its deployment: the environment, read once at the first call.

=================== ==========================================================
``LINLI_DEPLOYMENT`` path of ``infra/deployments/<slug>.toml``
``LINLI_HOME``       folder of the keys, and of the store where that is a file
``LINLI_STORE``      where the store lies, instead of what the deployment's file says (`linli.store_address`)
``LINLI_DEMO``       ``1``: whoever calls may be any persona
``LINLI_PERSONAS``   path of the personas' file; with ``LINLI_DEMO`` only
``LINLI_PLUGINS``    path of what `linli_functions.handlers.packaging` wrote, if it was run: a function starts sooner
=================== ==========================================================
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from linli.errors import LoadFault

if TYPE_CHECKING:
    from linli.deployment import Deployment
    from linli.service import Service
    from linli_functions.identity import Identity


def named(variable: str) -> Path:
    """The path that a variable of the environment names; raises `LoadFault` where it is not set."""
    value = os.environ.get(variable, "")
    if not value:
        raise LoadFault("没有设这个环境变量", where=variable, cure="见 linli_functions.handlers.setting")
    return Path(value)


@cache
def deployment() -> Deployment:
    """The deployment, loaded once."""
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
    return open_service(deployment(), named("LINLI_HOME"), SystemClock(), store=store)


@cache
def identity() -> Identity:
    """Who calls: personas in a demo; elsewhere people of the deployment's issuer, or nobody where it has none."""
    from linli_functions.identity import Nobody, read_personas

    if os.environ.get("LINLI_DEMO") != "1":
        if deployment().identity is None:
            return Nobody()
        from linli_functions.identities import identity_of
        from linli_functions.opening import session_key

        return identity_of(service(), session_key(named("LINLI_HOME")))
    from linli_functions.clocks import instant
    from linli_functions.identity import DemoIdentity
    from linli_functions.opening import session_key

    personas = read_personas(named("LINLI_PERSONAS"))
    key = session_key(named("LINLI_HOME"))
    return DemoIdentity(personas, key, instant, os.urandom, demo=True, secure=True)
