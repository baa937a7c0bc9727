"""Calls to the services that a deployment is made of, with their refusals in words that say what to do.

A program of AWS finds region, credentials and, for trials, the address of an emulator (``AWS_ENDPOINT_URL``) where
every such program does. Whoever deploys waits longer than a function may, so these are clients of their own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from typing import Any

from linli.errors import BadInput, Forbidden, LinliError, LoadFault
from linli.issuers import on_this_machine
from linli.store_dynamodb_calls import NoAnswer, Refused
from linli_functions.cloud import answered

ENDPOINT = "AWS_ENDPOINT_URL"
CONNECT_SECONDS, READ_SECONDS = 5, 660
_ATTEMPTS = 5
_UNKNOWN_CALLER = {
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "SignatureDoesNotMatch",
    "InvalidAccessKeyId",
    "AuthFailure",
}
_NOBODY = {"NoCredentialsError", "PartialCredentialsError"}
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "Forbidden", "403"}


class CloudFailed(LinliError):
    """A service of the cloud did not do what was asked for."""

    code = "cloud-failed"
    status = 502


class Cloud:
    """One region of the cloud, and who calls."""

    def __init__(self, region: str) -> None:
        """Take the region; raises `BadInput` for one that there is not."""
        self.region = region
        self._clients: dict[str, Any] = {}
        known = _regions()
        if region not in known:
            near = [each for each in known if each.split("-")[0] == region.split("-")[0]]
            said = f"没有“{region}”这个区域"
            raise BadInput(said, where="cloud.region", cure=f"例如 {'、'.join(near or known[:4])}")

    @property
    def emulator(self) -> str:
        """The address of an emulator on this machine; empty at work. Raises `BadInput` for another address."""
        address = os.environ.get(ENDPOINT, "")
        if address and not on_this_machine(address):
            raise BadInput(f"“{address}”不在本机", where=ENDPOINT, cure="去掉这个变量；它只用于在本机试部署")
        return address.rstrip("/")

    @cached_property
    def account(self) -> str:
        """The account of whoever calls; raises `Forbidden` where there are no credentials, or useless ones."""
        return str(self.call("sts", "GetCallerIdentity")["Account"])

    def call(self, service: str, operation: str, **arguments: Any) -> dict[str, Any]:
        """One call. Raises `Refused` as the service answered, but explains what concerns the caller and the wire."""
        try:
            return answered(self._client(service), operation, arguments)
        except Refused as error:
            if (explained := self._of_caller(error, service, operation)) is not None:
                raise explained from None
            raise
        except NoAnswer as error:
            said = f"{service} 没有答复"
            raise CloudFailed(said, where=self.region, cure="检查网络和区域，稍后再运行一次") from error
        except LinliError as error:
            if type(error.__cause__).__name__ in _NOBODY:
                raise _no_credentials(self.region) from None
            raise CloudFailed(f"{service} 出错：{error.message}", where=operation) from error

    def _of_caller(self, error: Refused, service: str, operation: str) -> LinliError | None:
        if error.code in _EXPIRED:
            return Forbidden("访问凭证过期了", where=self.region, cure="重新登录，再运行一次")
        if error.code in _UNKNOWN_CALLER:
            cure = "中国区域和其他区域的账号、凭证互不相通；检查用的是哪一个"
            return Forbidden("访问凭证在这个区域不能用", where=self.region, cure=cure)
        if error.code in _DENIED and service != "s3":  # a bucket's refusal also says whose it is
            cure = "请账号管理员允许这个操作，或换一个身份"
            return Forbidden(f"没有 {service}:{operation} 的权限", where=self.region, cure=cure)
        return None

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            from botocore.config import Config

            attempts = (
                1 if service == "lambda" else _ATTEMPTS
            )  # a function that was called is not called twice
            config = Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"total_max_attempts": attempts, "mode": "standard"},
            )
            where = {"endpoint_url": self.emulator} if self.emulator else {}
            with _readable(self.region):
                self._clients[service] = self._session.create_client(
                    service, region_name=self.region, config=config, **where
                )
        return self._clients[service]

    @cached_property
    def _session(self) -> Any:
        from botocore.session import Session

        return Session()


@cache
def _regions() -> tuple[str, ...]:
    """The regions in which functions run, those of the China partition first."""
    _installed()
    from botocore.loaders import create_loader
    from botocore.regions import EndpointResolver

    known = EndpointResolver(create_loader().load_data("endpoints"))
    return tuple(each for name in ("aws-cn", "aws") for each in known.get_available_endpoints("lambda", name))


def _installed() -> None:
    try:
        import botocore  # noqa: F401
    except ModuleNotFoundError:
        raise LoadFault("没有安装 botocore", where="linli deploy", cure="pip install 'linli[aws]'") from None


@contextmanager
def _readable(region: str) -> Iterator[None]:
    """Say so where a profile is named that there is not, or a file of credentials cannot be read."""
    from botocore.exceptions import BotoCoreError

    try:
        yield
    except BotoCoreError as error:
        raise Forbidden(f"访问凭证读不出来：{error}", where=region, cure="检查 AWS_PROFILE") from None


def _no_credentials(region: str) -> Forbidden:
    cure = "设置 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY，或 AWS_PROFILE；中国区域要用中国区域的账号"
    return Forbidden("没有访问凭证", where=region, cure=cure)
