"""The portal in a bucket of S3: killed, doubled or unanswered, the next run leaves the pages of a clean build."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.session import Session
from botocore.validate import ParamValidator
from msgspec import structs

from linli.errors import BadInput, Conflict, LoadFault
from linli.notes import LocalSigner
from linli.publication import publish
from linli.record import StoreRecord
from linli.store_refusals import StoreFailed
from linli_cli.main import main
from linli_functions import putting_out
from linli_functions.cloud import client, surroundings
from linli_functions.putting_out import PutOut, put_out
from linli_functions.site_address import SiteAddress, read_site
from linli_site import portal as portal_module
from linli_site.bucket import Memory
from linli_site.portal import Portal, frame_of
from linli_site.s3 import S3Bucket
from tests.functions.offices import Office
from tests.store import emulators

OWN = {".linli/owner", ".linli/manifest"}
SIGNER = LocalSigner("linli/dongcheng", b"k" * 32)


class Published:
    """An office with its portal in a bucket."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        self.office = Office(folder)
        self.client = client("s3", emulators.REGION, endpoint, attempts=3)
        self.site = SiteAddress(emulators.new_bucket(endpoint), "river/", emulators.REGION, endpoint=endpoint)

    def applied(self, **changes: Any) -> None:
        """One more application, published in the record and not in the portal."""
        self.office.applied(**changes)
        publish(self.office.service.desk, SIGNER)

    def run(self, cdn: str = "") -> PutOut:
        return put_out(
            self.office.service, self.site, cdn, structs.replace(surroundings(), sleep=lambda s: None)
        )

    def files(self) -> dict[str, bytes]:
        bucket = self.bucket()
        return {each: bucket.get(each) or b"" for each in bucket.tags}

    def page(self, address: str) -> str:
        return (self.bucket().get(address) or b"").decode()

    def bucket(self) -> S3Bucket:
        found = S3Bucket(self.client, self.site.bucket, self.site.prefix)
        found.look()
        return found

    def clean(self) -> dict[str, bytes]:
        """The files of a portal built at once from the record as it stands."""
        service, out = self.office.service, Memory()
        frame = frame_of(service.deployment)
        Portal(service.deployment, StoreRecord(service.store), out, frame).build(self.office.clock.day)
        return out.files

    def must_be_clean(self) -> None:
        """Assert that the bucket holds a clean build, by the tags of its files, which are their MD5 here."""
        tags = self.bucket().tags
        assert tags.keys() >= OWN
        clean = {name: f'"{hashlib.md5(content).hexdigest()}"' for name, content in self.clean().items()}
        assert {name: tag for name, tag in tags.items() if name not in OWN} == clean


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, ministack: str) -> Iterator[Published]:
    """An office whose portal stands in a bucket; each test leaves it as clean as it was."""
    made = Published(tmp_path_factory.mktemp("office"), ministack)
    made.applied()
    first = made.run()
    assert len(first.written) == first.pages
    yield made


def test_a_run_writes_what_changed_and_nothing_where_nothing_did(published: Published) -> None:
    published.must_be_clean()
    before = published.bucket().tags
    assert published.run() == PutOut((), (), len(before) - len(OWN))
    assert published.bucket().tags == before
    published.applied(title="独居老人冬季走访")
    done = published.run()
    assert 0 < len(done.written) < done.pages / 4, done.written
    published.must_be_clean()
    after = published.bucket().tags
    unwritten = before.keys() - set(done.written) - set(done.deleted) - OWN
    assert {name: after[name] for name in unwritten} == {name: before[name] for name in unwritten}


def test_pages_have_their_types_and_how_long_they_keep(published: Published) -> None:
    tile = next(name for name in published.bucket().tags if name.startswith("log/tile/0/"))
    heads = {
        name: published.client.head_object(Bucket=published.site.bucket, Key=f"river/{name}")
        for name in ("index.html", ".linli/manifest", tile)
    }
    assert {name: (head["ContentType"], head["CacheControl"]) for name, head in heads.items()} == {
        "index.html": ("text/html; charset=utf-8", "public, max-age=60"),
        ".linli/manifest": ("application/octet-stream", "no-cache"),
        tile: ("application/octet-stream", "public, max-age=3600"),
    }


