"""Members who speak the client API, made through the same functions as the command line's."""

from __future__ import annotations

import re
from typing import Any

import httpx

from holdfast import access
from holdfast.acting import SYSTEM, Acting
from holdfast.writes import Database

ALL = "read write follow push profile"


class Voice:
    """Somebody who asks: a member with a token, an app, or a stranger."""

    def __init__(self, client: Any, token: str | None = None, account_id: int | None = None) -> None:
        self._client = client
        self.token = token
        self.number = account_id

    @property
    def id(self) -> str:
        """The account's id as the API writes it."""
        return str(self.number)

    @property
    def acting(self) -> Acting:
        """Acting as this member in a command."""
        return Acting(account_id=self.number)

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request."""
        headers = options.pop("headers", {})
        if self.token:
            headers = {"authorization": f"Bearer {self.token}"} | headers
        return self._client.request(method, path, headers=headers, follow_redirects=False, **options)

    def get(self, path: str, **params: Any) -> Any:
        """The JSON of a GET that succeeds; ``id_`` names are lists with brackets."""
        return self.good(self.ask("GET", path, params=bracketed(params)))

    def post(self, path: str, **data: Any) -> Any:
        """The JSON of a POST that succeeds."""
        return self.good(self.ask("POST", path, json=data))

    def listens(self, query: str) -> Any:
        """A WebSocket of the streaming API; a context manager."""
        headers = {"authorization": f"Bearer {self.token}"}
        return self._client.websocket_connect(f"/api/v1/streaming?{query}", headers=headers)

    @staticmethod
    def good(answer: httpx.Response) -> Any:
        """The JSON of an answer that tells success."""
        assert answer.status_code == 200, f"{answer.status_code}: {answer.text}"
        return answer.json()


class Api:
    """The client API of one server."""

    def __init__(self, db: Database, client: Any) -> None:
        self.db = db
        self._client = client
        self.stranger = Voice(client)

    def member(self, name: str, *, scopes: str = ALL, role: str = "member", approved: bool = True) -> Voice:
        """A new member with a token."""
        number = access.create_member(self.db, SYSTEM, name, role=role, approved=approved)
        return self.token_of(number, scopes)

    def token_of(self, number: int, scopes: str) -> Voice:
        """An existing member with a token of these scopes."""
        issued = access.issue_token(self.db, SYSTEM, number, scopes)
        return Voice(self._client, issued.token, number)

    def bearer(self, token: str) -> Voice:
        """Somebody who holds this token."""
        return Voice(self._client, token)


def bracketed(params: dict[str, Any]) -> dict[str, Any]:
    """Lists get their brackets; everything else stays."""
    return {f"{name}[]" if isinstance(value, list) else name: value for name, value in params.items()}


def links(answer: httpx.Response) -> dict[str, str]:
    """The Link header by relation."""
    return {rel: url for url, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers.get("link", ""))}
