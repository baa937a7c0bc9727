"""Uploaded files: what they are by their content, and pictures without the data that cameras hide in them.

A file's name is a claim; its first bytes and its container decide. Only kinds that a clerk needs and a
browser shows without running anything are let in.
"""

import io
import zipfile
from enum import StrEnum
from pathlib import PurePath

from linli.errors import BadInput

MAX_PIXELS = 50_000_000
"""The largest picture that is opened, in pixels: four times what a phone takes, far from filling memory."""


class Kind(StrEnum):
    """The kinds of file that may be handed in; the value is the usual extension."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"
    XLSX = "xlsx"
    DOCX = "docx"
    CSV = "csv"
    TXT = "txt"

    @property
    def media_type(self) -> str:
        """The media type to serve the file with."""
        return _MEDIA_TYPES[self]

    @property
    def is_image(self) -> bool:
        """Whether `strip_metadata` applies to it."""
        return self in _PILLOW_FORMATS


_OFFICE = "application/vnd.openxmlformats-officedocument"
_MEDIA_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.WEBP: "image/webp",
    Kind.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    Kind.DOCX: f"{_OFFICE}.wordprocessingml.document",
    Kind.CSV: "text/csv; charset=utf-8",
    Kind.TXT: "text/plain; charset=utf-8",
}
_PILLOW_FORMATS = {Kind.PNG: "PNG", Kind.JPEG: "JPEG", Kind.WEBP: "WEBP"}
_EXTENSIONS = {kind.value: kind for kind in Kind} | {"jpg": Kind.JPEG}
_ALLOWED = "pdf、png、jpg、webp、xlsx、docx、csv、txt"

# A table of our own: eight kinds have eight plain signatures, and none is guessed from a database of
# hundreds.
_SIGNATURES = ((b"%PDF-", Kind.PDF), (b"\x89PNG\r\n\x1a\n", Kind.PNG), (b"\xff\xd8\xff", Kind.JPEG))
_MARKUP = ("<!doctype", "<html", "<svg", "<?xml", "<script", "<head", "<body", "<iframe")
_WHERE = "文件"


def file_kind(data: bytes, name: str) -> Kind:
    """Return what a file is by its content, when its name says the same.

    Raises `BadInput` for an empty file, a kind that is not allowed (web pages, vector pictures, programs, old
    Office formats, documents with macros) and for a name that claims another kind than the content shows.
    """
    if not data:
        raise BadInput(f"“{name}”是空文件", where=_WHERE, cure="重新选择文件上传")
    extension = PurePath(name).suffix.removeprefix(".").lower()
    claimed = _EXTENSIONS.get(extension)
    if claimed is None:
        raise BadInput(f"不接受“{name}”这种类型的文件", where=_WHERE, cure=f"请上传 {_ALLOWED} 文件")
    actual = _kind_by_content(data, claimed)
    if actual is None:
        raise BadInput(f"“{name}”的内容不是可以接受的文件类型", where=_WHERE, cure=f"请上传 {_ALLOWED} 文件")
    if actual is not claimed:
        raise BadInput(
            f"“{name}”的扩展名与内容不符，内容是 {actual} 文件",
            where=_WHERE,
            cure=f"请把扩展名改为 .{actual}，或重新导出后上传",
        )
    return actual


def strip_metadata(data: bytes) -> bytes:
    """Return a JPEG, PNG or WebP picture without position, camera, time, comments, thumbnails and other
    extras.

    The picture is drawn anew, turned as its orientation said; only the first frame is kept. Raises `BadInput`
    for anything that is not such a picture, is damaged, or has more than `MAX_PIXELS` pixels.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    kind = _signature(data)
    if kind is None or kind not in _PILLOW_FORMATS:
        raise BadInput("图片不是 JPEG、PNG 或 WebP 格式", where=_WHERE, cure="请另存为 jpg 或 png 后上传")
    try:
        # Naming the one format keeps every other decoder of the library out of reach.
        with Image.open(io.BytesIO(data), formats=[_PILLOW_FORMATS[kind]]) as opened:
            width, height = opened.size
            if width * height > MAX_PIXELS:
                raise _too_large()
            opened.load()
            picture = ImageOps.exif_transpose(opened)
            if picture.mode not in {"1", "L", "LA", "P", "RGB", "RGBA"}:
                picture = picture.convert("RGB")
            if picture.mode == "P":
                picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
            # A new picture with the same pixels: nothing that came along in `info` can be written out again.
            bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    except Image.DecompressionBombError as fault:
        raise _too_large() from fault
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as fault:
        raise BadInput(
            "图片已损坏或内容不完整，无法打开", where=_WHERE, cure="请重新拍摄或导出后上传"
        ) from fault
    out = io.BytesIO()
    if kind is Kind.JPEG:
        bare.convert("RGB" if bare.mode not in {"L", "RGB"} else bare.mode).save(out, "JPEG", quality=90)
    elif kind is Kind.PNG:
        bare.save(out, "PNG")
    else:
        bare.save(out, "WEBP", quality=90)
    return out.getvalue()


def _too_large() -> BadInput:
    return BadInput(f"图片超过 {MAX_PIXELS:,} 像素的上限", where=_WHERE, cure="请缩小后上传")


def _signature(data: bytes) -> Kind | None:
    for start, kind in _SIGNATURES:
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    return None


def _kind_by_content(data: bytes, claimed: Kind) -> Kind | None:
    kind = _signature(data)
    if kind is not None:
        return kind
    if data.startswith(b"PK\x03\x04"):
        return _office_kind(data)
    if not _is_plain_text(data):
        return None
    # Content cannot tell a table of text from a text; the name may, between these two.
    return claimed if claimed in {Kind.CSV, Kind.TXT} else Kind.TXT


def _office_kind(data: bytes) -> Kind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in names or any(part.lower().endswith("vbaproject.bin") for part in names):
        return None
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    return Kind.DOCX if "word/document.xml" in names else None


def _is_plain_text(data: bytes) -> bool:
    """Whether bytes are text in UTF-8 or GB 18030 that no browser would take for a page."""
    if b"\x00" in data or data.startswith((b"MZ", b"\x7fELF", b"#!")):
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(mark) < 32 and mark not in "\t\r\n\f" for mark in text):
            return False
        opening = text[:1024].lower()
        return not any(mark in opening for mark in _MARKUP)
    return False
