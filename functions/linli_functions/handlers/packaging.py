"""Packaging: which plugins a function finds is looked up once, when it is packaged, and not at every start.

    python -m linli_functions.handlers.packaging infra/deployments/river.toml plugins.json

Set ``LINLI_PLUGINS`` to the file. It names the module, the version and a digest of the code of every plugin of the
lock; a function whose code is another refuses to start.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from linli.errors import LoadFault
from linli.plugins import Packaged


def write_packaged(deployment: Path, file: Path) -> None:
    """Write down the installed plugins of a deployment's lock; raises `LoadFault` unless the deployment loads."""
    from linli.deployment import load
    from linli.plugins import CORE, packaged

    found = load(deployment)
    file.write_bytes(
        msgspec.json.encode(packaged(each.id for each in found.plugins if each.kind is not CORE))
    )


def read_packaged(file: Path) -> Mapping[str, Packaged]:
    """What was written down; raises `LoadFault` for a file that is not there or says anything else."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Packaged])
    except (OSError, msgspec.DecodeError) as error:
        raise LoadFault(f"读不出打包时记下的插件：{error}", where="LINLI_PLUGINS", cure="重新打包") from None


if __name__ == "__main__":
    write_packaged(Path(sys.argv[1]), Path(sys.argv[2]))
