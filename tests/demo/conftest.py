"""The demo, built once for all its tests, as `linli demo` builds it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from linli_functions.clocks import DemoClock
from linli_functions.demo_build import AS_OF
from linli_functions.demo_home import prepare
from linli_functions.opening import House
from tests.demo.occurred import Occurred, occurred

INFRA = Path(__file__).resolve().parents[2] / "infra"


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "home"
    prepare(INFRA, folder, print)
    return folder


@pytest.fixture(scope="session")
def house(home: Path) -> Iterator[House]:
    with House.open(INFRA, home, DemoClock(AS_OF)) as opened:
        yield opened


@pytest.fixture(scope="session")
def story(house: House) -> dict[str, Occurred]:
    return {slug: occurred(service) for slug, service in house.items()}
