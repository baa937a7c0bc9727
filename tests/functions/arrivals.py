"""An office whose people come from an issuer: the workbench and the API of one deployment, and a browser."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
from starlette.routing import Mount
from starlette.testclient import TestClient

from linli import registry
from linli.configuration import IdentityTable, IssuerTable
from linli.service import Service
from linli.store_memory import MemoryStore
from linli.vault import LocalMasterKey, Vault
from linli.vault_store import StoreVaultRows
from linli_functions.api import api, framed
from linli_functions.openid import OpenIdentity
from linli_functions.workbench import workbench
from tests.functions.issuers import AUDIENCE, CLIENT, RESIDENTS_CLIENT, Issuer
from tests.functions.offices import POSTS, StandingClock, deployment

SITE = "https://river.example"
SLUG = "dongcheng"
DESK = f"/{SLUG}/desk"
API = f"/{SLUG}/api/v1"
SECRET = "s3cret: 100% & more"


class Arrivals:
    """The office; ``now`` is the machine's clock, ``clock`` the service's."""

    def __init__(self, folder: Path, staff: Issuer, residents: Issuer | None = None, **more: Any) -> None:
        self.staff = staff
        self.residents = residents
        table = IdentityTable(
            address=f"{SITE}/{SLUG}",
            issuer=staff.address,
            client_id=CLIENT,
            audience=AUDIENCE,
            residents=None
            if residents is None
            else IssuerTable(issuer=residents.address, client_id=RESIDENTS_CLIENT, place_claim="community"),
            **more,
        )
        self.clock = StandingClock()
        self.now = datetime(2026, 3, 2, 1, tzinfo=UTC)
        self.seconds = 0.0
        rand = random.Random(7).randbytes
        store = MemoryStore(SLUG)
        vault = Vault(StoreVaultRows(store), LocalMasterKey(folder / "key", rand), rand)
        known = msgspec.structs.replace(deployment(SLUG), identity=table)
        self.service = Service(known, store, vault, self.clock, rand, b"s" * 32)
        self.identity = OpenIdentity(
            SLUG, table, {"staff": SECRET}, b"k" * 32, store, lambda: self.now, rand, lambda: self.seconds
        )
        self.app = framed(
            [
                Mount(API, api(self.service, self.identity)),
                Mount(DESK, workbench(self.service, self.identity, lambda: self.seconds)),
            ]
        )
        names = ("id", "person", "post", "place", "unit", "since", "until", "deputy_for")
        rows = [{n: v for n, v in zip(names, row, strict=True) if v} for row in POSTS]
        register = registry.find_register(self.service.desk, "appointments")
        registry.write_entries(self.service.desk, register, rows, date(2025, 1, 1), "system")

    def browser(self) -> Browser:
        return Browser(self)

    def later(self, **more: float) -> None:
        self.now += timedelta(**more)
        self.seconds += timedelta(**more).total_seconds()


class Browser:
    """A browser without scripts, at the office's site."""

    def __init__(self, office: Arrivals) -> None:
        self.office = office
        self.http = TestClient(office.app, base_url=SITE, follow_redirects=False)
        self._codes = 0

    def get(self, path: str) -> Any:
        return self.http.get(path)

    def start(self, door: str = "staff", back: str = "/") -> dict[str, str]:
        """Go to the issuer; what it is asked."""
        answer = self.http.get(f"{DESK}/login/{door}/start", params={"back": back})
        assert answer.status_code == 303, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))

    def come_back(self, door: str = "staff", **query: str) -> Any:
        """Come back from the issuer with an answer."""
        return self.http.get(f"{DESK}/login/{door}/callback", params=query)

    def arrive(self, subject: str = "clerk", door: str = "staff", back: str = "/", **claims: Any) -> Any:
        """Sign in: to the issuer and back, with an id token of the subject."""
        asked = self.start(door, back)
        issuer = self.office.staff if door == "staff" else self.office.residents
        assert issuer is not None
        told = issuer.id_claims(
            self.office.now.timestamp(), asked["nonce"], sub=subject, aud=asked["client_id"], **claims
        )
        issuer.tokens = {"id_token": issuer.signed(told), "access_token": "a", "token_type": "Bearer"}
        self._codes += 1
        return self.come_back(door, code=f"code-{id(self)}-{self._codes}", state=asked["state"])

    def csrf(self) -> str:
        """The token of the forms on the first page."""
        return str(self.get(f"{DESK}/").text.split('name="csrf" value="')[1].split('"')[0])

    @property
    def signed_in(self) -> bool:
        return bool(self.get(f"{DESK}/").status_code == 200)
