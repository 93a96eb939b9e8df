"""Whoever uses the server finds its source: that which runs here, or where the operator says."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import holdfast
from tests.servers import PASSWORD, RunningServer
from tests.web.browser import Browser

Browsers = Callable[..., Browser]
PACKAGE = Path(holdfast.__file__).parent


def test_the_source_that_runs_is_offered_to_everybody(server: RunningServer, browsers: Browsers) -> None:
    with server.client() as http:
        told = http.get("/api/v2/instance").json()["source_url"]
        nodeinfo = http.get("/nodeinfo/2.0").json()["metadata"]["sourceUrl"]
        answer = http.get("/source.tar.gz")
    assert told == nodeinfo
    assert told.endswith("/source.tar.gz")
    assert answer.headers["content-type"] == "application/gzip"
    with tarfile.open(fileobj=io.BytesIO(answer.content)) as archive:
        names = archive.getnames()
        written = {file.relative_to(PACKAGE).as_posix() for file in PACKAGE.rglob("*.py")}
        assert {f"holdfast/src/holdfast/{name}" for name in written} <= set(names)
        assert {"holdfast/LICENSE", "holdfast/pyproject.toml"} <= set(names)
        kept = archive.extractfile("holdfast/src/holdfast/acting.py")
        assert kept is not None
        assert kept.read() == (PACKAGE / "acting.py").read_bytes()
    assert not [name for name in names if "__pycache__" in name or "/." in name]
    assert browsers(server).open("/about").html.count('href="/source.tar.gz"') == 2


def test_an_operator_names_another_place(new_server: Callable[..., RunningServer], browsers: Browsers) -> None:
    server = new_server().start().set_up()
    owner = browsers(server)
    owner.sign_in("owner", PASSWORD)
    owner.open("/admin/server")
    assert owner.send("/admin/server", source_url="javascript:alert(1)").status == 422
    owner.open("/admin/server")
    assert owner.send("/admin/server", source_url="https://code.example/ours").status == 200
    assert 'href="https://code.example/ours"' in owner.open("/about").html
    with server.client() as http:
        assert http.get("/api/v2/instance").json()["source_url"] == "https://code.example/ours"
