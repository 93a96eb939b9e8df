"""The sample community: planned without contradictions, and made through the members' own commands."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from holdfast import config
from holdfast.cli import demo
from holdfast.cli.demo import english
from holdfast.cli.demo.cast import MEMBERS
from holdfast.cli.demo.planning import plan
from holdfast.posts.tables import poll_votes, statuses
from holdfast.site.wiring import open_database
from holdfast.store import DAY

pytestmark = pytest.mark.long

NOW = 1_795_000_000_000


def silent(_label: str, _done: int, _total: int) -> None:
    """Nobody watches the progress."""


def test_fifty_members_with_different_names_write_two_thousand_posts_in_time() -> None:
    made = plan(random.Random(7), NOW)
    assert len({member.username for member in MEMBERS}) == len(MEMBERS) == 50
    assert len(made.posts) == 2_000
    assert all(NOW - 36 * DAY <= post.at < NOW for post in made.posts)
    assert all(len(post.text) <= 500 for post in made.posts)


def test_nobody_does_anything_before_joining_and_nobody_answers_before_the_question() -> None:
    made = plan(random.Random(7), NOW)
    joined = {step.by: step.at for step in made.steps if step.what == "join"}
    assert all(step.at >= joined[step.by] for step in made.steps)
    order = {step.post: place for place, step in enumerate(made.steps) if step.what == "publish"}
    assert all(order[post.parent] < order[post] for post in made.posts if post.parent)
    assert all(order[post.quoted] < order[post] for post in made.posts if post.quoted)
    later = [step for step in made.steps if step.post and step.what != "publish"]
    assert all(order[step.post] < made.steps.index(step) for step in random.Random(1).sample(later, 200))


def test_the_same_words_are_hardly_ever_written_twice() -> None:
    made = plan(random.Random(7), NOW).posts
    texts = [post.text for post in made if post.parent is None and post.quoted is None]
    assert len(set(texts)) > 0.99 * len(texts)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, demo.Told]:
    """A data folder with a small sample, and how to sign in."""
    folder = tmp_path_factory.mktemp("sample") / "data"
    told = demo.make(settings(folder), silent, most_posts=250, with_pictures=False)
    return folder, told


def settings(folder: Path) -> config.Settings:
    return config.load({"HOLDFAST_DATA_DIR": str(folder)})


def test_the_sample_is_a_server_that_is_set_up_with_posts_replies_boosts_and_votes(
    filled: tuple[Path, demo.Told],
) -> None:
    folder, told = filled
    db = open_database(settings(folder))
    try:
        with db.read() as r:
            posts = r.value(select(func.count()).where(statuses.c.boost_of_id.is_(None)))
            boosts = r.value(select(func.count()).where(statuses.c.boost_of_id.is_not(None)))
            quotes = r.value(select(func.count()).where(statuses.c.quote_state == "accepted"))
            votes = r.value(select(func.count()).select_from(poll_votes))
        assert db.settings.is_set_up
        assert (posts, len(told.names)) == (told.posts, 50)
        assert boosts > 5
        assert quotes > 5
        assert votes > 100
    finally:
        db.close()


def test_a_sample_that_is_there_is_not_made_again(filled: tuple[Path, demo.Told]) -> None:
    folder, told = filled
    again = demo.make(settings(folder), silent)
    assert again.was_there
    assert (again.password, again.names) == (told.password, told.names)


def test_a_folder_with_a_server_of_somebody_is_left_alone(filled: tuple[Path, demo.Told], tmp_path: Path) -> None:
    source = filled[0]
    taken = tmp_path / "data"
    taken.mkdir()
    for name in ("holdfast.db", "secrets/master.key"):
        (taken / name).parent.mkdir(exist_ok=True)
        (taken / name).write_bytes((source / name).read_bytes())
    with pytest.raises(demo.FolderHoldsServer, match="already holds a server"):
        demo.make(settings(taken), silent)


def test_every_topic_has_a_picture_with_a_description_that_the_server_takes() -> None:
    # In a process of its own: where the server's picture code was loaded, it has shut the reader of drawings.
    code = (
        "import random; from holdfast.cli.demo import english, pictures; from holdfast.posts.pictures import inspect\n"
        "drawn = [pictures.picture(topic, random.Random(3)) for topic in english.TALK]\n"
        "files = [drawing.jpeg() for drawing in drawn]\n"
        "assert all(drawing.description.startswith('Drawing: ') for drawing in drawn)\n"
        "print(len({inspect(file).kind for file in files}), len(set(files)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["1", str(len(english.TALK))]
