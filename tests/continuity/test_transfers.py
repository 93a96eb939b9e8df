"""Files that members take along and bring: what is in them, which lines are told of, what a kill costs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.continuity.crowd import follow_through_a_kill, settled
from tests.databases import ENGINES
from tests.servers import PASSWORD, NewMember, RunningServer
from tests.web.browser import Browser, Page


def bring(server: RunningServer, member: NewMember, folder: Path, kind: str, text: str, **options: Any) -> Any:
    """Import a file and wait for its end."""
    file = folder / "brought.csv"
    file.write_text(text)
    server.call("import.start", account=member.name, kind=kind, file=str(file), **options)
    return settled(server, member)


def reads(server: RunningServer, member: NewMember, path: str) -> list[dict[str, Any]]:
    with server.client(member.token) as client:
        found: list[dict[str, Any]] = client.get(path).raise_for_status().json()
        return found


def followed(server: RunningServer, member: NewMember) -> set[str]:
    return {one["username"] for one in reads(server, member, f"/api/v1/accounts/{member.id}/following")}


def upload(browser: Browser, text: bytes, **values: str) -> Page:
    """Send the form of the import page as a browser would."""
    browser.open("/settings/import")
    assert browser.page is not None
    form = browser.page.form("/settings/import")
    headers = {"origin": browser.base_url, "sec-fetch-site": "same-origin"}
    files = {"file": ("mine.csv", text, "text/csv")} if text else None
    answer = browser.http.post("/settings/import", data=form.values | values, files=files, headers=headers)
    return Page(answer) if answer.status_code != 303 else browser.open(answer.headers["location"])


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_follows_come_along_and_every_line_that_cannot_is_told(server: RunningServer, tmp_path: Path) -> None:
    ada, berit, carla = server.member("ada"), server.member("berit"), server.member("carla")
    host = server.base_url.removeprefix("http://")
    text = (
        "Account address,Show boosts,Notify on new posts,Languages\r\n"
        f'{berit.name}@{host},false,true,"de, en"\r\n'
        "\r\n"
        f"{carla.name}\r\n"
        f"nobody_at_all@{host},true,false,\r\n"
        "far@elsewhere.example,true,false,\r\n"
        f"{berit.name}@{host},perhaps,false,\r\n"
        "not an address,true,false,\r\n"
        f"{ada.name},true,false,\r\n"
    )
    told = bring(server, ada, tmp_path, "following", "\ufeff" + text)
    assert (told["total"], told["done"], told["failed"], told["unreachable"]) == (7, 2, 4, 1)
    reasons = {one["line"]: one["reason"] for one in told["unused"]}
    assert sorted(reasons) == [5, 6, 7, 8, 9]
    assert "nobody_at_all" in reasons[5]
    assert "cannot reach yet" in reasons[6]
    assert "neither true nor false" in reasons[7]
    assert followed(server, ada) == {berit.name, carla.name}
    [relation] = reads(server, ada, f"/api/v1/accounts/relationships?id={berit.id}")
    assert (relation["showing_reblogs"], relation["notifying"], relation["languages"]) == (False, True, ["de", "en"])


def test_a_file_that_replaces_ends_the_others_unless_a_line_is_wrong(server: RunningServer, tmp_path: Path) -> None:
    ada, berit, carla = server.member("ada"), server.member("berit"), server.member("carla")
    bring(server, ada, tmp_path, "following", f"{berit.name}\n")
    told = bring(server, ada, tmp_path, "following", f"{carla.name}\n{berit.name}x\n", overwrite=True)
    assert (told["failed"], told["removed"]) == (1, 0)
    assert followed(server, ada) == {berit.name, carla.name}
    told = bring(server, ada, tmp_path, "following", f"{carla.name}\n", overwrite=True)
    assert told["removed"] == 1
    assert followed(server, ada) == {carla.name}


def test_the_other_files_come_back_as_they_were_exported(server: RunningServer, tmp_path: Path) -> None:
    ada, heir, berit = server.member("ada"), server.member("heir"), server.member("berit")
    with server.client(berit.token) as client:
        uri = client.post("/api/v1/statuses", json={"status": "kept"}).json()["uri"]
    host = server.base_url.removeprefix("http://")
    files = {
        "following": f"{berit.name}@{host},true,false,",
        "lists": f"Harbour,{berit.name}@{host}",
        "mutes": f"{berit.name}@{host},false",
        "domain_blocks": "bad.example",
        "bookmarks": uri,
    }
    for kind, line in files.items():
        assert bring(server, ada, tmp_path, kind, line)["done"] == 1, kind
        copy = tmp_path / f"{kind}.csv"
        server.cli("export", ada.name, "--csv", kind, "--to", str(copy)).ok()
        assert table(copy.read_text())[-1] == table(line)[0]
        assert bring(server, heir, tmp_path, kind, copy.read_text())["done"] == 1, kind
        assert bring(server, heir, tmp_path, kind, copy.read_text(), overwrite=True)["removed"] == 0, kind
    assert [one["title"] for one in reads(server, heir, "/api/v1/lists")] == ["Harbour"]
    assert [one["uri"] for one in reads(server, heir, "/api/v1/bookmarks")] == [uri]
    assert reads(server, heir, "/api/v1/domain_blocks") == ["bad.example"]
    assert [one["username"] for one in reads(server, heir, "/api/v1/mutes")] == [berit.name]
    other = server.member("other")
    for kind, line in {"lists": f"New,{berit.name}", "mutes": other.name, "domain_blocks": "worse.example"}.items():
        told = bring(server, heir, tmp_path, kind, line, overwrite=True)
        assert told["removed"] == 1, (kind, told)
    assert [one["title"] for one in reads(server, heir, "/api/v1/lists")] == ["New"]
    assert reads(server, heir, "/api/v1/domain_blocks") == ["worse.example"]
    assert bring(server, heir, tmp_path, "blocks", berit.name)["done"] == 1
    assert [one["username"] for one in reads(server, heir, "/api/v1/blocks")] == [berit.name]
    assert followed(server, heir) == set()


def test_the_pages_take_and_give_files(server: RunningServer, browsers: Callable[..., Browser], tmp_path: Path) -> None:
    ada, berit = server.member("ada"), server.member("berit")
    browser = browsers(server)
    browser.sign_in(ada.name, PASSWORD)
    page = upload(browser, f"{berit.name}\nno one\n".encode(), kind="following")
    assert "taken" in page.words
    settled(server, ada)
    page = browser.open("/settings/import")
    assert "1 of 2 lines done · 1 could not be used" in page.words
    assert "Line 2: no one" in page.words
    page = browser.send("/settings/import/unused")
    assert table(page.html)[1][:2] == ["2", "no one"]
    browser.open("/settings/export")
    page = browser.send("/settings/export/csv", kind="following")
    host = server.base_url.removeprefix("http://")
    assert table(page.html)[1] == [f"{berit.name}@{host}", "true", "false", ""]
    assert page.answer.headers["content-disposition"] == 'attachment; filename="following_accounts.csv"'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "Choose a file"),
        (b"\n\n", "has no lines"),
        (b"\xff\xfe\x00a", "not in UTF-8"),
        (b"a\x00b\n", "no text"),
        (b"#domain\nbad.example\n", "headings are not those"),
        (b"a\n" * 20_001, "more than 20,000 lines"),
    ],
)
def test_what_is_no_such_file_is_refused(
    text: bytes, words: str, server: RunningServer, browsers: Callable[..., Browser]
) -> None:
    browser = browsers(server)
    browser.sign_in(server.member("ada").name, PASSWORD)
    page = upload(browser, text)
    assert page.status == 422, page.words
    assert words in page.words
    assert "imported nothing" in page.words


def test_lines_that_were_not_used_are_told_in_the_readers_language(
    server: RunningServer, browsers: Callable[..., Browser], tmp_path: Path
) -> None:
    ada = server.member("ada")
    told = bring(server, ada, tmp_path, "following", "nobody\n")
    assert told["unused"][0]["reason"] == "There is no account called nobody on this server."
    browser = browsers(server, **{"accept-language": "de"})
    browser.sign_in(ada.name, PASSWORD)
    page = browser.open("/settings/import")
    assert "Leute, denen du folgst" in page.words
    assert "Auf diesem Server gibt es kein Konto" in page.words and "nobody" in page.words
    file = browser.send("/settings/import/unused").answer.text
    assert file.startswith("Zeile,Text,Grund") and "Auf diesem Server gibt es kein Konto" in file


def test_nobody_sees_the_imports_of_others(
    server: RunningServer, browsers: Callable[..., Browser], tmp_path: Path
) -> None:
    ada, mallory = server.member("ada"), server.member("mallory")
    number = bring(server, ada, tmp_path, "following", "no one\n")["id"]
    bring(server, mallory, tmp_path, "following", "no body\n")
    browser = browsers(server)
    browser.sign_in(mallory.name, PASSWORD)
    browser.open("/settings/import")
    browser.page.form("/settings/import/unused").names.add("id")  # type: ignore[union-attr]
    page = browser.send("/settings/import/unused", id=number)
    assert page.status == 404


@pytest.mark.long
@pytest.mark.parametrize("engine", ENGINES)
def test_a_thousand_follows_survive_a_kill_and_a_typo_in_line_17(
    engine: str, new_server: Callable[..., RunningServer], tmp_path: Path
) -> None:
    follow_through_a_kill(new_server(engine), 1_000, tmp_path)  # five thousand: proof/test_import.py
