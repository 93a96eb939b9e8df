"""Say whether every locked package may be combined with AGPL-3.0-or-later.

Reads the metadata of what is installed and the lock files, asks no network. `--list` prints all.
"""

from __future__ import annotations

import re
import sys
from importlib import metadata

from check_locks import LOCKS, ROOT, pins

# Licences under which code may be part of a work that as a whole is under AGPL-3.0-or-later.
# LGPL-2.1-only: its section 3 lets everyone take a copy under a newer GPL.
COMPATIBLE = {
    "0BSD", "AGPL-3.0-or-later", "Apache-2.0", "blessing", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0",
    "CC0-1.0", "GPL-2.0-or-later", "GPL-3.0", "GPL-3.0-only", "GPL-3.0-or-later", "ISC", "LGPL-2.1-only",
    "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0",
    "OFL-1.1", "PostgreSQL", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib",
}  # fmt: skip

# Words found in older metadata, and the licence they mean.
MEANS = {
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "apache 2": "Apache-2.0",
    "apache": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "new bsd": "BSD-3-Clause",
    "gnu general public license v3 (gplv3)": "GPL-3.0-only",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only",
    "gnu lesser general public license v3 or later (lgplv3+)": "LGPL-3.0-or-later",
    "gnu lesser general public license v2 or later (lgplv2+)": "LGPL-2.1-or-later",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "mpl 2.0": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "zlib/libpng license": "Zlib",
    "zlib/libpng": "Zlib",
}

# Packages whose metadata say nothing usable: read by a person, with where it stands.
READ_BY_HAND = {
    "axe-playwright-python": "MIT",  # licenses/LICENSE in its dist-info; the script in it says MPL-2.0 of itself
    "pyrage": "MIT",  # licenses/LICENSE in its dist-info
    "pysqlite3": "Zlib",  # licenses/LICENSE in its dist-info
}


def said(package: str) -> str:
    """What the installed package says of its licence; empty if it says nothing."""
    if package in READ_BY_HAND:
        return READ_BY_HAND[package]
    about = metadata.metadata(package)
    if about.get("License-Expression"):
        return str(about["License-Expression"])
    classifiers = [
        value.rpartition(" :: ")[2]
        for value in about.get_all("Classifier") or []
        if value.startswith("License :: ") and not value.endswith("OSI Approved")
    ]
    if classifiers:
        return " OR ".join(classifiers)
    return str(about.get("License") or "").strip().partition("\n")[0]


def is_compatible(expression: str) -> bool:
    """Whether one side of every OR, and every side of every AND, is compatible."""
    text = MEANS.get(expression.strip().lower(), expression.strip())
    if text in COMPATIBLE:
        return True
    inner = re.fullmatch(r"\((.*)\)", text)
    if inner and inner[1].count("(") == inner[1].count(")") and ") " not in inner[1]:
        text = inner[1]
    if " AND " in text:
        return all(is_compatible(part) for part in text.split(" AND "))
    if " OR " in text:
        return any(is_compatible(part) for part in text.split(" OR "))
    return text in COMPATIBLE


def main() -> int:
    """Print the packages that may not be combined; with --list, all of them."""
    packages = sorted({package for name in LOCKS for package in pins(ROOT / name)})
    offenders = []
    for package in packages:
        try:
            licence = said(package)
        except metadata.PackageNotFoundError:
            offenders.append(f"{package} is locked but not installed: run `make env-dev`.")
            continue
        if "--list" in sys.argv[1:]:
            print(f"{package:32} {licence}")
        if not is_compatible(licence):
            offenders.append(f"{package}: {licence or 'no licence stated'!r} is not known to fit AGPL-3.0-or-later.")
    for sentence in offenders:
        print(sentence, file=sys.stderr)
    return 1 if offenders else 0


if __name__ == "__main__":
    sys.exit(main())
