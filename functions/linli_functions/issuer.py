"""An issuer of OpenID Connect: what its discovery document says, and the public keys it signs with.

Both are fetched when first needed and kept for an hour. A token that names a key that is not there makes the keys be
fetched once more, at most once a minute whoever asks, so that a new key is found at once and made-up names cost the
issuer nothing. Where a renewal fails, what was known stands for a day.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from linli.configuration import DeploymentFile
from linli.faults import Fault
from linli.issuers import address_fault, identity_faults, on_this_machine
from linli_functions.fetching import Unreachable, ask
from linli_functions.refusals import IssuerSilent

logger = logging.getLogger("linli")

KEPT_SECONDS = 3600
STALE_SECONDS = 24 * 3600
AGAIN_SECONDS = 60
MOST_KEYS = 100
LEAST_RSA_BITS = 2048
ALGORITHMS = {
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "P-256": ("ES256",),
    "P-384": ("ES384",),
    "P-521": ("ES512",),
    "Ed25519": ("EdDSA",),
}
"""What a key of a type or a curve may have signed with. No shared secret signs anything, ``none`` is no algorithm."""

Seconds = Callable[[], float]
Ask = Callable[..., tuple[int, Any]]


class Discovery(Struct, frozen=True):
    """What is used of ``<issuer>/.well-known/openid-configuration``."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str = ""
    id_token_signing_alg_values_supported: tuple[str, ...] = ("RS256",)
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    code_challenge_methods_supported: tuple[str, ...] = ()
    authorization_response_iss_parameter_supported: bool = False


class Key(Struct, frozen=True):
    """A public key by its name (``kid``), and what it may have signed with."""

    name: str
    algorithms: tuple[str, ...]
    public: Any


class Issuer:
    """One issuer, as this process knows it. May be asked from several threads."""

    def __init__(self, address: str, seconds: Seconds, ask: Ask = ask) -> None:
        """Take the issuer's address and a clock that never goes back; nothing is fetched yet."""
        self.address = address
        self._seconds = seconds
        self._ask = ask
        self._lock = threading.Lock()
        self._discovery: tuple[float, Discovery] | None = None
        self._keys: tuple[float, list[Key]] | None = None
        self._tried = -float(AGAIN_SECONDS)

    def discovery(self) -> Discovery:
        """The discovery document; raises `IssuerSilent`."""
        with self._lock:
            return self._known_discovery()

    def key(self, kid: str) -> Key | None:
        """The key of that name, or where a token names none the only key there is; None for no such key.

        Raises `IssuerSilent` where no keys could be had at all.
        """
        with self._lock:
            now = self._seconds()
            if self._keys is None or now - self._keys[0] >= KEPT_SECONDS:
                self._renew(now)
            found = self._find(kid)
            if found is None and now - self._tried >= AGAIN_SECONDS:
                self._renew(now)
                found = self._find(kid)
            return found

    def faults(self) -> list[str]:
        """What is wrong with the issuer when it is asked now, each a sentence; for whoever sets it up."""
        try:
            told = self._fetched_discovery()
            self._fetched_keys(told)
        except _Unusable as error:
            return [error.said]
        wrong = []
        if "S256" not in told.code_challenge_methods_supported:
            wrong.append("发现文档没有写明支持 PKCE（S256）")
        allowed = {each for each in _ALLOWED if each in told.id_token_signing_alg_values_supported}
        if not allowed:
            wrong.append(f"签名算法都不能用：要有 {'、'.join(_ALLOWED)} 中的一种")
        return wrong

    def _find(self, kid: str) -> Key | None:
        keys = self._keys[1] if self._keys is not None else []
        if not kid:
            return keys[0] if len(keys) == 1 else None
        return next((key for key in keys if key.name == kid), None)

    def _known_discovery(self) -> Discovery:
        now = self._seconds()
        known = self._discovery
        if known is not None and now - known[0] < KEPT_SECONDS:
            return known[1]
        try:
            told = self._fetched_discovery()
        except _Unusable as error:
            if known is None or now - known[0] >= STALE_SECONDS:
                raise _silent(error) from None
            logger.warning("issuer not renewed: %s", error.reason)
            return known[1]
        self._discovery = (now, told)
        return told

    def _renew(self, now: float) -> None:
        """Fetch the keys; what was known stands for a day where they cannot be had."""
        known = self._keys
        stale = known is None or now - known[0] >= STALE_SECONDS
        if now - self._tried < AGAIN_SECONDS:
            if stale:
                raise _silent(_Unusable("again", "刚刚没有连上"))
            return
        self._tried = now
        try:
            self._keys = (now, self._fetched_keys(self._known_discovery()))
        except _Unusable as error:
            if stale:
                raise _silent(error) from None
            logger.warning("keys not renewed: %s", error.reason)

    def _fetched_discovery(self) -> Discovery:
        address = f"{self.address.rstrip('/')}/.well-known/openid-configuration"
        try:
            told = msgspec.convert(self._told(address), Discovery)
        except msgspec.ValidationError:
            raise _Unusable("discovery", "发现文档缺少要用的内容") from None
        if told.issuer != self.address:
            raise _Unusable("issuer", f"发现文档说自己是 {told.issuer[:200]}，不是配置里写的 issuer")
        for each in (told.authorization_endpoint, told.token_endpoint, told.jwks_uri):
            self._usable(each)
        if told.end_session_endpoint:
            self._usable(told.end_session_endpoint)
        return told

    def _usable(self, address: str) -> None:
        wrong = address_fault(address.partition("?")[0])
        if wrong or (on_this_machine(address) and not on_this_machine(self.address)):
            raise _Unusable(
                "endpoint", f"发现文档里的网址 {address[:200]} 不能用：{wrong or '只有本机能打开'}"
            )

    def _fetched_keys(self, told: Discovery) -> list[Key]:
        said = self._told(told.jwks_uri)
        listed = said.get("keys") if isinstance(said, dict) else None
        if not isinstance(listed, list) or len(listed) > MOST_KEYS:
            raise _Unusable("keys", "公钥列表读不出来")
        found = [key for each in listed if (key := _public_key(each)) is not None]
        if not found:
            raise _Unusable("keys", "公钥列表里没有能用的公钥")
        return found

    def _told(self, address: str) -> Any:
        try:
            status, said = self._ask(address)
        except Unreachable as error:
            raise _Unusable(error.reason, _SAID.get(error.reason, "连不上")) from None
        if status != 200:
            raise _Unusable(f"status {status}", f"回答的状态是 {status}")
        return said


