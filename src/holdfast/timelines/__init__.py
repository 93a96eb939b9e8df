"""Timelines: the ring of the newest posts, and the home feed made from it."""

from __future__ import annotations

from holdfast.timelines.catching_up import CatchUp, Share, catch_up
from holdfast.timelines.domains import kept_away
from holdfast.timelines.feeding import Timelines
from holdfast.timelines.home import Home, HomePage
from holdfast.timelines.in_memory import InMemory
from holdfast.timelines.looking_back import (
    LOOK_BACK,
    LookBack,
    LookBackAsked,
    LookBackMade,
    LookBackRead,
    LookedBack,
    NoSuchReport,
    ask,
    can_look_back,
    forget_reports,
    look_back,
    mark_read,
    report_by_refresh,
    report_of,
    unread_reports,
)
from holdfast.timelines.reach import entry_from, entry_with, is_source, lists_reached, reached
from holdfast.timelines.readers import Reader
from holdfast.timelines.ring import Entry, Ring
from holdfast.timelines.trending import work_out
from holdfast.timelines.trends import (
    LINK,
    STATUS,
    TAG,
    Trend,
    TrendJudged,
    cards_by_ids,
    is_trending_link,
    judge,
    link_history,
    tags_by_ids,
    trending_links,
    trending_posts,
    trending_tags,
    trends_for,
    trends_for_staff,
    verdicts,
)

__all__ = [
    "LINK",
    "LOOK_BACK",
    "STATUS",
    "TAG",
    "CatchUp",
    "Entry",
    "Home",
    "HomePage",
    "InMemory",
    "LookBack",
    "LookBackAsked",
    "LookBackMade",
    "LookBackRead",
    "LookedBack",
    "NoSuchReport",
    "Reader",
    "Ring",
    "Share",
    "Timelines",
    "Trend",
    "TrendJudged",
    "ask",
    "can_look_back",
    "cards_by_ids",
    "catch_up",
    "entry_from",
    "entry_with",
    "forget_reports",
    "is_source",
    "is_trending_link",
    "judge",
    "kept_away",
    "link_history",
    "lists_reached",
    "look_back",
    "mark_read",
    "reached",
    "report_by_refresh",
    "report_of",
    "tags_by_ids",
    "trending_links",
    "trending_posts",
    "trending_tags",
    "trends_for",
    "trends_for_staff",
    "unread_reports",
    "verdicts",
    "work_out",
]
