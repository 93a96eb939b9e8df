"""An index of words: which documents hold them, next to each other where asked, the newest first.

FTS5 on SQLite, a ``tsvector`` with a GIN index on PostgreSQL. Neither engine's parser is used, so that both find the
same: the caller gives words that hold only letters, digits, marks and underscores, in lower case. The index is no
table of rows that anybody reads; it can always be made anew from what it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from holdfast.store.reading import Read
from holdfast.store.sql import Hot
from holdfast.store.transactions import Transaction

BREAK = "_"
"""Between the parts of a document: no phrase reaches over it."""

LONGEST_WORD = 64
MOST_WORDS = 10_000  # of one document; PostgreSQL keeps no positions above 16,383


class Document(NamedTuple):
    """The words of a document in order, and marks, which stand nowhere."""

    words: Sequence[str]
    marks: Sequence[str] = ()


class Term(NamedTuple):
    """Words next to each other; the last one may be only the beginning of a word."""

    words: tuple[str, ...]
    begins: bool = False


class WordQuery(NamedTuple):
    """What a document has to hold (at least one term), and what it must not."""

    all_of: tuple[Term, ...]
    none_of: tuple[Term, ...] = ()


class WordIndex:
    """One index, made by a migration under this name: FTS5 with the column ``words``; or ``id`` and ``words``."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._keep = {
            "sqlite": Hot(f"INSERT OR REPLACE INTO {name} (rowid, words) VALUES (:id, :words)"),  # noqa: S608
            "postgresql": Hot(
                f"INSERT INTO {name} (id, words) VALUES (:id, CAST(:words AS tsvector)) "  # noqa: S608
                "ON CONFLICT (id) DO UPDATE SET words = excluded.words"
            ),
        }
        self._drop = {
            engine: Hot(f"DELETE FROM {name} WHERE {number} = :id")  # noqa: S608
            for engine, number in (("sqlite", "rowid"), ("postgresql", "id"))
        }
        self._find = {
            (engine, ascends): Hot(
                f"SELECT {number} FROM {name} WHERE {matches} AND {number} > :above AND {number} < :below "  # noqa: S608
                f"ORDER BY {number} {'ASC' if ascends else 'DESC'} LIMIT :most"
            )
            for engine, number, matches in (
                ("sqlite", "rowid", f"{name} MATCH :words"),
                ("postgresql", "id", "words @@ CAST(:words AS tsquery)"),
            )
            for ascends in (False, True)
        }

    def keep(self, tx: Transaction, documents: dict[int, Document]) -> None:
        """Put documents in, or in place of what is there under their ids."""
        write = _fts5_document if tx.engine == "sqlite" else _tsvector
        rows: list[dict[str, Any]] = [{"id": number, "words": write(one)} for number, one in documents.items()]
        if len(rows) == 1:
            tx.run_later(self._keep[tx.engine], **rows[0])
        elif rows:
            tx.run_many(self._keep[tx.engine], rows)

    def drop(self, tx: Transaction, ids: Sequence[int]) -> None:
        """Take documents out; those that are not there, too."""
        for number in ids:
            tx.run_later(self._drop[tx.engine], id=number)

    def ids(self, r: Read, query: WordQuery, *, above: int, below: int, most: int, ascends: bool = False) -> list[int]:
        """At most so many documents with ``above < id < below``: the highest first, or the lowest."""
        text = _fts5_query(query) if r.engine == "sqlite" else _tsquery(query)
        rows = r.fast(self._find[r.engine, ascends], words=text, above=above, below=below, most=most)
        return [row[0] for row in rows]


def is_word_index(table: str) -> bool:
    """Whether a table of the database is an index of words, or one of those that FTS5 keeps beside it."""
    return table.startswith("status_search")


def _fts5_document(document: Document) -> str:
    return " ".join((*document.words[:MOST_WORDS], BREAK, *document.marks))


def _fts5_query(query: WordQuery) -> str:
    wanted = " AND ".join(_fts5_term(term) for term in query.all_of)
    if not query.none_of:
        return wanted
    return f"({wanted}) NOT ({' OR '.join(_fts5_term(term) for term in query.none_of)})"


def _fts5_term(term: Term) -> str:
    words = " ".join(term.words).replace('"', "")
    return f'"{words}"{" *" if term.begins else ""}'


def _tsvector(document: Document) -> str:
    places: dict[str, list[str]] = {}
    for place, word in enumerate(document.words[:MOST_WORDS], 1):
        if word != BREAK:
            places.setdefault(word, []).append(str(place))
    words = [f"{_quoted(word)}:{','.join(at)}" for word, at in places.items()]
    return " ".join((*words, *(_quoted(mark) for mark in document.marks)))


def _tsquery(query: WordQuery) -> str:
    wanted = " & ".join(_tsquery_term(term) for term in query.all_of)
    if not query.none_of:
        return wanted
    return f"({wanted}) & !({' | '.join(_tsquery_term(term) for term in query.none_of)})"


def _tsquery_term(term: Term) -> str:
    words = [_quoted(word) for word in term.words]
    if term.begins:
        words[-1] += ":*"
    return f"({' <-> '.join(words)})"


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "").replace("'", "''") + "'"
