"""Members who use the server with the apps that everybody can install."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from mastodon import Mastodon

from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.browser import Browser

PATIENCE_SECONDS = 10.0


def picture(kind: str = ".png", *, width: int = 96, height: int = 64) -> bytes:
    """A picture in a file's bytes."""
    import pyvips  # heavy: loaded where pictures are made

    colour = pyvips.Image.black(width, height, bands=3).linear(1, [40, 120, 200])
    return bytes(colour.cast("uchar").write_to_buffer(kind))


def code_for(server: RunningServer, member: NewMember, url: str) -> str:
    """The code that a member reads off the page after they opened the app's link, signed in and said yes."""
    with Browser(server.base_url) as browser:
        page = browser.open(url.removeprefix(server.base_url))
        assert page.path.startswith("/auth/sign_in"), page.words
        page = browser.send("/auth/sign_in", login=member.email, password=PASSWORD)
        assert page.path.startswith("/oauth/authorize"), page.words
        page = browser.send("/oauth/authorize", answer="allow")
        shown = BeautifulSoup(page.html, "html.parser").find(attrs={"data-code": True})
        assert shown is not None, page.words
        return shown.get_text(strip=True)


def until(seen: Callable[[], Any], *, seconds: float = PATIENCE_SECONDS) -> Any:
    """What ``seen`` returns, once that is true."""
    end = time.monotonic() + seconds
    while not (found := seen()):
        assert time.monotonic() < end, f"waited {seconds} s in vain"
        time.sleep(0.05)
    return found


def leave(handles: Sequence[Any], say: Callable[[], Any]) -> None:
    """End streams. The client closes each at the next thing that it hears, so something is said meanwhile."""
    closing = [threading.Thread(target=handle.close) for handle in handles]
    for thread in closing:
        thread.start()
    until(lambda: all(handle.closed for handle in handles))
    say()
    for thread in closing:
        thread.join(PATIENCE_SECONDS)
    until(lambda: not any(handle.is_alive() for handle in handles))


@pytest.fixture
def picture_file(tmp_path: Path) -> Path:
    """A picture on disk."""
    path = tmp_path / "harbour.jpg"
    path.write_bytes(picture(".jpg"))
    return path


@pytest.fixture
def signed_in(server: RunningServer, tmp_path: Path) -> Callable[[str], Mastodon]:
    """A function that makes a member and signs them in with Mastodon.py as its readme says."""

    def sign_in(name: str) -> Mastodon:
        member = server.member(name)
        secret, token = tmp_path / f"{name}_client.secret", tmp_path / f"{name}_user.secret"
        Mastodon.create_app("pytooterapp", api_base_url=server.base_url, to_file=str(secret))
        app = Mastodon(client_id=str(secret))
        code = code_for(server, member, app.auth_request_url(allow_http=True))
        app.log_in(code=code, to_file=str(token), allow_http=True)
        me = Mastodon(access_token=str(token))
        assert me.me().username == member.name
        return me

    return sign_in
