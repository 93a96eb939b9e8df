"""Posts in another language, on both engines, by a translation server on loopback that speaks LibreTranslate's API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from holdfast.errors import Misconfigured
from holdfast.vendors import translator
from tests.conformance.scenario import picture
from tests.databases import ENGINES
from tests.interpreter import Interpreter
from tests.mastodon.town import Town, town_on


@pytest.fixture(scope="module")
def kept() -> Iterator[Interpreter]:
    """The translation server of the module."""
    opened = Interpreter()
    yield opened
    opened.close()


@pytest.fixture
def interpreter(kept: Interpreter) -> Interpreter:
    """The same, as good as new."""
    kept.asked.clear()
    kept.fails, kept.adds = 0, ""
    return kept


@pytest.fixture(scope="module", params=ENGINES)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, kept: Interpreter) -> Iterator[Town]:
    """A server that translates, on each engine in turn."""
    folder = tmp_path_factory.mktemp("town") / "data"
    with town_on(request.param, folder, request, HOLDFAST_TRANSLATION=kept.url) as made:
        yield made


def test_a_post_is_translated_with_all_its_parts_and_once(town: Town, interpreter: Interpreter) -> None:
    ada, berit = town.people("ada", "berit")
    poll = {"options": ["one & two", "three"], "expires_in": 3600}
    status = ada.says(f"Hello {ada.name}", spoiler_text="<Boats>", language="en", poll=poll)
    found = berit.post(f"/api/v1/statuses/{status['id']}/translate", lang="de")
    assert found["content"] == f"{status['content']}[de]"
    assert found["spoiler_text"] == "<Boats>[de]"
    assert found["poll"] == {
        "id": status["poll"]["id"],
        "options": [{"title": "one & two[de]"}, {"title": "three[de]"}],
    }
    assert (found["language"], found["detected_source_language"]) == ("de", "en")
    assert (found["provider"], found["media_attachments"]) == ("LibreTranslate", [])
    assert interpreter.asked[0]["api_key"] == "key" and interpreter.asked[0]["source"] == "en"
    again = ada.post(f"/api/v1/statuses/{status['id']}/translate", lang="de-AT")
    assert again == found and len(interpreter.asked) == 1


def test_descriptions_of_pictures_are_translated(town: Town, interpreter: Interpreter) -> None:
    ada = town.person("ada")
    files = {"file": ("boat.png", picture(), "image/png")}
    media = ada.good(ada.ask("POST", "/api/v2/media", files=files, data={"description": "A boat"}))
    status = ada.says("See", language="en", media_ids=[media["id"]])
    found = ada.post(f"/api/v1/statuses/{status['id']}/translate", lang="de")
    assert found["media_attachments"] == [{"id": media["id"], "description": "A boat[de]"}]
    assert interpreter.asked[0]["q"][-1] == "A boat"


def test_an_edited_post_is_translated_anew(town: Town, interpreter: Interpreter) -> None:
    ada = town.person("ada")
    status = ada.says("Before", language="en")
    ada.post(f"/api/v1/statuses/{status['id']}/translate", lang="de")
    ada.good(ada.ask("PUT", f"/api/v1/statuses/{status['id']}", json={"status": "After", "language": "en"}))
    found = ada.post(f"/api/v1/statuses/{status['id']}/translate", lang="de")
    assert "After" in found["content"] and len(interpreter.asked) == 2


def test_only_what_everybody_may_read_leaves_the_server(town: Town, interpreter: Interpreter) -> None:
    ada, berit = town.people("ada", "berit")
    for visibility, who, code in (("private", ada, 403), ("direct", ada, 403), ("private", berit, 404)):
        status = ada.says("Secret", visibility=visibility, language="en")
        answer = who.ask("POST", f"/api/v1/statuses/{status['id']}/translate", json={"lang": "de"})
        assert answer.status_code == code, answer.text
    assert not interpreter.asked


@pytest.mark.parametrize(("language", "target"), [("en", "en"), ("en", "fr"), ("de", "fr"), ("en", "xx")])
def test_other_pairs_of_languages_are_refused(language: str, target: str, town: Town, interpreter: Interpreter) -> None:
    ada = town.person("ada")
    status = ada.says("Hello", language=language)
    answer = ada.ask("POST", f"/api/v1/statuses/{status['id']}/translate", json={"lang": target})
    assert answer.status_code == 403
    assert not interpreter.asked


@pytest.mark.parametrize("code", [400, 403, 429, 500])
def test_a_translation_server_that_fails_is_told_and_not_remembered(
    code: int, town: Town, interpreter: Interpreter
) -> None:
    ada = town.person("ada")
    status = ada.says(f"Hello {ada.name}", language="en")
    interpreter.fails = code
    answer = ada.ask("POST", f"/api/v1/statuses/{status['id']}/translate", json={"lang": "de"})
    assert answer.status_code == 503 and "error" in answer.json()
    interpreter.fails = 0
    assert "[de]" in ada.post(f"/api/v1/statuses/{status['id']}/translate", lang="de")["content"]


def test_what_comes_back_is_not_believed(town: Town, interpreter: Interpreter) -> None:
    ada = town.person("ada")
    status = ada.says(f"Hello {ada.name}", language="en", spoiler_text="Careful")
    interpreter.adds = "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a>"
    found = ada.post(f"/api/v1/statuses/{status['id']}/translate", lang="de")
    assert "[de]" in found["content"]
    for bad in ("<script", "<img", "javascript:", "onerror"):
        assert bad not in found["content"] and bad not in found["spoiler_text"]


def test_the_server_tells_which_languages_it_translates(town: Town) -> None:
    assert town.stranger.get("/api/v1/instance/translation_languages") == {"en": ["de"], "de": ["en"]}
    assert town.stranger.get("/api/v2/instance")["configuration"]["translation"] == {"enabled": True}


def test_a_server_without_a_translator_says_so(request: pytest.FixtureRequest, tmp_path: Any) -> None:
    with town_on("sqlite", tmp_path / "data", request) as plain:
        ada = plain.person("ada")
        status = ada.says("Hello", language="en")
        answer = ada.ask("POST", f"/api/v1/statuses/{status['id']}/translate", json={"lang": "de"})
        assert answer.status_code == 503
        answer = ada.ask("POST", f"/api/v1/statuses/{status['id']}/translate", json={"lang": "no language"})
        assert answer.status_code == 403
        assert plain.stranger.get("/api/v1/instance/translation_languages") == {}
        assert plain.stranger.get("/api/v2/instance")["configuration"]["translation"] == {"enabled": False}


@pytest.mark.parametrize(
    "url", ["https://:hidden@host", "libretranslate+ftp://:hidden@host", "libretranslate+https://"]
)
def test_a_wrong_address_is_told_without_its_key(url: str) -> None:
    with pytest.raises(Misconfigured, match="translation: ") as told:
        translator(url)
    assert "hidden" not in str(told.value)
