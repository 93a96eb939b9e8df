"""Whatever comes in, nothing but Invalid and NotFound comes out."""

import asyncio

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.errors import Invalid, NotFound
from holdfast.mastodon.binding import Raw, bind
from holdfast.mastodon.reading import _read_parts, nest, read_json, read_pairs

from .test_binding import Params, Path

FAST = settings(max_examples=150, deadline=None)

NAMES = st.sampled_from([f.encode_name for f in msgspec.structs.fields(Params)])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
TRICKY = st.sampled_from(["", "0", "\0", "1" * 30, "2026-11-24T08:00:00Z", "9999-12-31T23:59:59-23:59", "off"])
JSON = st.recursive(
    SCALARS | TRICKY,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4) | TRICKY, inner, max_size=4),
    max_leaves=12,
)
KEYS = st.lists(
    st.sampled_from(["a", "poll", "[", "]", "[]", "[0]", "[name]", "[options]", "fields_attributes", "\0", " "]),
    max_size=12,
).map("".join)


def outcome(call):
    try:
        return call()
    except (Invalid, NotFound):
        return None


@FAST
@given(st.dictionaries(NAMES, JSON, max_size=6))
def test_any_values_bind_or_are_refused(values):
    outcome(lambda: bind(Params, values))


@FAST
@given(JSON)
def test_any_path_parameter_binds_or_is_not_found(value):
    outcome(lambda: bind(Path, Raw([("id", value), ("tag", value)], path=frozenset({"id", "tag"}))))


@FAST
@given(st.dictionaries(st.text(max_size=8) | KEYS | NAMES, JSON, max_size=6))
def test_any_json_is_read_or_refused(values):
    try:
        body = msgspec.json.encode(values)
    except (UnicodeEncodeError, msgspec.MsgspecError):
        return
    raw = outcome(lambda: read_json(body))
    if raw is not None:
        outcome(lambda: bind(Params, raw))


@FAST
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body):
    outcome(lambda: read_json(body))
    outcome(lambda: read_pairs(body))


@FAST
@given(st.lists(st.tuples(KEYS | st.text(max_size=10), st.text(max_size=5)), max_size=12))
def test_any_form_keys_nest_or_are_refused(pairs):
    raw = outcome(lambda: nest(pairs))
    if raw is not None:
        outcome(lambda: bind(Params, raw))


PIECES = st.sampled_from(
    [
        b"--x",
        b"--x\r\n",
        b"--x--\r\n",
        b"\r\n",
        b"\r\n\r\n",
        b": ",
        b"content-disposition",
        b"a",
        b'content-disposition: form-data; name="a"\r\n\r\n',
        b'content-disposition: form-data; name="a"; filename="b"',
        b'content-disposition: form-data; name="\xff"\r\n\r\n',
        b"\xff",
        b"content-type: \xff",
    ]
)


@FAST
@given(st.lists(PIECES | st.binary(max_size=5), max_size=10), st.sampled_from([b"x", b"", b"\xff", b"xy" * 100]))
def test_any_multipart_body_is_read_or_refused(pieces, boundary):
    async def chunks():
        for piece in pieces:
            yield piece

    outcome(lambda: asyncio.run(_read_parts(chunks(), boundary)))


@FAST
@given(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=9), max_size=5))
def test_lists_of_texts_survive_the_way_through_a_form(options):
    raw = nest([("poll[options][]", option) for option in options] + [("poll[expires_in]", "300")])
    if options:
        assert bind(Params, raw).poll.options == options
