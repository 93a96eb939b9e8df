"""Operations on the index that search goes by."""

from __future__ import annotations

from typing import Any

from holdfast import posts
from holdfast.site.registry import Progress, operation
from holdfast.writes import Database


@operation("search.rebuild")
def rebuild(db: Database, *, progress: Progress) -> dict[str, Any]:
    """Make the index anew from the posts, the newest first; others write meanwhile."""
    total = db.submit(lambda: posts.begin_rebuild(db)).result()
    done = 0
    while count := db.submit(lambda: posts.rebuild_slice(db)).result():
        done += count
        progress("posts", min(done, total), total)
    return {"posts": done}
