"""A portal in S3: types and cache headers, and two publishers who cannot overwrite each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import boto3
import pytest
from moto import mock_aws

from linli.errors import Conflict
from linli.store_refusals import StoreFailed
from linli_site.bucket import Memory
from linli_site.build import Site
from linli_site.facts import DictRecord
from linli_site.plan import Each, FileKind
from linli_site.s3 import S3Bucket, cache_control

NAME = "portal"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "cn-north-1",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        made = boto3.client("s3", region_name="cn-north-1")
        made.create_bucket(Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": "cn-north-1"})
        yield made


def test_what_is_put_is_got_listed_and_taken_away(client: Any) -> None:
    bucket = S3Bucket(client, NAME, "river/")
    bucket.put("index.html", b"one")
    bucket.put("data/x.json", b"{}")
    assert (bucket.get("index.html"), bucket.get("nothing.html")) == (b"one", None)
    assert sorted(bucket.list()) == ["data/x.json", "index.html"]
    bucket.put("index.html", b"two")
    bucket.delete("data/x.json")
    bucket.delete("data/x.json")
    assert list(S3Bucket(client, NAME, "river/").list()) == ["index.html"]
    assert [each["Key"] for each in client.list_objects_v2(Bucket=NAME)["Contents"]] == ["river/index.html"]


def test_a_listing_of_more_than_a_page_is_whole(client: Any) -> None:
    bucket = S3Bucket(client, NAME, page_size=3)
    for number in range(10):
        bucket.put(f"m/{number}.json", b"{}")
    assert len(list(bucket.list())) == 10


def test_files_go_out_with_their_type_and_how_long_they_keep(client: Any) -> None:
    bucket = S3Bucket(client, NAME)
    for address in ("a.html", "f.csv", "log/checkpoint", "log/tile/0/000", "log/tile/0/001.p/7"):
        bucket.put(address, b"x")
    heads = {each: client.head_object(Bucket=NAME, Key=each) for each in bucket.list()}
    assert {name: (head["ContentType"], head["CacheControl"]) for name, head in heads.items()} == {
        "a.html": ("text/html; charset=utf-8", "public, max-age=60"),
        "f.csv": ("text/csv; charset=utf-8", "public, max-age=3600"),
        "log/checkpoint": ("text/plain; charset=utf-8", "no-cache"),
        "log/tile/0/000": ("application/octet-stream", "public, max-age=31536000, immutable"),
        "log/tile/0/001.p/7": ("application/octet-stream", "public, max-age=3600"),
    }
    assert cache_control("x/y.html") == "public, max-age=60"


def test_a_publisher_who_looked_before_another_wrote_is_refused(client: Any) -> None:
    one, other = S3Bucket(client, NAME), S3Bucket(client, NAME)
    one.put("index.html", b"first")
    other.look()
    one.put("index.html", b"second")
    with pytest.raises(Conflict, match="另一个发布者"):
        other.put("index.html", b"stale")
    assert one.get("index.html") == b"second"
    other.get("index.html")  # to read is not to look: the record was read before
    with pytest.raises(Conflict):
        other.put("index.html", b"stale")
    other.look()
    other.put("index.html", b"third")
    assert other.get("index.html") == b"third"


def test_two_who_make_the_same_new_file_do_not_both(client: Any) -> None:
    one, other = S3Bucket(client, NAME), S3Bucket(client, NAME)
    one.put("new.html", b"first")
    with pytest.raises(Conflict):
        other.put("new.html", b"second")
    assert one.get("new.html") == b"first"


def test_a_bucket_that_is_not_there_is_told_with_its_name(client: Any) -> None:
    with pytest.raises(StoreFailed, match=r"nowhere/index\.html"):
        S3Bucket(client, "nowhere").put("index.html", b"x")


def test_a_site_in_s3_is_the_site_in_memory(client: Any) -> None:
    facts = {f"m/{number}": {"n": number} for number in range(5)}
    kind = FileKind("t.m", Each("m/", lambda n: f"m/{n}.json"), lambda reader, page: page.key.encode())
    memory, bucket = Memory(), S3Bucket(client, NAME)
    for out in (memory, bucket):
        site = Site(DictRecord(dict(facts)), [kind], out)
        site.build(date(2026, 3, 2))
        site.apply({"m/1": None, "m/7": {"n": 7}}, date(2026, 3, 2))
    assert {address: bucket.get(address) for address in bucket.list()} == memory.files
