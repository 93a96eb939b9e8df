"""What search finds posts by: put into the index in the commit that changes a post, never later.

Every post is in the index, private ones too: who finds what is asked when somebody searches. Beside its words a post
has marks for its author, language, hashtags and kinds, so that operators are looked up as quickly as words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from holdfast.acting import SYSTEM
from holdfast.posts.drafts import Draft, Words
from holdfast.posts.events import StatusPublished
from holdfast.posts.payloads import Nothing
from holdfast.posts.search_words import words_of_parts
from holdfast.store import LARGEST_ID, Document, Hot, Read, WordIndex, json_value
from holdfast.writes import Ability, Database, Write

INDEX = WordIndex("status_search")
EVERY = "_e"
"""The mark that every post has, for questions that name nothing else."""

SLICE = 500
"""Posts that one transaction of a rebuild puts in."""

_LINK = re.compile(r"https?://\S", re.IGNORECASE)
_ROWS = Hot(
    "SELECT s.id, s.author_id, s.text, s.spoiler_text, s.language, s.is_sensitive, s.in_reply_to_id, s.media_count, "
    "p.options FROM statuses s LEFT JOIN polls p ON p.id = s.poll_id "
    "WHERE s.id IN (@ids) AND s.deleted_at IS NULL AND s.boost_of_id IS NULL"
)
_MEDIA = Hot("SELECT status_id, kind, description FROM media WHERE status_id IN (@ids) ORDER BY status_id, position")
_TAGS = Hot(
    "SELECT st.status_id, t.name FROM status_tags st JOIN tags t ON t.id = st.tag_id WHERE st.status_id IN (@ids)"
)
_OLDER = Hot("SELECT id FROM statuses WHERE id < :below ORDER BY id DESC LIMIT :most")
_COUNT = Hot("SELECT COUNT(*) FROM statuses")
_PROGRESS = Hot("SELECT below FROM index_progress WHERE name = :name")
_NOTE = Hot(
    "INSERT INTO index_progress (name, below) VALUES (:name, :below) "
    "ON CONFLICT (name) DO UPDATE SET below = excluded.below"
)


class _Post(NamedTuple):
    id: int
    author_id: int
    text: str
    spoiler_text: str
    language: str | None
    is_sensitive: bool
    is_reply: bool
    tags: Sequence[str]
    media: Sequence[tuple[str, str]]  # kind, description
    poll_options: Sequence[str] | None


def keep_new(w: Write, event: StatusPublished, draft: Draft, made: Words) -> None:
    """Put a new post in, from what its publishing has at hand."""
    pictures = w.fast(_MEDIA, ids=[event.status_id]) if draft.media_ids else []
    post = _Post(
        event.status_id,
        event.author_id,
        made.text,
        draft.spoiler_text,
        draft.language,
        bool(draft.is_sensitive),
        event.is_reply,
        event.tags,
        [(kind, description) for _, kind, description in pictures],
        draft.poll.options if draft.poll is not None else None,
    )
    INDEX.keep(w.tx, {post.id: _document(post)})


def keep(w: Write, ids: Sequence[int]) -> int:
    """Put posts in as they read now; how many of them are posts that exist."""
    found = {post.id: _document(post) for post in _posts(w, ids)}
    INDEX.keep(w.tx, found)
    return len(found)


def drop(w: Write, ids: Sequence[int]) -> None:
    """Take posts out."""
    INDEX.drop(w.tx, ids)


def _posts(r: Read, ids: Sequence[int]) -> Iterable[_Post]:
    rows, pictures, named = r.fast_several(*((asked, {"ids": list(ids)}) for asked in (_ROWS, _MEDIA, _TAGS)))
    media: dict[int, list[tuple[str, str]]] = {}
    for number, kind, description in pictures:
        media.setdefault(number, []).append((kind, description))
    tags: dict[int, list[str]] = {}
    for number, name in named:
        tags.setdefault(number, []).append(name)
    for row in rows:
        yield _post(row, tags.get(row[0], []), media.get(row[0], []))


def _post(row: tuple[Any, ...], tags: list[str], media: list[tuple[str, str]]) -> _Post:
    number, author, text, spoiler, language, sensitive, parent, _, options = row
    asked = json_value(options) if options is not None else None
    return _Post(number, author, text, spoiler, language, bool(sensitive), parent is not None, tags, media, asked)


def _document(post: _Post) -> Document:
    parts = (
        post.spoiler_text,
        post.text,
        *(description for _, description in post.media),
        *(post.poll_options or ()),
    )
    return Document(words_of_parts(parts), list(dict.fromkeys(_marks(post))))


def author_mark(account_id: int) -> str:
    """The mark of an author's posts."""
    return f"_a{account_id}"


def tag_mark(name: str) -> str:
    """The mark of posts with a hashtag, given in its normalised form."""
    return f"_t{name.lower()}"


def language_mark(language: str) -> str:
    """The mark of posts in a language, or in one of its regional forms."""
    return "_l" + re.sub(r"[^0-9a-z]", "_", language.lower())


def kind_mark(kind: str) -> str:
    """The mark of posts of a kind: media, image, video, audio, poll, link, reply, sensitive."""
    return f"_k{kind}"


def _marks(post: _Post) -> Iterable[str]:
    yield EVERY
    yield author_mark(post.author_id)
    if post.language:
        yield language_mark(post.language)
        yield language_mark(post.language.partition("-")[0])
    for name in post.tags:
        yield tag_mark(name)
    for kind, _ in post.media:
        yield kind_mark("media")
        yield kind_mark("video" if kind == "gifv" else kind)
    if post.poll_options is not None:
        yield kind_mark("poll")
    if _LINK.search(post.text):
        yield kind_mark("link")
    if post.is_reply:
        yield kind_mark("reply")
    if post.is_sensitive:
        yield kind_mark("sensitive")


def fill(db: Database, _: Nothing) -> None:
    """Put in older posts that are not in the index yet, after an upgrade or a rebuild; a slice at a time."""
    with db.write(SYSTEM, Ability.JOBS) as w:
        if _fill_slice(w):
            w.enqueue("posts.index_more", Nothing())


def _fill_slice(w: Write) -> int:
    rows = w.fast(_PROGRESS, name=INDEX.name)
    below = rows[0][0] if rows else LARGEST_ID
    if not below:
        return 0
    ids = [row[0] for row in w.fast(_OLDER, below=below, most=SLICE)]
    if ids:
        keep(w, ids)
    w.run_fast(_NOTE, name=INDEX.name, below=ids[-1] if len(ids) == SLICE else 0)
    return len(ids)


def begin_rebuild(db: Database) -> int:
    """Let the index be made anew, the newest posts first; how many posts there are to look at."""
    with db.write(SYSTEM, Ability.ADMINISTRATION) as w:
        w.run_fast(_NOTE, name=INDEX.name, below=LARGEST_ID)
        return int(w.fast(_COUNT)[0][0])


def rebuild_slice(db: Database) -> int:
    """Put the next older posts in; how many were looked at, 0 at the end."""
    with db.write(SYSTEM, Ability.ADMINISTRATION) as w:
        return _fill_slice(w)
