"""The index that search goes by: filled by jobs after an upgrade, the same on both engines, never guessed at."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from holdfast import posts, store
from holdfast.posts import indexing
from holdfast.posts.search_words import fold, words, words_of_parts
from holdfast.posts.tables import index_progress
from holdfast.store import Term, Window, WordQuery
from holdfast.writes import Database, Runner
from tests.posts.builders import Member


def found(db: Database, who: Member, text: str) -> list[int]:
    with db.read() as r:
        window = Window(limit=40)
        return list(posts.search_posts(r, who.id, text, window, now=db.clock.now(), local_domain=db.local_domain))


def test_posts_from_before_the_index_are_put_in_by_jobs(
    db: Database, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "SLICE", 3)
    told = [ada.publishes(f"heron {number}") for number in range(8)][::-1]
    with db.store.transaction() as tx:
        indexing.INDEX.drop(tx, told)
        tx.run(delete(index_progress))
    assert found(db, ada, "heron") == []
    posts.fill(db, posts.Nothing())
    assert found(db, ada, "heron") == told[:3]
    Runner(db).drain()
    assert found(db, ada, "heron") == told
    posts.fill(db, posts.Nothing())  # nothing is left to do
    assert found(db, ada, "heron") == told


def test_both_engines_are_asked_the_same_question(db: Database) -> None:
    index = indexing.INDEX
    documents = {
        1: store.Document(("one", "two", store.BREAK, "three"), ("_m1",)),
        2: store.Document(("two", "one", "it's", "three"), ("_m1", "_m2")),
        3: store.Document((), ("_m2",)),
    }
    with db.store.transaction() as tx:
        index.keep(tx, documents)
    asked = {
        WordQuery((Term(("one", "two")),)): [1],
        WordQuery((Term(("two", "three")),)): [],  # not over a break
        WordQuery((Term(("thr",), begins=True),)): [2, 1],
        WordQuery((Term(("_m1",)), Term(("one",))), (Term(("_m2",)),)): [1],
        WordQuery((Term(("_m2",)),), (Term(("one",)), Term(("none",)))): [3],
    }
    with db.read() as r:
        for query, wanted in asked.items():
            assert index.ids(r, query, above=0, below=10, most=9) == wanted, query
        every = WordQuery((Term(("_m",), begins=True),))
        assert index.ids(r, every, above=0, below=10, most=2) == [3, 2]
        assert index.ids(r, every, above=0, below=10, most=2, ascends=True) == [1, 2]
        assert index.ids(r, every, above=1, below=3, most=2) == [2]
    with db.store.transaction() as tx:
        index.keep(tx, {1: store.Document(("changed",))})
        index.drop(tx, [2, 3, 99])
    with db.read() as r:
        assert index.ids(r, every, above=0, below=10, most=9) == []
        assert index.ids(r, WordQuery((Term(("changed",)),)), above=0, below=10, most=9) == [1]


def test_words_are_folded_and_cut_where_scripts_need_it() -> None:
    assert fold("Ｆｕｌｌ ÉCOLE Straße İstanbul ﬁ") == "full ecole strasse istanbul fi"
    assert words("don't snake_case a-b C++ 3.14") == ["don", "t", "snake", "case", "a", "b", "c", "3", "14"]
    assert words("東京tower 2号") == ["東", "京", "tower", "2", "号"]
    assert words("がか") == ["が", "か"]  # two letters, not one with an accent
    assert words("हिन्दी") == ["हिन्दी"]
    assert words("x" * 200) == ["x" * store.LONGEST_WORD]
    assert words("🙂 … — \u200b") == []
    assert words_of_parts(["a", "", "b"]) == ["a", store.BREAK, "b"]
