"""The last guard over HTML, the way back from it to text, and the cleaning of foreign HTML."""

from __future__ import annotations

import html
import re

import nh3

from holdfast.posts.text.scan import encodable

_BLOCK_ENDS = re.compile(r"</(?:p|blockquote|pre|ul|ol)>")
_LINE_ENDS = re.compile(r"<br>|</li>")

_GUARD = nh3.Cleaner(
    tags={"p", "br", "span", "a"},
    attributes={"a": {"href", "rel", "target", "translate"}, "span": {"translate"}},
    allowed_classes={"a": {"mention", "hashtag", "u-url"}, "span": {"h-card", "invisible", "ellipsis"}},
    link_rel=None,
    url_schemes={"http", "https"},
    url_relative="deny",
)
_FOREIGN_TAGS = "p br span a del s pre blockquote code b strong u i em ul ol li ruby rt rp"
_FOREIGN = nh3.Cleaner(
    tags=set(_FOREIGN_TAGS.split()),
    attributes={
        "a": {"href", "translate"},
        "span": {"translate"},
        "ol": {"start", "reversed"},
        "li": {"value"},
    },
    allowed_classes={"a": {"mention", "hashtag", "u-url"}, "span": {"h-card", "invisible", "ellipsis"}},
    set_tag_attribute_values={"a": {"target": "_blank"}},
    link_rel="nofollow noopener",
    url_schemes={"http", "https"},
    url_relative="deny",
)
_BARE = nh3.Cleaner(tags=set())


def plain(markup: str) -> str:
    """Give the text of HTML: paragraphs apart by an empty line, ``<br>`` as a line's end, no mark-up."""
    markup = _FOREIGN.clean(encodable(markup))
    markup = _BLOCK_ENDS.sub("\n\n\\g<0>", markup)
    markup = _LINE_ENDS.sub("\n\\g<0>", markup)
    return html.unescape(_BARE.clean(markup)).strip()


def clean_html(markup: str) -> str:
    """Keep of foreign HTML what is safe to show; scripts, styles, handlers and odd addresses go."""
    return _FOREIGN.clean(encodable(markup))


def guarded(markup: str) -> str:
    """Let through what the renderer writes and nothing else."""
    return _GUARD.clean(markup)
