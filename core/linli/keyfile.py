"""Secrets in files of this machine: made at first use, readable by their owner only."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from linli.errors import LoadFault


def secret_file(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the secret in the file; when there is none yet, make it and keep it with mode 0600.

    Two processes that start at once end with the same secret: the first file stands.

    :raises LoadFault: when the file is empty or others may read it.
    """
    if not path.exists():
        _write_new(path, make())
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode & 0o777
        secret = file.read()
    if os.name == "posix" and mode & 0o077:
        raise LoadFault(f"密钥文件可被他人读取（权限 {mode:o}）", where=str(path), cure=f"chmod 600 {path}")
    if not secret:
        raise LoadFault("密钥文件是空的", where=str(path), cure="从备份恢复；确知无用时删去，会重新生成")
    return secret


def _write_new(path: Path, secret: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and linked into place: nobody ever sees half a key, and an existing one is never replaced.
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
