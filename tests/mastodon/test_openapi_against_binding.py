"""Whatever the document says is a valid request is understood."""

from typing import Annotated, Literal

import msgspec
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from litestar import Litestar, Request, Response, get, post
from litestar.testing import TestClient
from msgspec import Meta

from holdfast.mastodon.binding import Id, bind, read_raw
from holdfast.mastodon.errors import EXCEPTION_HANDLERS
from holdfast.mastodon.openapi import document

from .test_openapi import Followers, route


class PostStatus(msgspec.Struct, kw_only=True):
    status: Annotated[str, Meta(max_length=500)]
    media_ids: list[Id] | None = None
    visibility: Literal["public", "private"] | None = None
    seconds: int | None = None
    sensitive: bool = False


class Said(msgspec.Struct):
    said: str


ROUTES = [
    route("GET", "/api/v1/accounts/{id}/followers", "get_followers", params=Followers, returns=Said),
    route("POST", "/api/v1/statuses", "post_status", params=PostStatus, returns=Said),
]
DOCUMENT = msgspec.json.decode(
    msgspec.json.encode(document(ROUTES, title="Holdfast", version="0.1.0", server_url="http://testserver.local"))
)
NO_NULLS = schemathesis.Config.from_dict({"generation": {"allow-x00": False}})
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT, config=NO_NULLS)


@get("/api/v1/accounts/{id:str}/followers")
async def followers(request: Request) -> Response[Said]:
    return Response(Said(repr(bind(Followers, await read_raw(request)))))


@post("/api/v1/statuses", status_code=200)
async def post_status(request: Request) -> Response[Said]:
    return Response(Said(repr(bind(PostStatus, await read_raw(request)))))


@pytest.fixture(scope="module")
def client():
    app = Litestar([followers, post_status], exception_handlers=EXCEPTION_HANDLERS, openapi_config=None)
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize("operation", [op.ok() for op in SCHEMA.get_all_operations()], ids=lambda op: op.label)
def test_documented_requests_are_understood(client, operation):
    @settings(
        max_examples=25,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy())
    def check(case):
        kept = ("method", "url", "headers", "params", "data", "json", "files")
        arguments = case.as_transport_kwargs(base_url="http://testserver.local")
        sent = requests.Request(**{k: v for k, v in arguments.items() if k in kept}).prepare()
        reply = client.request(sent.method, sent.url, content=sent.body, headers=dict(sent.headers))
        assert reply.status_code == 200, (reply.text, sent.url, sent.body)

    check()
