"""The API document, as tools read it."""

import json
from typing import Annotated

import jsonschema_rs
import msgspec
import pytest
import schemathesis
from msgspec import UNSET, Meta, UnsetType

from holdfast.mastodon.binding import Id, Upload
from holdfast.mastodon.entities import Account, Context, Status
from holdfast.mastodon.openapi import Route, document
from holdfast.mastodon.paging import Page


class PollParams(msgspec.Struct, kw_only=True):
    options: list[str]
    expires_in: int


class PostStatus(msgspec.Struct, kw_only=True):
    status: Annotated[str, Meta(max_length=500)]
    media_ids: list[Id] | None = None
    poll: PollParams | None = None
    sensitive: bool = False


class EditProfile(msgspec.Struct, kw_only=True):
    display_name: str | UnsetType = UNSET
    avatar: Upload | None = None


class SendFile(msgspec.Struct, kw_only=True):
    file: Upload


class OneStatus(msgspec.Struct, kw_only=True):
    id: Id


class Followers(Page, kw_only=True):
    id: Id
    types: list[str] | None = None


def route(method, path, operation_id, **more):
    return Route(method=method, path=path, operation_id=operation_id, summary=f"{operation_id}.", **more)


ROUTES = [
    route("GET", "/api/v1/statuses/{id}", "get_status", params=OneStatus, returns=Status, auth="public-or-user",
          scopes=("read:statuses",)),
    route("DELETE", "/api/v1/statuses/{id:str}", "delete_status", params=OneStatus, returns=Status, auth="user",
          scopes=("write:statuses",)),
    route("GET", "/api/v1/statuses/{id}/context", "get_context", params=OneStatus, returns=Context),
    route("POST", "/api/v1/statuses", "post_status", params=PostStatus, returns=Status, auth="user",
          scopes=("write:statuses",)),
    route("GET", "/api/v1/accounts/{id}/followers", "get_followers", params=Followers, returns=list[Account]),
    route("PATCH", "/api/v1/accounts/update_credentials", "edit", params=EditProfile, returns=Account, auth="user",
          scopes=("write:accounts",)),
    route("POST", "/api/v2/media", "send_file", params=SendFile, status=202, auth="user",
          scopes=("write:media",)),
    route("GET", "/api/v1/accounts/verify_credentials", "who_am_i", returns=Account, auth="user",
          scopes=("profile|read:accounts", "read:follows&read:mutes")),
]  # fmt: skip


@pytest.fixture(scope="module")
def built():
    made = document(ROUTES, title="Holdfast", version="0.1.0", server_url="https://a.example")
    return json.loads(msgspec.json.encode(made))


def test_tools_can_load_it_and_find_every_operation(built):
    schema = schemathesis.openapi.from_dict(built)
    found = {op.ok().definition.raw["operationId"] for op in schema.get_all_operations()}
    assert found == {r.operation_id for r in ROUTES}
    schema.validate()


def test_all_references_lead_somewhere(built):
    text = json.dumps(built)
    for name in {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}:
        assert name in built["components"]["schemas"]


def test_component_schemas_are_valid_json_schemas(built):
    for schema in built["components"]["schemas"].values():
        jsonschema_rs.meta.validate({**schema, "$schema": "https://json-schema.org/draft/2020-12/schema"})


def test_path_parameters_are_required_and_taken_from_the_struct(built):
    parameter = built["paths"]["/api/v1/statuses/{id}"]["get"]["parameters"]
    assert parameter == [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9]{1,18}$"}}
    ]
    assert set(built["paths"]["/api/v1/statuses/{id}"]) == {"get", "delete"}


def test_lists_in_queries_carry_brackets(built):
    names = [p["name"] for p in built["paths"]["/api/v1/accounts/{id}/followers"]["get"]["parameters"]]
    assert names == ["id", "limit", "max_id", "since_id", "min_id", "types[]"]


def test_bodies_come_in_three_forms(built):
    body = built["paths"]["/api/v1/statuses"]["post"]["requestBody"]
    assert set(body["content"]) == {
        "application/json", "application/x-www-form-urlencoded", "multipart/form-data"
    }  # fmt: skip
    as_json = body["content"]["application/json"]["schema"]
    as_form = body["content"]["application/x-www-form-urlencoded"]
    assert as_json["required"] == ["status"]
    assert as_json["properties"]["media_ids"]["type"] == "array"
    assert "media_ids[]" in as_form["schema"]["properties"]
    assert as_form["encoding"] == {"poll": {"style": "deepObject", "explode": True}}


def test_files_are_multipart_only(built):
    media = built["paths"]["/api/v2/media"]["post"]
    assert list(media["requestBody"]["content"]) == ["multipart/form-data"]
    assert next(iter(media["responses"])) == "202"
    edit = built["paths"]["/api/v1/accounts/update_credentials"]["patch"]["requestBody"]["content"]
    assert "avatar" not in edit["application/json"]["schema"]["properties"]
    avatar = edit["multipart/form-data"]["schema"]["properties"]["avatar"]
    assert (avatar["type"], avatar["format"]) == ("string", "binary")


def test_scopes_become_alternatives(built):
    assert built["paths"]["/api/v1/accounts/verify_credentials"]["get"]["security"] == [
        {"oauth2": ["profile", "read:follows", "read:mutes"]},
        {"oauth2": ["read:accounts", "read:follows", "read:mutes"]},
    ]
    assert built["paths"]["/api/v1/statuses/{id}"]["get"]["security"] == [{}, {"oauth2": ["read:statuses"]}]
    assert built["paths"]["/api/v1/statuses/{id}/context"]["get"]["security"] == []


def test_parameter_structs_are_not_components(built):
    assert "PostStatus" not in built["components"]["schemas"]
    assert "PollParams" in built["components"]["schemas"]
