"""Pages and the Link header."""

import pytest

from holdfast.errors import Invalid
from holdfast.mastodon.binding import bind
from holdfast.mastodon.paging import (
    CursorPage,
    OffsetPage,
    Page,
    link_header,
    offset_link_header,
    pack_cursor,
    unpack_cursor,
)

HOME = "https://a.example/api/v1/timelines/home"


def test_a_full_page_leads_on_first_and_back_second():
    assert link_header(HOME, b"limit=2", [9, 7], 2) == (
        f'<{HOME}?limit=2&max_id=7>; rel="next", <{HOME}?limit=2&min_id=9>; rel="prev"'
    )


def test_a_page_that_is_not_full_leads_back_only():
    assert link_header(HOME, b"", [9], 2) == f'<{HOME}?min_id=9>; rel="prev"'


def test_an_empty_page_leads_nowhere():
    assert link_header(HOME, b"limit=2", [], 2) is None


def test_other_arguments_are_kept_and_old_cursors_are_not():
    query = b"max_id=50&types[]=a&types%5B%5D=b&since_id=1&q=x%20%C3%A9&only_media=&min_id=3"
    kept = "types%5B%5D=a&types%5B%5D=b&q=x+%C3%A9&only_media="
    assert link_header(HOME, query, [9], 1) == (
        f'<{HOME}?{kept}&max_id=9>; rel="next", <{HOME}?{kept}&min_id=9>; rel="prev"'
    )


def test_a_query_cannot_break_out_of_the_header():
    header = link_header(HOME, b"q=%3E%0D%0Ax&r=>;<\xff", [9], 5)
    assert header.count("<") == header.count(">") == 1
    assert header.isascii()
    assert "\r" not in header


def test_a_caller_that_knows_better_decides_whether_more_follows():
    assert 'rel="next"' in link_header(HOME, b"", [9], 2, more=True)
    assert 'rel="next"' not in link_header(HOME, b"", [9, 8], 2, more=False)


def test_limits_are_clamped():
    assert [bind(Page, {"limit": n}).size(20, 40) for n in ("0", "-5", "1", "40", "41", "")] == [1, 1, 1, 40, 40, 20]
    assert bind(Page, {}).size(20, 40) == 20


def test_ids_of_a_page_are_numbers():
    page = bind(Page, {"max_id": "9", "since_id": "", "min_id": "3"})
    assert (page.max_id, page.since_id, page.min_id) == (9, None, 3)
    with pytest.raises(Invalid):
        bind(Page, {"max_id": "x"})


def test_cursors_come_back_as_they_were_given_out():
    cursor = bind(CursorPage, {"max_id": pack_cursor(1795507200123, 7)}).max_id
    assert unpack_cursor(cursor, 2) == (1795507200123, 7)
    assert unpack_cursor(None, 2) is unpack_cursor("", 2) is None


@pytest.mark.parametrize("bad", ["x", "1", "1-2-3", "1-", "-1", "9" * 30, f"{2**63}-1", "١-٢"])
def test_cursors_that_were_not_given_out_are_invalid(bad):
    with pytest.raises(Invalid):
        unpack_cursor(bad, 2)


def test_offsets_lead_on_and_back():
    url = "https://a.example/api/v1/trends/tags"
    assert offset_link_header(url, b"limit=5&offset=5", 5, 5, 5) == (
        f'<{url}?limit=5&offset=10>; rel="next", <{url}?limit=5&offset=0>; rel="prev"'
    )
    assert offset_link_header(url, b"", 0, 5, 5) == f'<{url}?offset=5>; rel="next"'
    assert offset_link_header(url, b"", 0, 3, 5) is None
    assert offset_link_header(url, b"", 50, 0, 5) is None
    with pytest.raises(Invalid):
        bind(OffsetPage, {"offset": "-1"})
