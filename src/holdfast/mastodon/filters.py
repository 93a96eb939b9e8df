"""Filters of the caller: version 2, and version 1, which shows each keyword as a filter of its own."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType, field

from holdfast import filters
from holdfast.filters import Filter, FilterChange, Keyword, KeywordChange
from holdfast.mastodon import entities as e
from holdfast.mastodon.binding import Id
from holdfast.mastodon.endpoints import Call, Endpoints
from holdfast.mastodon.entities.base import datetime_text
from holdfast.mastodon.rendering import filter_entity

api = Endpoints()


class ById(Struct, kw_only=True):
    """What the path names: a filter, a keyword or a post in a filter."""

    id: Id


class OfFilter(Struct, kw_only=True):
    """The filter in the path."""

    filter_id: Id


class KeywordParams(Struct, kw_only=True):
    """A keyword as it shall be: a new one without id; ``_destroy`` takes one away."""

    id: Id | None = None
    keyword: str | UnsetType = UNSET
    whole_word: bool | UnsetType = UNSET
    destroy: bool = field(name="_destroy", default=False)


class CreateParams(Struct, kw_only=True):
    """A new filter with its keywords; ``expires_in`` in seconds."""

    title: str = ""
    context: list[str] = []
    filter_action: str = "warn"
    expires_in: int | None = None
    keywords_attributes: list[KeywordParams] = []


class ChangeParams(ById, kw_only=True):
    """What a filter shall be; what is left out stays as it is."""

    title: str | UnsetType = UNSET
    context: list[str] | UnsetType = UNSET
    filter_action: str | UnsetType = UNSET
    expires_in: int | UnsetType | None = UNSET
    keywords_attributes: list[KeywordParams] = []


class AddKeywordParams(OfFilter, kw_only=True):
    """A new keyword of the filter in the path."""

    keyword: str = ""
    whole_word: bool | UnsetType = UNSET


class ChangeKeywordParams(ById, kw_only=True):
    """What the keyword in the path shall be."""

    keyword: str = ""
    whole_word: bool | UnsetType = UNSET


class AddStatusParams(OfFilter, kw_only=True):
    """Which post the filter in the path shall name."""

    status_id: Id


class V1Params(Struct, kw_only=True):
    """A filter of version 1: one keyword, and where it holds."""

    phrase: str = ""
    context: list[str] = []
    irreversible: bool = False
    whole_word: bool = False
    expires_in: int | None = None


class V1ChangeParams(ById, kw_only=True):
    """What the filter of version 1 in the path shall be; what is left out stays as it is, as apps expect."""

    phrase: str | UnsetType = UNSET
    context: list[str] | UnsetType = UNSET
    irreversible: bool | UnsetType = UNSET
    whole_word: bool | UnsetType = UNSET
    expires_in: int | UnsetType | None = UNSET


# ── version 2 ──


@api.get("/api/v2/filters", scopes="read:filters", returns=list[e.Filter], tier=2)
def own(call: Call) -> list[e.Filter]:
    """The caller's filters."""
    return [filter_entity(one) for one in filters.filters_of(call.r, [call.me])]


@api.get("/api/v2/filters/{id}", scopes="read:filters", params=ById, returns=e.Filter)
def show(call: Call, params: ById) -> e.Filter:
    """One of the caller's filters."""
    return filter_entity(filters.filter_by_id(call.r, call.me, params.id))


@api.post("/api/v2/filters", scopes="write:filters", params=CreateParams, returns=e.Filter)
async def create(call: Call, params: CreateParams) -> e.Filter:
    """Make a filter."""
    return filter_entity(await call.write(filters.create_filter, _change(params)))


@api.put("/api/v2/filters/{id}", scopes="write:filters", params=ChangeParams, returns=e.Filter)
async def change(call: Call, params: ChangeParams) -> e.Filter:
    """Change a filter and its keywords."""
    return filter_entity(await call.write(filters.change_filter, params.id, _change(params)))


@api.delete("/api/v2/filters/{id}", scopes="write:filters", params=ById, returns=dict[str, str])
async def delete(call: Call, params: ById) -> dict[str, str]:
    """Delete a filter."""
    await call.write(filters.delete_filter, params.id)
    return {}


@api.get("/api/v2/filters/{filter_id}/keywords", scopes="read:filters", params=OfFilter,
         returns=list[e.FilterKeyword])  # fmt: skip
def keywords(call: Call, params: OfFilter) -> list[e.FilterKeyword]:
    """The keywords of a filter."""
    return [_keyword(one) for one in filters.filter_by_id(call.r, call.me, params.filter_id).keywords]


@api.post("/api/v2/filters/{filter_id}/keywords", scopes="write:filters", params=AddKeywordParams,
          returns=e.FilterKeyword)  # fmt: skip
async def add_keyword(call: Call, params: AddKeywordParams) -> e.FilterKeyword:
    """Add a keyword to a filter."""
    wanted = KeywordChange(keyword=params.keyword, is_whole_word=params.whole_word)
    return _keyword(await call.write(filters.add_keyword, params.filter_id, wanted))


@api.get("/api/v2/filters/keywords/{id}", scopes="read:filters", params=ById, returns=e.FilterKeyword)
def show_keyword(call: Call, params: ById) -> e.FilterKeyword:
    """One keyword."""
    return _keyword(filters.keyword_by_id(call.r, call.me, params.id)[0])