def test_what_was_put_out_is_verified_from_outside(
    published: Published, ministack: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "checkpoint"
    kept.write_text(published.page("log/checkpoint"), "utf-8")
    published.applied(title="独居老人冬季走访")
    published.run()
    address = f"{ministack}/{published.site.bucket}/river/"
    assert main(["verify", address, "--key", str(SIGNER.key), "--earlier", str(kept)]) == 0
    assert "全部相符" in capsys.readouterr().out
    other = str(LocalSigner("linli/dongcheng", b"o" * 32).key)
    assert main(["verify", address, "--key", other]) != 0


class Killed(BaseException):
    """The process ends here."""


def cut_after(monkeypatch: pytest.MonkeyPatch, writes: int, *, done: bool) -> None:
    """Let so many files be written, then end the process, before or after the one at which it happens."""
    put, lock, left = S3Bucket.put, threading.Lock(), [writes]

    def cut(self: S3Bucket, address: str, content: bytes) -> None:
        with lock:
            left[0] -= 1
            if left[0] < 0:
                if done and left[0] == -1:
                    put(self, address, content)
                raise Killed(address)
            put(self, address, content)

    monkeypatch.setattr(S3Bucket, "put", cut)


@pytest.mark.parametrize(("writes", "done"), [(0, True), (7, True), (12, False)])
def test_a_run_killed_at_a_write_is_mended_by_the_next(
    published: Published, monkeypatch: pytest.MonkeyPatch, writes: int, done: bool
) -> None:
    published.applied(title=f"第{writes}项")
    with monkeypatch.context() as patch, pytest.raises(Killed):
        cut_after(patch, writes, done=done)
        published.run()
    published.run()
    published.must_be_clean()


def test_a_first_run_that_was_killed_is_gone_on_with(
    tmp_path: Path, ministack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Published(tmp_path, ministack)
    made.applied()
    with monkeypatch.context() as patch, pytest.raises(Killed):
        cut_after(patch, 20, done=True)
        made.run()
    assert len(made.bucket().tags) == 21
    made.run()
    made.must_be_clean()


def test_a_page_that_says_what_the_manifest_does_not_know_is_drawn_again(published: Published) -> None:
    """A run that was killed wrote a page, and then the record went back to what it was."""
    for address, content in (("index.html", b"newer"), ("mine.html", b"foreign")):
        bucket = published.bucket()
        bucket.put(address, content)
    published.bucket().delete("check.html")
    done = published.run()
    assert set(done.written) == {"index.html", "check.html"}
    assert done.deleted == ("mine.html",)
    published.must_be_clean()


def test_a_lost_answer_is_mended_by_the_next_run(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    published.applied(title="独居老人冬季走访")
    put, lost = published.client.put_object, []

    def unanswered(**asked: Any) -> Any:
        put(**asked)
        lost.append(asked["Key"])
        raise ReadTimeoutError(endpoint_url="s3")

    with monkeypatch.context() as patch, pytest.raises(StoreFailed, match="ReadTimeoutError"):
        patch.setattr(published.client, "put_object", unanswered)
        published.run()
    assert lost
    published.run()
    published.must_be_clean()


def before_drawing(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something once, when a run has read the record and has not yet written."""
    whole = portal_module.WholeRecord

    def read(store: Any) -> Any:
        found = whole(store)
        monkeypatch.setattr(portal_module, "WholeRecord", whole)
        act()
        return found

    monkeypatch.setattr(portal_module, "WholeRecord", read)


def test_an_older_view_never_stands_over_a_newer_one(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    published.applied(title="先来的")

    def overtaken() -> None:
        published.applied(title="后到的")
        published.run()

    before_drawing(monkeypatch, overtaken)
    published.run()
    published.must_be_clean()
    assert "后到的" in published.page("changes/index.html")


def test_who_is_overtaken_again_and_again_says_so(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    published.applied(title="先来的")

    def refused(self: S3Bucket, address: str, content: bytes) -> None:
        raise Conflict("another was faster")

    with monkeypatch.context() as patch, pytest.raises(Conflict):
        patch.setattr(S3Bucket, "put", refused)
        patch.setattr(putting_out, "ATTEMPTS", 2)
        published.run()
    published.run()
    published.must_be_clean()


def test_two_who_publish_at_once_end_in_a_clean_build(published: Published) -> None:
    with ThreadPoolExecutor(2) as pool:
        for round in range(2):
            published.applied(title=f"第{round}轮")
            runs = [pool.submit(published.run) for _ in range(2)]
            failed = [run.exception() for run in runs]
            assert all(error is None or isinstance(error, Conflict) for error in failed)
            if failed != [None, None]:  # each may have been overtaken by the other as often as it tries
                published.run()
            published.must_be_clean()


def test_a_place_that_is_anothers_is_refused_and_left_as_it_is(tmp_path: Path, ministack: str) -> None:
    made = Published(tmp_path, ministack)
    made.applied()
    made.client.put_object(Bucket=made.site.bucket, Key="river/photo.jpg", Body=b"mine")
    with pytest.raises(LoadFault, match="已经有别的文件"):
        made.run()
    assert made.files() == {"photo.jpg": b"mine"}
    made.client.delete_object(Bucket=made.site.bucket, Key="river/photo.jpg")
    made.client.put_object(Bucket=made.site.bucket, Key="river/.linli/owner", Body=b"stream")
    with pytest.raises(LoadFault, match="stream 的公开页面"):
        made.run()
    assert made.files() == {".linli/owner": b"stream"}
    made.site = structs.replace(made.site, bucket="nobody-has-this-bucket")
    with pytest.raises(StoreFailed, match="nobody-has-this-bucket"):
        made.run()


def test_the_cache_is_told_and_told_again_where_it_did_not_hear(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []
    model = Session().create_client("cloudfront", region_name=emulators.REGION).meta.service_model
    real, deaf = putting_out.answered, [True]

    def answered(made: Any, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if operation != "CreateInvalidation":
            return real(made, operation, arguments)
        shape = model.operation_model(operation).input_shape
        assert not ParamValidator().validate(arguments, shape).has_errors()
        asked.append(arguments)
        if deaf.pop() if deaf else False:
            raise putting_out.Refused("Throttling", "slower", 400, [])
        return {}

    monkeypatch.setattr(putting_out, "answered", answered)
    published.run("E123")
    assert asked == []
    published.applied(title="独居老人冬季走访")
    with pytest.raises(StoreFailed, match="缓存没有刷新"):
        published.run("E123")
    assert published.run("E123").written
    first, second = (each["InvalidationBatch"] for each in asked)
    assert {each["DistributionId"] for each in asked} == {"E123"}
    assert first["Paths"] == second["Paths"] == {"Quantity": 1, "Items": ["/*"]}
    assert first["CallerReference"] != second["CallerReference"]
    published.bucket().put("index.html", b"changed by hand")
    assert published.run("E123").written == ("index.html",)
    assert asked[2]["InvalidationBatch"]["Paths"] == {"Quantity": 2, "Items": ["/index.html", "/"]}
    published.must_be_clean()


def test_the_words_of_the_variable_are_read_strictly() -> None:
    whole = (
        "s3://sites/river?region=cn-north-1&address=https://sq.example.cn/river&receipts=https://x.example/r"
    )
    assert read_site(whole) == SiteAddress(
        "sites", "river/", "cn-north-1", "https://sq.example.cn/river", "https://x.example/r"
    )
    assert read_site("s3://sites") == SiteAddress("sites")
    assert read_site("s3://sites/") == SiteAddress("sites")
    for wrong in (
        "",
        "sites",
        "https://sites",
        "s3://",
        "s3://UPPER",
        "s3://sites/../x",
        "s3://sites/.linli",
        "s3://sites?region=nowhere",
        "s3://sites?region=cn-north-1&region=cn-north-1",
        "s3://sites?colour=red",
        "s3://sites?endpoint=http://example.com",
        "s3://sites?address=javascript:x",
    ):
        with pytest.raises(BadInput):
            read_site(wrong)
