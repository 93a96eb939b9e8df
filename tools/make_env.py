"""Build .venv from the lock files; do nothing when it is already as they say.

Run by the system's Python: `python3 tools/make_env.py [--dev]`. The file must stay readable for old
Pythons, which are told that they are too old. Settings of pip in the environment are used as they are.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 -- this is the place that tells an old Python so
    sys.exit(
        "Holdfast needs Python 3.11 or newer; "
        + sys.executable
        + " is "
        + sys.version.split()[0]
        + ".\nInstall a newer one, or name it: make env PYTHON=/path/to/python3.11"
    )

import fcntl
import hashlib
import os
import shutil
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "holdfast-env"
RUNTIME = ("requirements-build.lock", "requirements.lock")
DEV = "requirements-dev.lock"

NO_VENV = """\
This Python ({python}) lacks the module "{module}", without which no environment can be made.
  Debian, Ubuntu:  sudo apt install python3-venv     (or python{version}-venv)
  others:          install the full package of Python {version}
Another Python can be named: make env PYTHON=/path/to/python3
"""
FAILED = """
The environment could not be built; pip's message stands above. `make env` can simply be run again.
Everything is installed from wheels whose hashes stand in {lock}: a missing wheel means that this
processor, system or Python ({version}) has none yet; Linux on x86-64 with CPython 3.11 to 3.13 is what
is tested.
"""


def digest(names):
    """One word that changes when the lock files, what is installed of Holdfast, the place or the Python do."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    installed = [project["build-system"], project["project"], project["tool"]["hatch"]]
    seal = hashlib.sha256(repr((str(ROOT), sys.version, installed)).encode())
    for name in names:
        seal.update((ROOT / name).read_bytes())
    return seal.hexdigest()


def check_modules():
    """Stop with an explanation when this Python cannot make an environment."""
    for module in ("venv", "ensurepip"):
        try:
            __import__(module)
        except ImportError:
            version = "{}.{}".format(*sys.version_info[:2])
            sys.exit(NO_VENV.format(python=sys.executable, module=module, version=version))


def create():
    """Make an empty environment where there is none, or where the old one belongs elsewhere."""
    check_modules()
    import venv  # may be missing; check_modules has explained that

    if VENV.exists():
        shutil.rmtree(VENV)
    print(f"Creating .venv with Python {sys.version.split()[0]} …", flush=True)
    venv.EnvBuilder(with_pip=True, symlinks=True).create(VENV)


def pip(lock, *arguments):
    """Install with pip, or stop with an explanation."""
    # pyvips' source falls back to pure Python when it finds no compiler and headers: so it must be
    # everywhere, or a C half for the system's libvips would stand beside that of pyvips-binary.
    variables = dict(os.environ, PKG_CONFIG="false", CC="false")
    variables.pop("PYTHONPATH", None)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    if subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode != 0:
        sys.exit(FAILED.format(lock=lock, version=sys.version.split()[0]))


def install(lock):
    """Install everything that a lock file names; hashes are required, nothing is compiled."""
    print(f"Installing what {lock} names …", flush=True)
    pip(
        lock,
        "--require-hashes",
        "--no-build-isolation",
        "--no-deps",
        "--only-binary=:all:",
        "--no-binary=pyvips",
        "-r",
        lock,
    )


def compile_source():
    """Compile what has changed of Holdfast's own source, as pip did with the packages.

    A start takes two thirds of the time then, also where Python is told to write no such files by itself.
    """
    subprocess.run([str(PYTHON), "-m", "compileall", "-q", "src"], cwd=ROOT, check=False)


def is_ours():
    """Whether .venv runs, with the Python that runs this."""
    asked = [str(PYTHON), "-c", "import sys, pip; print(sys.version, end='')"]
    try:
        told = subprocess.run(asked, capture_output=True, text=True, check=False)
    except OSError:
        return False
    return told.returncode == 0 and told.stdout == sys.version


def main():
    """Bring .venv to what the lock files say."""
    dev = "--dev" in sys.argv[1:]
    with open(ROOT / "requirements.lock", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two at once would build over each other
        stamps = STAMP.read_text(encoding="utf-8").split() if STAMP.exists() else []
        runtime, everything = digest(RUNTIME), digest((*RUNTIME, DEV))
        if runtime not in stamps:
            if not (is_ours() and str(ROOT) in (VENV / "pyvenv.cfg").read_text(encoding="utf-8")):
                create()
            STAMP.unlink(missing_ok=True)
            install("requirements-build.lock")
            install("requirements.lock")
            pip("requirements.lock", "--no-deps", "--no-build-isolation", "-e", ".")
            stamps = [runtime]
            STAMP.write_text("\n".join(stamps) + "\n", encoding="utf-8")
        if dev and everything not in stamps:
            install(DEV)
            STAMP.write_text(f"{runtime}\n{everything}\n", encoding="utf-8")
        compile_source()


if __name__ == "__main__":
    main()
