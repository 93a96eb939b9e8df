"""A town whose every request and answer is written down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.scenario import Asked, Life, Recorder
from tests.databases import ENGINES
from tests.interpreter import Interpreter
from tests.mastodon.town import Town, town_on
from tests.pages import pages


@pytest.fixture(scope="package", params=ENGINES)
def recorded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town on each engine in turn, asked through a `Recorder`."""
    folder = tmp_path_factory.mktemp("town") / "data"
    interpreter = Interpreter()
    names = {"HOLDFAST_TRANSLATION": interpreter.url}
    with pages() as others, town_on(request.param, folder, request, **others.environment, **names) as made:
        made.pages = others
        made._client = Recorder(made._client)
        made.stranger._client = made._client
        yield made
    interpreter.close()


@pytest.fixture(scope="package")
def lived(recorded: Town) -> list[Asked]:
    """What was asked and answered while people lived in the town."""
    Life(recorded).live()
    return list(recorded._client.asked)
