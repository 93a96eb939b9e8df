"""A case to read: the same as the data beside it, in words. Documents are in English: they leave the house."""

from __future__ import annotations

from typing import Any

from holdfast.documents import Block, Bullets, Document, Facts, Heading, Paragraph, Table, moment, span

_LABELS = {"": "no measure", "nothing": "no measure"}


def case_document(data: dict[str, Any]) -> Document:
    """The document of a case file."""
    case, server = data["case"], data["server"]
    return Document(
        f"Case {case['id']} on {server['domain']}",
        (
            Facts(
                (
                    ("Kind of harm", f"{case['title']} (severity {case['severity']} of 5)"),
                    ("About", f"{data['subject']['kind']} {data['subject']['id']}"),
                    ("Address", data["subject"].get("url", "")),
                    ("Opened", moment(case["opened_at"])),
                    ("Deadline", moment(case["deadline"])),
                    ("First seen by a person", _after(case, "looked_at")),
                    ("Hidden for the time being", _after(case, "contained_at")),
                    ("Decided", _after(case, "decided_at")),
                    ("Closed", _after(case, "closed_at")),
                    ("State of", moment(data["made_at"])),
                )
            ),
            *_content(data["subject"]),
            *_signals(data["signals"]),
            *_decisions(data["decisions"]),
            *_appeals(data["appeals"]),
            *_looks(data["looks"]),
        ),
        data["made_at"],
    )


def _after(case: dict[str, Any], name: str) -> str:
    at = case[name]
    return "" if at is None else f"{moment(at)} ({span(max(at - case['opened_at'], 0))} after it was opened)"


def _content(subject: dict[str, Any]) -> list[Block]:
    made: list[Block] = []
    account, post = subject.get("account"), subject.get("post")
    if account:
        facts = (
            ("Name", f"@{account['name']}"),
            ("Display name", account["display_name"]),
            ("Address", account["url"]),
            ("Joined", moment(account["created_at"])),
            ("Suspended", moment(account["suspended_at"])),
            ("Deleted", moment(account["deleted_at"])),
        )
        made += [Heading("The account"), Facts(facts)]
    if post:
        dates = (
            ("Published", moment(post["created_at"])),
            ("Shown to", post["visibility"]),
            ("Deleted by its author", moment(post["deleted_at"])),
        )
        made += [Heading("The post"), Facts(dates)]
        for version in post["versions"]:
            made += _version(version, is_only=len(post["versions"]) == 1)
    return made


def _version(version: dict[str, Any], *, is_only: bool) -> list[Block]:
    made: list[Block] = [] if is_only else [Heading(f"As it read from {moment(version['from'])}", 2)]
    if version["warning"]:
        made.append(Facts((("Warning", version["warning"]),)))
    made.append(Paragraph(version["text"] or "(no text)"))
    if version["media"]:
        rows = tuple(
            (one["kind"], one["type"], one["sha256"] or "", one["description"] or "") for one in version["media"]
        )
        made.append(Table(("Medium", "Type", "SHA-256", "Description"), rows, (2, 3, 8, 8)))
    return made


def _signals(signals: list[dict[str, Any]]) -> list[Block]:
    rows = tuple(
        (
            moment(one["created_at"]),
            one["source"].replace("_", " "),
            one["by"],
            one["category"].replace("_", " "),
            one["comment"],
            one["outcome"] or "",
        )
        for one in signals
    )
    columns = ("When", "Source", "By", "Kind of harm", "Words", "Found to be")
    return [Heading("What pointed at it"), Table(columns, rows, (4, 3, 4, 3, 8, 2))]


def _decisions(decisions: list[dict[str, Any]]) -> list[Block]:
    if not decisions:
        return [Heading("Decisions"), Paragraph("None yet.")]
    rows = tuple(
        (
            moment(one["created_at"]),
            one["decided_by"],
            _LABELS.get(one["on_subject"], one["on_subject"].replace("_", " ")),
            _LABELS.get(one["on_account"], one["on_account"].replace("_", " ")),
            "; ".join([*one["rules"], *([one["law"]] if one["law"] else [])]),
            one["facts"],
            _fate(one),
        )
        for one in decisions
    )
    columns = ("When", "By", "On the content", "On the account", "Ground", "Facts", "Since then")
    return [Heading("Decisions"), Table(columns, rows, (4, 2, 3, 3, 5, 6, 4))]


def _fate(one: dict[str, Any]) -> str:
    told = [f"told {moment(one['delivered_at'])}"] if one["delivered_at"] else []
    told += [f"until {moment(one['until'])}"] if one["until"] and not one["ended_at"] else []
    told += [f"ended {moment(one['ended_at'])}"] if one["ended_at"] else []
    told += [f"undone {moment(one['undone_at'])}"] if one["undone_at"] else []
    return ", ".join(told)


def _appeals(appeals: list[dict[str, Any]]) -> list[Block]:
    if not appeals:
        return []
    items = tuple(
        f"{moment(one['created_at'])}: {one['text'] or '(no words)'} — "
        + (
            f"{one['outcome']} {moment(one['answered_at'])}: {one['answer']}"
            if one["answered_at"]
            else "not answered yet"
        )
        for one in appeals
    )
    return [Heading("Appeals"), Bullets(items)]


def _looks(looks: list[dict[str, Any]]) -> list[Block]:
    if not looks:
        return []
    rows = tuple((moment(one["at"]), one["by"], one["what"]) for one in looks)
    return [Heading("Who looked"), Table(("When", "Who", "At what"), rows)]
