"""Emulators for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.store import emulators


@pytest.fixture(autouse=True)
def aws_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that open nothing, so that no test can reach an account."""
    for name, value in emulators.KEYS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def moto() -> Iterator[str]:
    """The endpoint of DynamoDB and S3 in this process."""
    with emulators.in_process() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of DynamoDB and S3 in a process beside this one."""
    if not emulators.MINISTACK.exists():
        pytest.skip(emulators.WITHOUT)
    with emulators.beside(tmp_path_factory.mktemp("ministack") / "log") as endpoint:
        yield endpoint
