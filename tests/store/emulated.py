"""Fixtures that start the emulators, for every test that names one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.store import emulators


@pytest.fixture(scope="session")
def aws_keys() -> Iterator[None]:
    """Keys that open nothing, so that no test can reach an account."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in emulators.KEYS.items():
            patch.setenv(name, value)
        yield


@pytest.fixture
def moto(aws_keys: None) -> Iterator[str]:
    """The endpoint of DynamoDB and S3 in this process."""
    with emulators.in_process() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def ministack(aws_keys: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of DynamoDB and S3 in a process beside this one."""
    if not emulators.MINISTACK.exists():
        pytest.skip(emulators.WITHOUT)
    with emulators.beside(tmp_path_factory.mktemp("ministack") / "log") as endpoint:
        yield endpoint
