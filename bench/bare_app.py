"""The bare server's one function: the stored bytes of a path."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

_STORED = {
    path: (
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [
                (b"content-type", b"application/json; charset=utf-8"),
                (b"content-length", str(len(Path(name).read_bytes())).encode()),
            ],
        },
        {"type": "http.response.body", "body": Path(name).read_bytes(), "more_body": False},
    )
    for path, name in json.loads(Path(os.environ["BARE_ANSWERS"]).read_text()).items()
}


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ARG001
    """Answer with what is stored for the path and its query."""
    query = scope["query_string"].decode()
    start, body = _STORED[f"{scope['path']}?{query}" if query else scope["path"]]
    await send(start)
    await send(body)
