"""Timelines: the ring of the newest posts, and the home feed made from it."""

from __future__ import annotations

from holdfast.timelines.domains import kept_away
from holdfast.timelines.feeding import Timelines
from holdfast.timelines.home import Home, HomePage
from holdfast.timelines.reach import entry_from, entry_with, is_source, lists_reached, reached
from holdfast.timelines.readers import Reader
from holdfast.timelines.ring import Entry, Ring
from holdfast.timelines.trending import work_out
from holdfast.timelines.trends import (
    TAG,
    TrendJudged,
    judge,
    link_history,
    trending_links,
    trending_posts,
    trending_tags,
    trends_for_staff,
    verdicts,
)

__all__ = [
    "TAG",
    "Entry",
    "Home",
    "HomePage",
    "Reader",
    "Ring",
    "Timelines",
    "TrendJudged",
    "entry_from",
    "entry_with",
    "is_source",
    "judge",
    "kept_away",
    "link_history",
    "lists_reached",
    "reached",
    "trending_links",
    "trending_posts",
    "trending_tags",
    "trends_for_staff",
    "verdicts",
    "work_out",
]
