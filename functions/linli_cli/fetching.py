"""Fetching the files of a portal, from the network or from a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from linli.errors import BadInput, NotFound

MOST_BYTES = 64 * 1024 * 1024
SECONDS = 30


def fetcher(portal: str) -> Callable[[str], bytes | None]:
    """What gives a file of the portal by its address below the root, or None where there is none.

    Raises `BadInput` for what is neither an address nor a folder; what it returns raises `NotFound` where the portal
    does not answer, and `BadInput` for a file that is larger than any file of a portal.
    """
    if portal.startswith(("http://", "https://")):
        root = portal if portal.endswith("/") else f"{portal}/"
        return lambda address: _over_http(root + address)
    folder = Path(portal)
    if not folder.is_dir():
        raise BadInput("不是网址，也不是文件夹", where=portal, cure="写成 https://… 或者公开页面所在的文件夹")
    return lambda address: _in_folder(folder, address)


def _in_folder(folder: Path, address: str) -> bytes | None:
    file = folder / address
    return file.read_bytes() if file.is_file() else None


def _over_http(url: str) -> bytes | None:
    import urllib.error
    import urllib.request

    try:
        # Only http and https come here.
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310
            data: bytes = answer.read(MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        if error.code in (403, 404, 410):
            return None
        raise NotFound(f"网站回答 {error.code}", where=url, cure="过一会儿再试") from None
    except OSError as error:
        raise NotFound(f"连不上：{error}", where=url, cure="检查网址和网络") from None
    if len(data) > MOST_BYTES:
        raise BadInput(f"文件超过 {MOST_BYTES // 2**20} MB", where=url)
    return data
