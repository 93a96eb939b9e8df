"""From what an author wrote (plain text) to the safe HTML that everybody reads, and back.

``find_mentions`` lists the handles, so that the caller looks them up in one query; ``render`` then asks for
each. What comes out went through nh3 as the last guard.
"""

from holdfast.posts.text.length import URL_LENGTH, character_count
from holdfast.posts.text.markup import clean_html, plain
from holdfast.posts.text.render import (
    Mentioned,
    Rendered,
    Resolve,
    find_mentions,
    render,
    render_bio,
    render_field,
)
from holdfast.posts.text.scan import LONGEST_TAG, Tag, normalise_tag

__all__ = [
    "LONGEST_TAG",
    "URL_LENGTH",
    "Mentioned",
    "Rendered",
    "Resolve",
    "Tag",
    "character_count",
    "clean_html",
    "find_mentions",
    "normalise_tag",
    "plain",
    "render",
    "render_bio",
    "render_field",
]
