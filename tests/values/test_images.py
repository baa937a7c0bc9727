"""Uploaded files: the content decides, and pictures lose what cameras hide in them."""

import io
import struct
import subprocess
import sys
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from linli.errors import BadInput
from linli.images import Kind, file_kind, strip_metadata

SECRET = "GPS-39.9042-116.4074"


def picture(form: str, mode: str = "RGB", size: tuple[int, int] = (8, 4)) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = SECRET  # the field for a description
    exif[0x0112] = 6  # turned by a quarter
    extra = PngImagePlugin.PngInfo()
    extra.add_text("Comment", SECRET)
    options = {"pnginfo": extra} if form == "PNG" else {}
    Image.new(mode, size, "red" if mode == "RGB" else 0).save(out, form, exif=exif, **options)
    return out.getvalue()


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
DOCX = archive("[Content_Types].xml", "word/document.xml")
MACROS = archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_what_a_camera_hides_in_a_picture_is_gone(form: str) -> None:
    original = picture(form)
    assert SECRET.encode() in original
    stripped = strip_metadata(original)
    assert SECRET.encode() not in stripped
    with Image.open(io.BytesIO(stripped)) as opened:
        assert opened.format == form
        assert not opened.getexif()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_turned_as_its_orientation_said(form: str) -> None:
    with Image.open(io.BytesIO(strip_metadata(picture(form)))) as opened:
        assert opened.size == (4, 8)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_usual_mode_of_a_png_survives(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (3, 3)).save(out, "PNG")
    with Image.open(io.BytesIO(strip_metadata(out.getvalue()))) as opened:
        assert opened.size == (3, 3)


def test_the_pixels_of_a_png_stay_the_same() -> None:
    out = io.BytesIO()
    original = Image.frombytes("RGB", (2, 2), bytes(range(12)))
    original.save(out, "PNG")
    with Image.open(io.BytesIO(strip_metadata(out.getvalue()))) as opened:
        assert opened.tobytes() == original.tobytes()


@pytest.mark.parametrize("side", [8_000, 20_000])
def test_a_picture_that_would_fill_memory_is_refused_before_it_is_drawn(side: int) -> None:
    with pytest.raises(BadInput, match="像素"):
        strip_metadata(png_that_claims(side, side))


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"%PDF-1.7", b"<svg/>", b"BM" + bytes(60)])
def test_only_the_three_picture_formats_are_stripped(data: bytes) -> None:
    with pytest.raises(BadInput, match="JPEG、PNG 或 WebP"):
        strip_metadata(data)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_damaged_picture_is_refused(form: str) -> None:
    with pytest.raises(BadInput, match="损坏"):
        strip_metadata(picture(form, size=(64, 64))[:60])


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # the library remarks on the damage, too
@settings(max_examples=60)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(4, 200), st.binary(min_size=1, max_size=8))
def test_damage_gives_a_picture_or_a_clear_refusal(form: str, place: int, noise: bytes) -> None:
    data = picture(form)
    damaged = data[:place] + noise + data[place + len(noise) :]
    try:
        stripped = strip_metadata(damaged)
    except BadInput:
        return
    assert SECRET.encode() not in stripped


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"%PDF-1.7\n", "申请表.pdf", Kind.PDF),
        (picture("PNG"), "现场.PNG", Kind.PNG),
        (picture("JPEG"), "现场.jpg", Kind.JPEG),
        (picture("JPEG"), "现场.jpeg", Kind.JPEG),
        (picture("WEBP"), "现场.webp", Kind.WEBP),
        (XLSX, "名册.xlsx", Kind.XLSX),
        (DOCX, "纪要.docx", Kind.DOCX),
        ("姓名,人数\n".encode("gb18030"), "名册.csv", Kind.CSV),
        ("会议纪要".encode(), "纪要.txt", Kind.TXT),
    ],
)
def test_a_file_is_what_its_content_shows(data: bytes, name: str, kind: Kind) -> None:
    assert file_kind(data, name) is kind
    assert "/" in kind.media_type


@pytest.mark.parametrize(
    ("data", "name", "hint"),
    [
        (b"", "空.pdf", "空文件"),
        (picture("PNG"), "现场.jpg", "内容是 png"),
        (b"%PDF-1.7", "名册.xlsx", "内容是 pdf"),
        (b"plain words", "申请.pdf", "内容是 txt"),
        (XLSX, "名册.docx", "内容是 xlsx"),
        (b"<svg xmlns='x'/>", "图.svg", "不接受"),
        (b"<html></html>", "页.html", "不接受"),
        (b"MZ\x90\x00", "程序.exe", "不接受"),
        (b"anything", "没有扩展名", "不接受"),
        (b"  <!DOCTYPE html><p>", "页.txt", "不是可以接受"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "图.txt", "不是可以接受"),
        (b"a,b\n<script>alert(1)</script>", "表.csv", "不是可以接受"),
        (b"MZ\x90 program", "程序.txt", "不是可以接受"),
        (b"#!/bin/sh\n", "脚本.txt", "不是可以接受"),
        (b"\x00\x01\x02", "数据.csv", "不是可以接受"),
        (MACROS, "宏.xlsx", "不是可以接受"),
        (archive("a.txt"), "压缩.xlsx", "不是可以接受"),
        (b"PK\x03\x04 broken", "坏.xlsx", "不是可以接受"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60), "旧.xlsx", "不是可以接受"),
    ],
)
def test_a_file_that_lies_or_is_not_allowed_is_refused_with_what_to_do(
    data: bytes, name: str, hint: str
) -> None:
    with pytest.raises(BadInput, match=hint) as refused:
        file_kind(data, name)
    assert refused.value.where == "文件"
    assert refused.value.cure


@settings(max_examples=200)
@given(
    st.binary(max_size=200), st.sampled_from(["a.pdf", "a.png", "a.xlsx", "a.csv", "a.txt", "a.exe", "a", ""])
)
def test_any_bytes_give_a_kind_or_a_clear_refusal(data: bytes, name: str) -> None:
    try:
        kind = file_kind(data, name)
    except BadInput:
        return
    assert name.endswith(kind.value)


def test_knowing_a_kind_does_not_load_the_picture_library() -> None:
    code = (
        "import sys; from linli.images import file_kind;"
        "file_kind(b'%PDF-', 'a.pdf'); print('PIL' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
