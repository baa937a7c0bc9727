"""The cloud's side of a store: a client of DynamoDB and a bucket of S3, made when they are first needed.

botocore is used as it is, without boto3 on top, and tries nothing again by itself: the store does
(`linli.store_dynamodb_calls`). Region and credentials come from where every program of AWS finds them; ``aws`` and
``aws-cn`` differ in nothing but the region's name. An ``endpoint`` of one's own is for tests.
"""

from __future__ import annotations

import os
import random
import time
from threading import Lock
from typing import TYPE_CHECKING, Any

from linli.errors import LoadFault
from linli.store_dynamodb_calls import NoAnswer, Refused, Surroundings, Wire
from linli.store_refusals import StoreFailed
from linli_functions.direct import DirectWire, in_function

if TYPE_CHECKING:
    from botocore.client import BaseClient

CONNECT_SECONDS, READ_SECONDS = 2, 5
CONNECTIONS = 20
_BUCKET_PAUSES = (0.1, 0.4, 1.0, None)  # the longest pause before each further attempt, in seconds

_clients: dict[tuple[str, str, str, int, int], BaseClient] = {}
_making = Lock()


def surroundings() -> Surroundings:
    """Time and chance as they are."""
    return Surroundings(time.time, time.monotonic, time.sleep, random.random, os.urandom)


def client(service: str, region: str, endpoint: str = "", *, attempts: int = 1) -> BaseClient:
    """The process's client of a service, made at first use: making one costs more than all else at a cold start.

    ``attempts`` is how often botocore itself tries a call; whoever leaves it at one tries again by itself. Raises
    `LoadFault` where botocore is not installed or no region is known.
    """
    # A connection does not outlive a fork: a child makes a client of its own.
    # Nor does it serve another endpoint than the one that the environment named when it was made.
    name = (service, region, endpoint or os.environ.get("AWS_ENDPOINT_URL", ""), attempts, os.getpid())
    found = _clients.get(name)
    if found is None:
        with _making:
            found = _clients.get(name) or _made(service, region, endpoint, attempts)
            _clients[name] = found
    return found


def _made(service: str, region: str, endpoint: str, attempts: int) -> BaseClient:
    try:
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError
        from botocore.session import Session
    except ModuleNotFoundError:
        raise LoadFault("没有安装 botocore", where=service, cure="pip install 'linli[aws]'") from None
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": attempts, "mode": "standard"},
        max_pool_connections=CONNECTIONS,
    )
    try:
        return Session().create_client(
            service, region_name=region or None, endpoint_url=endpoint or None, config=config
        )
    except (BotoCoreError, ValueError) as error:
        raise LoadFault(f"连不上 {service}：{error}", where=service, cure="检查区域和地址") from error


def wire_of(service: str, region: str = "", endpoint: str = "") -> Wire:
    """What calls DynamoDB or Secrets Manager: in a function without botocore, which it would have to wait for."""
    if in_function():
        return DirectWire(service, region, endpoint)
    return CloudWire(region, endpoint, service)


class CloudWire:
    """Calls to DynamoDB, or another service, in a region. Several threads may call at once."""

    def __init__(self, region: str = "", endpoint: str = "", service: str = "dynamodb") -> None:
        self._region = region
        self._endpoint = endpoint
        self._service = service

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Make one call, once; see `linli.store_dynamodb_calls.Wire`."""
        return answered(client(self._service, self._region, self._endpoint), operation, arguments)

    def close(self) -> None:
        """Leave the connections to the process: other stores use them too."""


class CloudBucket:
    """A bucket of S3."""

    def __init__(self, bucket: str, region: str, endpoint: str, around: Surroundings) -> None:
        self._bucket = bucket
        self._region = region
        self._endpoint = endpoint
        self._around = around

    def put(self, name: str, data: bytes) -> None:
        """Keep bytes under a name, in place of those before."""
        self._call("PutObject", name, Body=data)

    def get(self, name: str) -> bytes | None:
        """The bytes of a name, or None."""
        try:
            return bytes(self._call("GetObject", name)["Body"].read())
        except _Missing:
            return None

    def delete(self, name: str) -> None:
        """Delete the bytes of a name, if there are any, in every version that the bucket keeps."""
        found = self._call("ListObjectVersions", "", Prefix=name)
        for version in (*found.get("Versions", ()), *found.get("DeleteMarkers", ())):
            if version["Key"] == name:
                self._call("DeleteObject", name, VersionId=version["VersionId"])

    def _call(self, operation: str, name: str, **arguments: Any) -> dict[str, Any]:
        asked = {"Bucket": self._bucket, **({"Key": name} if name else {}), **arguments}
        for pause in _BUCKET_PAUSES:
            try:
                return answered(client("s3", self._region, self._endpoint), operation, asked)
            except Refused as error:
                if error.code in ("NoSuchKey", "404"):
                    raise _Missing from None
                if error.status < 500 and error.code != "SlowDown":
                    raise _explained(error, self._bucket) from error
                failed: Exception = error
            except NoAnswer as error:
                failed = error
            if pause is None:
                raise StoreFailed("存文件的桶没有答复", where=self._bucket, cure="请稍后重试") from failed
            self._around.sleep(pause * self._around.chance())
        raise AssertionError("the loop returns or raises")


class _Missing(Exception):
    pass


def answered(client: BaseClient, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """One call through botocore, with its errors as the store knows them.

    Raises `Refused` where the service answered with an error, `NoAnswer` where nobody knows, else `StoreFailed`.
    """
    from botocore import xform_name
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        ConnectionError,
        HTTPClientError,
        IncompleteReadError,
        NoCredentialsError,
        PartialCredentialsError,
    )
    from botocore.parsers import ResponseParserError

    try:
        answer: dict[str, Any] = getattr(client, xform_name(operation))(**arguments)
        return answer
    except ClientError as error:
        told = error.response
        reasons = [each.get("Code", "") for each in told.get("CancellationReasons", ())]
        status = told.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
        named = told["Error"]
        raise Refused(named.get("Code", ""), named.get("Message", ""), status, reasons) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        cure = "设置访问凭证；在函数里检查它的角色"
        raise StoreFailed(f"没有访问凭证：{error}", where="store", cure=cure) from error
    except (ConnectionError, HTTPClientError, IncompleteReadError, ResponseParserError) as error:
        raise NoAnswer(str(error)) from error
    except BotoCoreError as error:
        raise StoreFailed(f"存储出错：{error}", where="store") from error


def _explained(error: Refused, bucket: str) -> LoadFault | StoreFailed:
    if error.code == "NoSuchBucket":
        return LoadFault("没有这个存文件的桶", where=bucket, cure="检查桶名和区域")
    if error.status == 403:
        return StoreFailed("没有访问这个桶的权限", where=bucket, cure="检查桶属于谁，以及函数角色的权限")
    return StoreFailed(f"存文件的桶出错：{error}", where=bucket)
