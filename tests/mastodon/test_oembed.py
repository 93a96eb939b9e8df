"""Posts for other sites' pages: only what everybody may see, and no markup but our own."""

from __future__ import annotations

import pytest

from tests.mastodon.town import Town


def test_a_post_is_quoted_with_its_author_and_its_address(town: Town) -> None:
    ada = town.person("ada")
    ada.good(ada.ask("PATCH", "/api/v1/accounts/update_credentials", json={"display_name": "<b>Ada</b>"}))
    made = ada.says("<script>x</script> hello")
    told = town.stranger.get("/api/oembed", url=made["url"])
    assert told["type"] == "rich" and told["author_url"] == f"{town.db.base_url}/@{ada.name}"
    assert "hello" in told["html"] and made["url"] in told["html"]
    assert "<script>" not in told["html"] and "<b>" not in told["html"]
    assert (told["width"], told["height"]) == (400, None)
    hidden = ada.says("the end of the film", spoiler_text="Film")
    assert "the end" not in town.stranger.get("/api/oembed", url=hidden["url"])["html"]


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_what_not_everybody_may_see_is_not_given_out(town: Town, visibility: str) -> None:
    ada = town.person("ada")
    made = ada.says("psst", visibility=visibility)
    for who in (town.stranger, ada):
        assert who.ask("GET", "/api/oembed", params={"url": made["url"]}).status_code == 404


def test_other_addresses_are_not_found(town: Town) -> None:
    ada = town.person("ada")
    made = ada.says("gone")
    ada.good(ada.ask("DELETE", f"/api/v1/statuses/{made['id']}"))
    base = town.db.base_url
    for url in (made["url"], f"{base}/about", "https://elsewhere.example/@a/1", f"{base}/@ada/x", "", f"{base}/@a/1"):
        assert town.stranger.ask("GET", "/api/oembed", params={"url": url}).status_code == 404, url
