from __future__ import annotations

from pathlib import Path

import pytest

from linli.deployment import Deployment
from tests.workbench.offices import Office, open_deployment, open_office


@pytest.fixture(scope="session")
def deployment() -> Deployment:
    return open_deployment()


@pytest.fixture
def office(deployment: Deployment, tmp_path: Path) -> Office:
    return open_office(deployment, tmp_path)
