"""Write docs/configuration.md from the settings themselves; with --check, only say whether it is as they are."""

from __future__ import annotations

import sys
import typing
from pathlib import Path
from typing import Any, Literal

import msgspec

from holdfast.config import BootSettings, ServerSettings, help_text, is_secret

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "configuration.md"
NOT_FOR_HANDS = {"is_set_up"}  # told by the set-up itself

TOP = """\
# Configuration

Written by `make configuration` from the settings in `src/holdfast/config/`; a test compares.

Nothing has to be set to try Holdfast out. `holdfast config` shows every setting with its value and where that came
from, and `holdfast config check` looks for what would keep the server from working.

## Boot settings

What has to be known before the database is open. They stand in the environment as `HOLDFAST_` and the name in
capitals (lists separated by commas), or in `holdfast.toml` in the data folder (another file: `HOLDFAST_CONFIG`). The
environment comes before the file. A change holds after a restart.

"""
MIDDLE = """
Secrets are never shown: neither by `holdfast config` nor in an error or a log line.

## Server settings

What the owner decides. They are kept in the database and changed under Administration → The server or with
`holdfast settings set NAME VALUE`; they hold at once. One that stands under `[server]` in `holdfast.toml` is fixed
there, and the page says so.

"""
EXAMPLE = """
## A file

```toml
# data/holdfast.toml
listen = "127.0.0.1:8000"
trusted_proxies = ["127.0.0.1"]
email = ["smtp://user:password@mail.example.org:587"]

[server]
domain = "example.org"
registration = "approval"
```
"""


def page() -> str:
    """The whole page."""
    boot = _table(BootSettings, "Setting | Default | What it is", _boot_row)
    server = _table(ServerSettings, "Setting | Default | What it is", _row)
    return TOP + boot + MIDDLE + server + EXAMPLE


def _table(struct: type[msgspec.Struct], head: str, row: Any) -> str:
    kinds = typing.get_type_hints(struct)
    lines = [f"| {head} |", "|---|---|---|"]
    lines += [row(struct, key, kinds[key]) for key in struct.__struct_fields__ if key not in NOT_FOR_HANDS]
    return "\n".join(lines) + "\n"


def _boot_row(struct: type[msgspec.Struct], key: str, kind: Any) -> str:
    secret = " Secret." if is_secret(struct, key) else ""
    return _row(struct, key, kind, f"`{key}`<br>`HOLDFAST_{key.upper()}`", secret)


def _row(struct: type[msgspec.Struct], key: str, kind: Any, name: str = "", more: str = "") -> str:
    if typing.get_origin(kind) is Literal and not all(choice in help_text(struct, key) for choice in kind.__args__):
        more = f" One of: {', '.join(kind.__args__)}.{more}"
    words = help_text(struct, key).replace("|", "\\|")
    return f"| {name or f'`{key}`'} | {_shown(getattr(struct(), key))} | {words}{more} |"


def _shown(value: Any) -> str:
    """A default as people write it; nothing for an empty one."""
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f"`{text}`" if text else ""


def main() -> int:
    """Write the page, or compare it."""
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") == page():
        return 0
    print("docs/configuration.md is not what the settings say: make configuration writes it.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
