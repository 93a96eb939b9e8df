"""Pictures made byte by byte: honest ones, and files that lie about what they are or how large they get."""

from __future__ import annotations

import random
import struct
import zlib

PNG = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    """A piece of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, rows: bytes, *, bits: int = 8, colours: int = 2, level: int = 6) -> bytes:
    """A PNG of these rows, each with its filter byte in front."""
    head = struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, 0)
    return PNG + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, level)) + chunk(b"IEND", b"")


def noise(size: int) -> bytes:
    """A picture of about this many bytes that no compression makes smaller."""
    width = 100
    height = max(1, size // (3 * width))
    grains = random.Random(size)
    return png(width, height, b"".join(b"\0" + grains.randbytes(3 * width) for _ in range(height)), level=1)


def bomb(width: int, height: int) -> bytes:
    """A picture of one colour: some kilobytes that become ``width x height`` pixels."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + (width + 7) // 8)
    rows = b"".join(packer.compress(row * 1_000) for _ in range(height // 1_000 + 1)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return PNG + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A small honest picture with a compressed text that becomes 200 MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(200)) + packer.flush()
    honest = png(8, 8, b"".join(b"\0" + b"\x20\x60\xa0" * 8 for _ in range(8)))
    return honest[:33] + chunk(b"zTXt", b"Comment\0\0" + packed) + honest[33:]


def endless_gif(frames: int = 20_000) -> bytes:
    """An animation of many frames, each as large as a screen, in some hundred kilobytes."""
    screen = struct.pack("<HH", 4_000, 4_000)
    frame = b"\x2c\0\0\0\0" + screen + b"\0\x02\x02\x44\x01\0"
    return b"GIF89a" + screen + b"\x80\0\0\xff\xff\xff\0\0\0" + frame * frames + b"\x3b"


SVG = (
    b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&b;</text><script>alert(1)</script></svg>'
)


def disguised() -> dict[str, bytes]:
    """Files that call themselves pictures and are not, or are more than that."""
    honest = png(8, 8, b"".join(b"\0" + b"\x20\x60\xa0" * 8 for _ in range(8)))
    return {
        "page.png": b"<!DOCTYPE html><script>alert(document.domain)</script>",
        "vector.png": SVG,
        "program.jpg": b"\x7fELF\x02\x01\x01" + b"\0" * 500,
        "archive.png": b"PK\x03\x04" + b"\0" * 500,
        "paper.gif": b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>",
        "nothing.png": b"",
        "head.png": PNG,
        "cut.png": honest[: len(honest) // 2],
        "damaged.png": honest[:45] + b"\xff\xff\xff\xff" + honest[49:],
        "page.gif": b"GIF89a=1;alert(1);//" + b"\0" * 64,
        "head.jpg": b"\xff\xd8\xff\xe0" + b"<script>alert(1)</script>" * 20,
        "page.webp": b"RIFF\xff\xff\xff\xffWEBPVP8 " + b"\xff" * 200,
        "picture.tiff": b"II*\0\x08\0\0\0" + b"\0" * 200,
        "drawing.mvg": b"push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 9,9 'https://example.org/x'\npop",
        "matlab.png": b"MATLAB 5.0 MAT-file" + b"\0" * 500,
        "lines.ppm": b"P6\n60000 60000\n255\n" + b"\0" * 500,
    }
