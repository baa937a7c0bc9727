"""Putting the portal out: the changed pages of a deployment go into a bucket of S3, and out of the cache before it.

Every run begins at what lies in the bucket: it looks, reads the record as a whole, draws what has changed since the
manifest that lies there, and writes each page only in the place of the one it saw (`linli_site.s3`). The manifest comes
last and holds the tag of every page. So a run that is killed leaves pages whose tag the manifest does not know, and the
next draws them again; of two at once one is refused and begins anew. In the bucket, beside the pages:

==================== ===================================================================
``.linli/owner``     slug of the deployment; nobody builds where another one's stands
``.linli/manifest``  what the last run knew, compressed; it says nothing that is not public
==================== ===================================================================
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
from msgspec import Struct

from linli.errors import Conflict, LoadFault
from linli.service import Service
from linli.store_dynamodb_calls import NoAnswer, Refused, Surroundings
from linli.store_refusals import StoreFailed
from linli_functions.cloud import answered, client
from linli_functions.site_address import SITE, SiteAddress
from linli_functions.threads import ready_for_threads

if TYPE_CHECKING:
    from linli_site.manifest import Manifest
    from linli_site.s3 import S3Bucket

ATTEMPTS = 6
MOST_PATHS = 10
"""More paths than this and all of the cache is emptied: a wildcard counts as one path."""

_OWNER, _MANIFEST = ".linli/owner", ".linli/manifest"


class PutOut(Struct, frozen=True):
    """What a run did: pages written and deleted, by address, and how many files there are now."""

    written: tuple[str, ...]
    deleted: tuple[str, ...]
    pages: int


class _Kept(Struct, frozen=True):
    """What the last run knew: its manifest as JSON, and the tag of every page as it was when the run ended."""

    manifest: msgspec.Raw
    tags: dict[str, str]


def put_out(service: Service, site: SiteAddress, cdn: str, around: Surroundings) -> PutOut:
    """Bring the portal in a bucket up to date with the record; ``cdn`` is the distribution before it, or empty.

    Raises `Conflict` where others wrote again and again, `LoadFault` where the place is another's, `BuildFault` where a
    page may not go out, `StoreFailed` where S3 or the cache did not do it. Whatever was raised: run it again.
    """
    for attempt in range(ATTEMPTS):
        try:
            return _attempt(service, site, cdn, around)
        except Conflict:
            if attempt + 1 == ATTEMPTS:
                raise
            around.sleep(around.chance() * 0.2 * 2**attempt)
    raise AssertionError("the loop returns or raises")


def _attempt(service: Service, site: SiteAddress, cdn: str, around: Surroundings) -> PutOut:
    # The generator is loaded by whoever builds, never by a function that answers JSON.
    from linli_site.portal import Portal, WholeRecord, frame_of
    from linli_site.s3 import S3Bucket
    from linli_site.sending import Sending

    _ready()
    bucket = S3Bucket(client("s3", site.region, site.endpoint, attempts=3), site.bucket, site.prefix)
    bucket.look()  # before the record is read: see `linli_site.s3`
    before = _own(bucket, service.deployment.slug)
    deployment = service.deployment
    with Sending(bucket) as sending:
        portal = Portal(
            deployment,
            WholeRecord(service.store),
            sending,
            frame_of(deployment),
            address=site.address or (deployment.identity.address if deployment.identity else ""),
            receipts=site.receipts,
        )
        report = portal.build(service.clock.today(), _previous(before, bucket.tags))
        sending.finish()
    if cdn and (report.written or report.deleted):
        _invalidate(cdn, site.region, [*report.written, *report.deleted], around.randomness(16).hex())
    after = _encoded(portal.manifest(), bucket.tags)
    if after != before:
        bucket.put(_MANIFEST, after)
    return PutOut(report.written, report.deleted, report.pages)


@cache
def _ready() -> int:
    return ready_for_threads()  # pages are sent by several


def _own(bucket: S3Bucket, slug: str) -> bytes | None:
    """What the last run left in a place of ours, or None; raises `LoadFault` where it is another's."""
    if _OWNER not in bucket.tags:
        if bucket.tags:
            cure = "换一个空的桶或前缀；确是本站的，就清空它再发布"
            raise LoadFault("这里已经有别的文件", where=SITE, cure=cure)
        bucket.put(_OWNER, slug.encode())
        return None
    owner = (bucket.get(_OWNER) or b"").decode(errors="replace")
    if owner != slug:
        raise LoadFault(f"这里是 {owner} 的公开页面", where=SITE, cure="换一个空的桶或前缀")
    return bucket.get(_MANIFEST) if _MANIFEST in bucket.tags else None


def _previous(kept: bytes | None, tags: Mapping[str, str]) -> Manifest | None:
    """The manifest of the last run, doubting each page that is not the one it wrote."""
    from linli_site.manifest import Manifest

    if kept is None:
        return None
    try:
        known = msgspec.json.decode(zlib.decompress(kept), type=_Kept)
    except (zlib.error, msgspec.MsgspecError):
        return None
    manifest = Manifest.decode(bytes(known.manifest))
    if manifest is None:
        return None
    return manifest.doubting(
        {each.address for each in manifest.pages if known.tags.get(each.address) != tags.get(each.address)}
    )


def _encoded(manifest: Manifest, tags: Mapping[str, str]) -> bytes:
    kept = {each.address: tags[each.address] for each in manifest.pages}
    return zlib.compress(msgspec.json.encode(_Kept(msgspec.Raw(manifest.encode()), kept)), 6)


def _invalidate(cdn: str, region: str, addresses: Sequence[str], reference: str) -> None:
    """Have the cache fetch pages anew; raises `StoreFailed` where it does not take the request."""
    paths = [f"/{quote(address)}" for address in addresses]
    # Whoever asks for a folder is given its index.
    paths += [path.removesuffix("index.html") for path in paths if path.endswith("/index.html")]
    if len(paths) > MOST_PATHS:
        paths = ["/*"]
    batch: dict[str, Any] = {
        "Paths": {"Quantity": len(paths), "Items": paths},
        "CallerReference": reference,
    }
    try:
        answered(
            client("cloudfront", region, attempts=3),
            "CreateInvalidation",
            {"DistributionId": cdn, "InvalidationBatch": batch},
        )
    except (Refused, NoAnswer) as error:
        cure = "检查 LINLI_CDN 和角色的权限；页面已经写好，再发布一次即可"
        raise StoreFailed(f"缓存没有刷新：{error}", where="LINLI_CDN", cure=cure) from error