def issuer_faults(config: DeploymentFile, file: str) -> list[Fault]:
    """What is wrong with the issuers of a deployment when they are asked now; nobody is where the file is wrong."""
    if config.identity is None or any(identity_faults(config, file)):
        return []
    tables = {"identity": config.identity.issuer}
    if config.identity.residents is not None:
        tables["identity.residents"] = config.identity.residents.issuer
    cure = "核对 issuer；它的发现文档在 <issuer>/.well-known/openid-configuration，本机要能打开"
    return [
        Fault(file, f"{above}.issuer", said, cure=cure)
        for above, address in tables.items()
        for said in Issuer(address, time.monotonic).faults()
    ]


_ALLOWED = tuple(name for names in ALGORITHMS.values() for name in names)
_SAID = {
    "time-out": "没有按时回答",
    "connection": "连不上，或证书不对",
    "redirect": "把请求转到了别处",
    "media": "回答的不是 JSON",
    "json": "回答的不是合格的 JSON",
    "size": "回答太大",
}


class _Unusable(Exception):
    """``reason`` is a word for the log, ``said`` what the one who sets the issuer up is told."""

    def __init__(self, reason: str, said: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.said = said


def _silent(error: _Unusable) -> IssuerSilent:
    logger.warning("issuer not reached: %s", error.reason)
    return IssuerSilent("现在连不上统一身份认证", cure="请过几分钟再试；一直不行，请告诉系统管理员")


def _public_key(told: Any) -> Key | None:
    """A key of a list, or None for one that may sign nothing here."""
    # A key that tells its secret half proves nothing, whoever put it there.
    if not isinstance(told, dict) or told.get("use", "sig") != "sig" or "d" in told:
        return None
    kind = str(told.get("kty") if told.get("kty") == "RSA" else told.get("crv"))
    allowed = ALGORITHMS.get(kind, ())
    if "alg" in told:
        allowed = tuple(each for each in allowed if each == told["alg"])
    if not allowed:
        return None
    from jwt import PyJWK
    from jwt.exceptions import PyJWTError

    try:
        public = PyJWK(told, algorithm=allowed[0]).key
    except (PyJWTError, ValueError, TypeError, KeyError):
        return None
    if kind == "RSA" and public.key_size < LEAST_RSA_BITS:
        return None
    return Key(str(told.get("kid", "")), allowed, public)
