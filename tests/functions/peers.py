"""Issuers that others wrote, started on this machine: the certified one of npm, one of PyPI made for tests."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import httpx2
import pytest

SCRIPT = Path(__file__).with_name("peer.mjs")


def npm_folder() -> Path:
    """Where oidc-provider of npm lies, as `.ci/run` puts it."""
    return Path(os.environ.get("LINLI_NPM") or Path.home() / ".cache" / "linli")


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@contextmanager
def certified(port: int, key: str, site: str, audience: str) -> Iterator[str]:
    """The certified provider on a port, signing with a new key of that name; its address."""
    node, folder = shutil.which("node"), npm_folder()
    if node is None:
        pytest.skip("Node is not installed; on Debian: apt-get install nodejs npm")
    if not (folder / "node_modules" / "oidc-provider").is_dir():
        pytest.skip(
            f"oidc-provider is not installed: npm install --prefix {folder} --no-save oidc-provider@9"
        )
    command = [node, str(SCRIPT), str(folder), str(port), key, site, audience]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        line = next((each for each in process.stdout if each.startswith("listens at ")), "")
        assert line, f"{SCRIPT.name} ended: {process.wait(10)}"
        yield line.removeprefix("listens at ").strip()
    finally:
        process.kill()
        process.wait(10)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


@contextmanager
def of_pypi() -> Iterator[str]:
    """oidc-provider-mock of PyPI; its address."""
    provider = pytest.importorskip("oidc_provider_mock", reason="oidc-provider-mock is not installed")
    with provider.run_server_in_thread(require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


class Visitor:
    """A browser at an issuer: it keeps cookies, follows redirects, and fills in forms, until it is sent elsewhere."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._http = httpx2.Client(timeout=10)

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def go(self, address: str, typed: dict[str, str]) -> str:
        """Open an address of the issuer, type what is asked for, and return the address outside to which it leads."""
        answer = self._http.get(address)
        for _ in range(20):
            if answer.is_redirect:
                address = urljoin(str(answer.url), answer.headers["location"])
                if not address.startswith(self._issuer):
                    return address
                answer = self._http.get(address)
                continue
            assert answer.status_code == 200, answer.text
            answer = self._send(answer, typed)
        raise AssertionError("the issuer leads in a circle")

    def open(self, address: str) -> httpx2.Response:
        """Open an address and go no further."""
        return self._http.get(urljoin(self._issuer, address))

    def _send(self, page: httpx2.Response, typed: dict[str, str]) -> httpx2.Response:
        form = re.search(r"<form(.*?)>(.*?)</form>", page.text, re.S)
        assert form is not None, page.text
        action = re.search(r'action="([^"]*)"', form[1])
        inputs = {
            unescape(name[1]): unescape(value[1]) if (value := re.search(r'value="([^"]*)"', tag)) else ""
            for tag in re.findall(r"<(?:input|button)[^>]*>", form[2])
            if (name := re.search(r'name="([^"]*)"', tag))
        }
        data = {**inputs, **{name: value for name, value in typed.items() if name in inputs}}
        return self._http.post(urljoin(str(page.url), unescape(action[1]) if action else ""), data=data)
