"""Reading a body without trusting its size, packed or unpacked."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from holdfast.outgoing.errors import BadAnswer, TooLarge

ACCEPTED_ENCODINGS = "gzip"
_GZIP = 16 + zlib.MAX_WBITS
_STEP_BYTES = 65_536
_PACKING_SLACK_BYTES = 65_536


def read_body(pieces: Iterable[bytes], encoding: str, max_bytes: int) -> bytes:
    """The decoded body. Raises TooLarge beyond ``max_bytes`` decoded bytes, BadAnswer if undecodable.

    At no time more than the limit and one step of 64 KiB is held, whatever the packing ratio.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        decoded = iter(pieces)
    elif encoding in ("gzip", "x-gzip"):
        # Empty gzip members decode to nothing for ever, so the packed form has a limit as well.
        decoded = _gunzip(_limited(pieces, max_bytes + _PACKING_SLACK_BYTES, max_bytes))
    else:
        raise BadAnswer("The answer is packed in a way that was not asked for.", encoding=encoding)
    return b"".join(_limited(decoded, max_bytes, max_bytes))


def _limited(pieces: Iterable[bytes], most: int, told: int) -> Iterator[bytes]:
    seen = 0
    for piece in pieces:
        seen += len(piece)
        if seen > most:
            raise TooLarge(f"The answer is larger than {told} bytes.", max_bytes=told)
        yield piece


def _gunzip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(_GZIP)
    started = False
    try:
        for piece in pieces:
            waiting = piece
            while waiting:
                if unpacker.eof:  # a further member
                    unpacker = zlib.decompressobj(_GZIP)
                started = True
                yield unpacker.decompress(waiting, _STEP_BYTES)
                waiting = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
        while not unpacker.eof and (rest := unpacker.decompress(b"", _STEP_BYTES)):
            yield rest
    except zlib.error as error:
        raise BadAnswer("The answer is not the gzip data that it claims to be.") from error
    if started and not unpacker.eof:
        raise BadAnswer("The answer ends in the middle of its gzip data.")
