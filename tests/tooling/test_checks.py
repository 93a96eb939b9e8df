"""The checks of `make check` find what they are there to find."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import check_licences  # noqa: E402 -- tools/ is a folder of scripts, not a package
import check_locks  # noqa: E402
import check_migrations  # noqa: E402
import check_texts  # noqa: E402


def test_the_lock_files_belong_to_the_project_and_name_no_address() -> None:
    assert check_locks.complaints() == []


@pytest.mark.parametrize("line", ["--index-url x", "thing @ file:///there", "thing==1", "thing>=1 \\"])
def test_a_lock_file_with_an_address_or_without_hashes_is_refused(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tools").mkdir()
    for name in ("pyproject.toml", "tools/build.in", *check_locks.LOCKS):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(check_locks, "ROOT", tmp_path)
    assert check_locks.complaints() == []
    with open(tmp_path / "requirements.lock", "a") as lock:
        lock.write(f"{line}\n    # via nothing\n")
    assert check_locks.complaints() != []


@pytest.mark.parametrize(
    ("licence", "fits"),
    [
        ("MIT", True),
        ("MIT OR Apache-2.0", True),
        ("Apache-2.0 OR Proprietary", True),
        ("MIT AND Proprietary", False),
        ("Proprietary", False),
        ("GPL-2.0-only", False),
        ("SSPL-1.0", False),
        ("", False),
    ],
)
def test_a_licence_that_does_not_fit_is_found(licence: str, fits: bool) -> None:
    assert check_licences.is_compatible(licence) is fits


@pytest.mark.parametrize(
    ("source", "refused"),
    [
        ("from alembic import op\nimport sqlalchemy as sa\n", 0),
        ("from holdfast.posts import tables\n", 1),
        ("def upgrade():\n    import holdfast.people\n", 1),
        ("from .. import sql\n", 1),
    ],
)
def test_a_migration_that_imports_a_room_is_refused(source: str, refused: int, tmp_path: Path) -> None:
    (tmp_path / "0001_start.py").write_text(source)
    assert len(check_migrations.complaints(tmp_path)) == refused


@pytest.mark.parametrize(
    "text",
    ["# TO" + "DO: later", "open('/ro" + "ot/data')", "pytest.sk" + "ip('no')", "@pytest.mark.xf" + "ail"],
)
def test_a_leftover_or_a_machines_path_or_a_skip_is_refused(text: str) -> None:
    assert len(check_texts.refused_words(Path("tests/test_it.py"), text)) == 1


def test_a_long_function_is_refused_and_its_docstring_not_counted() -> None:
    body = "    x = 1\n"
    docstring = '    """One.\n' + "    more\n" * 50 + '    """\n'
    short = "def f():\n" + docstring + body * 39
    assert check_texts.sprawl(Path("src/holdfast/x.py"), short) == []
    assert len(check_texts.sprawl(Path("src/holdfast/x.py"), short + body)) == 1


@pytest.mark.parametrize(
    ("source", "exit_status"),
    [
        ("def test_it(): pass\n", 0),
        ("import pytest\ndef test_it(): pytest.sk" + "ip('no')\n", 1),
        ("import pytest\n@pytest.mark.xf" + "ail\ndef test_it(): assert 0\n", 1),
        ("import pytest\n@pytest.mark.xf" + "ail\ndef test_it(): pass\n", 1),
        ("import pytest\npytest.sk" + "ip('no', allow_module_level=True)\n", 1),
    ],
)
def test_a_skip_fails_the_run_where_ci_is_true(source: str, exit_status: int, tmp_path: Path) -> None:
    (tmp_path / "test_inner.py").write_text(source)
    environment = {**os.environ, "CI": "true", "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "tests.no_skips", "--rootdir", tmp_path, tmp_path]
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert ran.returncode == exit_status, ran.stdout.decode()


def test_an_old_python_is_told_so_in_plain_words(tmp_path: Path) -> None:
    pretend = "import sys, runpy; sys.version_info = (3, 9, 1); runpy.run_path(sys.argv[1], run_name='__main__')"
    told = subprocess.run(
        [sys.executable, "-c", pretend, ROOT / "tools" / "make_env.py"], capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert "needs Python 3.11 or newer" in told.stderr


def test_a_python_without_venv_is_explained(tmp_path: Path) -> None:
    pretend = (
        "import sys, runpy; sys.path.insert(0, 'tools'); sys.modules['ensurepip'] = None\n"
        "import make_env; make_env.check_modules()"
    )
    told = subprocess.run([sys.executable, "-c", pretend], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert 'lacks the module "ensurepip"' in told.stderr
    assert "apt install python3-venv" in told.stderr