@api.put("/api/v2/filters/keywords/{id}", scopes="write:filters", params=ChangeKeywordParams, returns=e.FilterKeyword)
async def change_keyword(call: Call, params: ChangeKeywordParams) -> e.FilterKeyword:
    """Change a keyword."""
    wanted = KeywordChange(keyword=params.keyword, is_whole_word=params.whole_word)
    return _keyword(await call.write(filters.change_keyword, params.id, wanted))


@api.delete("/api/v2/filters/keywords/{id}", scopes="write:filters", params=ById, returns=dict[str, str])
async def delete_keyword(call: Call, params: ById) -> dict[str, str]:
    """Take a keyword away."""
    await call.write(filters.delete_keyword, params.id)
    return {}


@api.get("/api/v2/filters/{filter_id}/statuses", scopes="read:filters", params=OfFilter,
         returns=list[e.FilterStatus])  # fmt: skip
def statuses(call: Call, params: OfFilter) -> list[e.FilterStatus]:
    """The posts that a filter names."""
    return [_status(one) for one in filters.filter_by_id(call.r, call.me, params.filter_id).statuses]


@api.post("/api/v2/filters/{filter_id}/statuses", scopes="write:filters", params=AddStatusParams,
          returns=e.FilterStatus)  # fmt: skip
async def add_status(call: Call, params: AddStatusParams) -> e.FilterStatus:
    """Let a filter name a post."""
    return _status(await call.write(filters.add_status, params.filter_id, params.status_id))


@api.get("/api/v2/filters/statuses/{id}", scopes="read:filters", params=ById, returns=e.FilterStatus)
def show_status(call: Call, params: ById) -> e.FilterStatus:
    """One post that a filter names."""
    return _status(filters.filtered_status_by_id(call.r, call.me, params.id)[0])


@api.delete("/api/v2/filters/statuses/{id}", scopes="write:filters", params=ById, returns=e.FilterStatus)
async def remove_status(call: Call, params: ById) -> e.FilterStatus:
    """Let a filter name a post no longer; what it was."""
    return _status(await call.write(filters.remove_status, params.id))


# ── version 1 ──


@api.get("/api/v1/filters", scopes="read:filters", returns=list[e.V1Filter], tier=2)
def own_v1(call: Call) -> list[e.V1Filter]:
    """The caller's filters, one for each keyword."""
    return [_v1(word, one) for one in filters.filters_of(call.r, [call.me]) for word in one.keywords]


@api.get("/api/v1/filters/{id}", scopes="read:filters", params=ById, returns=e.V1Filter)
def show_v1(call: Call, params: ById) -> e.V1Filter:
    """One keyword as a filter."""
    return _v1(*filters.keyword_by_id(call.r, call.me, params.id))


@api.post("/api/v1/filters", scopes="write:filters", params=V1Params, returns=e.V1Filter)
async def create_v1(call: Call, params: V1Params) -> e.V1Filter:
    """Make a filter with one keyword."""
    made = await call.write(filters.create_filter, _v1_change(params, title=params.phrase[:256]))
    return _v1(made.keywords[0], made)


@api.put("/api/v1/filters/{id}", scopes="write:filters", params=V1ChangeParams, returns=e.V1Filter)
async def change_v1(call: Call, params: V1ChangeParams) -> e.V1Filter:
    """Change a keyword and where it holds."""
    return _v1(*await call.write(filters.change_single, params.id, _v1_change(params)))


@api.delete("/api/v1/filters/{id}", scopes="write:filters", params=ById, returns=dict[str, str])
async def delete_v1(call: Call, params: ById) -> dict[str, str]:
    """Take a keyword away, and its filter with the last one."""
    await call.write(filters.delete_single, params.id)
    return {}


def _change(params: CreateParams | ChangeParams) -> FilterChange:
    return FilterChange(
        title=params.title,
        contexts=params.context,
        action=params.filter_action,
        expires_in_s=params.expires_in,
        keywords=[
            KeywordChange(id=one.id, keyword=one.keyword, is_whole_word=one.whole_word, is_gone=one.destroy)
            for one in params.keywords_attributes
        ],
    )


def _v1_change(params: V1Params | V1ChangeParams, title: str | UnsetType = UNSET) -> FilterChange:
    hides = params.irreversible
    return FilterChange(
        title=title,
        contexts=params.context,
        action=UNSET if hides is UNSET else "hide" if hides else "warn",
        expires_in_s=params.expires_in,
        keywords=[KeywordChange(keyword=params.phrase, is_whole_word=params.whole_word)],
    )


def _keyword(one: Keyword) -> e.FilterKeyword:
    return e.FilterKeyword(id=str(one.id), keyword=one.keyword, whole_word=one.is_whole_word)


def _status(one: filters.FilteredStatus) -> e.FilterStatus:
    return e.FilterStatus(id=str(one.id), status_id=str(one.status_id))


def _v1(word: Keyword, one: Filter) -> e.V1Filter:
    return e.V1Filter(
        id=str(word.id),
        phrase=word.keyword,
        context=list(one.contexts),
        expires_at=datetime_text(one.expires_at) if one.expires_at is not None else None,
        irreversible=one.action == "hide",
        whole_word=word.is_whole_word,
    )
