"""The bucket of packages: what ran and what would run, each under the hash of its content, with its picture."""

from __future__ import annotations

from typing import Any

import msgspec

from linli.errors import Conflict, LinliError, NotFound
from linli.store_dynamodb_calls import Refused
from linli_functions.deploying.calls import Cloud, CloudFailed
from linli_functions.deploying.package import Package
from linli_functions.deploying.picture import Picture

_CLOSED = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}
_TAKEN = {"BucketAlreadyExists", "AccessDenied", "403", "Forbidden"}


class Packages:
    """The bucket of packages of an account."""

    def __init__(self, cloud: Cloud, bucket: str) -> None:
        """Take the bucket's name; it is looked at when it is first used."""
        self._cloud = cloud
        self.bucket = bucket

    def is_there(self) -> bool:
        """Whether the bucket is there; raises `Conflict` where it belongs to another account, or lies elsewhere."""
        try:
            self._call("HeadBucket")
        except Refused as error:
            if error.code in ("404", "NoSuchBucket"):
                return False
            raise self._explained(error) from error
        return True

    def make(self) -> None:
        """Make the bucket, closed to the public; raises `Conflict` where somebody else has one of the name."""
        # The one region that must not be named.
        elsewhere = self._cloud.region != "us-east-1"
        where = {"CreateBucketConfiguration": {"LocationConstraint": self._cloud.region}} if elsewhere else {}
        try:
            self._cloud.call("s3", "CreateBucket", Bucket=self.bucket, **where)
            self._call("PutPublicAccessBlock", PublicAccessBlockConfiguration=_CLOSED)
        except Refused as error:
            if error.code != "BucketAlreadyOwnedByYou":
                raise self._explained(error) from error

    def keep(self, package: Package, picture: Picture) -> bool:
        """Keep a package and its picture where they are not kept yet; whether the package was sent."""
        slug = picture.slug
        self._put(_picture_key(slug, package.digest), msgspec.json.encode(picture))
        if self._has(key_of(slug, package.digest)):
            return False
        self._put(key_of(slug, package.digest), package.data)
        return True

    def picture(self, key: str) -> Picture | None:
        """The picture beside a package; None where there is none, or one of another version of Linli."""
        try:
            told = self._call("GetObject", Key=key.removesuffix(".zip") + ".json")
            return msgspec.json.decode(told["Body"].read(), type=Picture)
        except msgspec.MsgspecError:
            return None
        except Refused as error:
            if error.code in ("NoSuchKey", "NoSuchBucket", "404"):
                return None
            raise self._explained(error) from error

    def _has(self, key: str) -> bool:
        try:
            self._call("HeadObject", Key=key)
        except Refused as error:
            if error.code in ("404", "NoSuchKey"):
                return False
            raise self._explained(error) from error
        return True

    def _put(self, key: str, data: bytes) -> None:
        try:
            self._call("PutObject", Key=key, Body=data)
        except Refused as error:
            raise self._explained(error) from error

    def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """A call to the bucket, refused by the service where it belongs to another account."""
        whose = self._cloud.account
        return self._cloud.call("s3", operation, Bucket=self.bucket, ExpectedBucketOwner=whose, **arguments)

    def _explained(self, error: Refused) -> LinliError:
        if error.code in _TAKEN or error.status == 403:
            mine = self._cloud.account
            cure = f"名称是别的账号的，或没有权限：在 package_bucket 里换一个名称（现在的账号是 {mine}）"
            return Conflict("不是这个账号的存储桶", where=self.bucket, cure=cure)
        if error.status == 301 or error.code in (
            "PermanentRedirect",
            "301",
            "IllegalLocationConstraintException",
        ):
            return Conflict(
                "存储桶在另一个区域", where=self.bucket, cure="package_bucket 要和 region 在同一个区域"
            )
        if error.code in ("404", "NoSuchBucket"):
            return NotFound("没有这个存储桶", where=self.bucket, cure="再运行一次 linli deploy apply")
        return CloudFailed(f"存储桶出错：{error.code} {error.message}", where=self.bucket)


def key_of(slug: str, digest: str) -> str:
    """Where a package lies in the bucket."""
    return f"linli/{slug}/{digest}.zip"


def _picture_key(slug: str, digest: str) -> str:
    return f"linli/{slug}/{digest}.json"
