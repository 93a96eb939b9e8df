"""Boot settings: one TOML file and environment variables, typed, with errors that say what to do.

Order of precedence: environment, then file, then default. ``HOLDFAST_CONFIG`` names the file; without
it ``holdfast.toml`` in the data folder is read when it is there.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

from holdfast.config.server import ServerSettings
from holdfast.errors import Misconfigured

SECRET = {"secret": True}
SAFE_PASSWORD_MEMORY_KIB = 19_456
"""Below this, hashes made for tests would be too cheap to break (the least that OWASP advises for argon2id)."""


class BootSettings(Struct, kw_only=True, frozen=True):
    """What has to be known before the database is open."""

    data_dir: Annotated[str, Meta(description="Folder of the database, keys, media and the command socket.")] = "data"
    listen: Annotated[str, Meta(description="Address and port of the web server.")] = "127.0.0.1:8000"
    database: Annotated[
        str,
        Meta(
            description="postgresql://user:password@host:port/name; empty is SQLite in the data folder.",
            extra=SECRET,
        ),
    ] = ""
    secrets_dir: Annotated[
        str,
        Meta(
            description="Folder of the secret keys, the same for all processes on one database; empty is secrets/ in "
            "the data folder."
        ),
    ] = ""
    media_dir: Annotated[
        str,
        Meta(
            description="Folder of pictures, the same for all processes on one database; empty is media/ in the data "
            "folder."
        ),
    ] = ""
    email: Annotated[
        tuple[str, ...],
        Meta(description="E-mail vendors in order, as smtp://user:password@host:port.", extra=SECRET),
    ] = ()
    email_from: Annotated[str, Meta(description="Sender's address; empty is noreply@ the domain.")] = ""
    trusted_proxies: Annotated[
        tuple[str, ...], Meta(description="Addresses or networks whose X-Forwarded headers are believed.")
    ] = ()
    rate_limits: Annotated[Literal["on", "off"], Meta(description="off only for tests on localhost.")] = "on"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Meta(description="Least severe line logged.")
    ] = "info"
    log_format: Annotated[Literal["text", "json"], Meta(description="Form of the log lines.")] = "text"
    threads: Annotated[int, Meta(description="Threads for reading and, on PostgreSQL, for writing.", ge=2, le=64)] = 8
    outgoing_proxy: Annotated[str, Meta(description="Proxy for requests that leave, as http://host:port.")] = ""
    outgoing_allow_private: Annotated[
        tuple[str, ...], Meta(description="Private networks that requests may reach all the same, as 10.1.0.0/16.")
    ] = ()
    outgoing_ports: Annotated[tuple[int, ...], Meta(description="Ports of other servers that may be reached.")] = (
        80,
        443,
    )
    translation: Annotated[
        str,
        Meta(
            description="Translation server, as libretranslate+https://:key@host; empty is none.",
            extra=SECRET,
        ),
    ] = ""
    password_memory_kib: Annotated[
        int,
        Meta(
            description="Memory of one password hash, in KiB; below 19456 only for tests on localhost.",
            ge=8,
            le=4_194_304,
        ),
    ] = 47_104
    metrics_token: Annotated[
        str,
        Meta(description="Bearer token for /metrics; empty allows only the machine itself.", extra=SECRET),
    ] = ""
    backup_dir: Annotated[str, Meta(description="Where 'backup now' writes; empty is backups/ in the data folder.")] = (
        ""
    )


class Settings(Struct, frozen=True):
    """Boot settings, the server settings that the file fixes, and where each value came from."""

    boot: BootSettings
    fixed: dict[str, Any]
    origins: dict[str, str]
    file: str

    @property
    def data_dir(self) -> Path:
        """The data folder."""
        return Path(self.boot.data_dir)

    @property
    def secrets_dir(self) -> Path:
        """The folder of the secret keys."""
        return Path(self.boot.secrets_dir) if self.boot.secrets_dir else self.data_dir / "secrets"

    @property
    def media_dir(self) -> Path:
        """The folder of pictures on this disk."""
        return Path(self.boot.media_dir) if self.boot.media_dir else self.data_dir / "media"

    @property
    def database_url(self) -> str:
        """The database's URL; SQLite in the data folder by default."""
        return self.boot.database or f"sqlite:///{self.data_dir.resolve() / 'holdfast.db'}"

    @property
    def host_and_port(self) -> tuple[str, int]:
        """The listening address, taken apart."""
        host, _, port = self.boot.listen.rpartition(":")
        return host.strip("[]"), int(port)


def load(environment: Mapping[str, str] | None = None, *, file: Path | None = None) -> Settings:
    """Read the settings. Raises :class:`Misconfigured` naming the key, the value and what to do."""
    env = os.environ if environment is None else environment
    data_dir = env.get("HOLDFAST_DATA_DIR", "data")
    path = file or Path(env.get("HOLDFAST_CONFIG") or Path(data_dir) / "holdfast.toml")
    named = file is not None or bool(env.get("HOLDFAST_CONFIG"))
    written = _read_file(path, named)
    server = written.pop("server", {})
    if not isinstance(server, dict):
        raise Misconfigured(f"[server] in {path} must be a table of settings.", setting="server")
    values, origins = _gather(env, written, path)
    fixed: dict[str, Any] = {}
    for key, value in server.items():
        if key not in ServerSettings.__struct_fields__:
            raise _unknown(f"server.{key}", path, ServerSettings)
        fixed[key] = _typed(f"server.{key}", key, value, ServerSettings, str(path))
        origins[f"server.{key}"] = str(path)
    boot = BootSettings(**values)
    settings = Settings(boot, fixed, origins, str(path) if path.exists() else "")
    _check(settings)
    return settings


def _read_file(path: Path, named: bool) -> dict[str, Any]:
    if not path.exists():
        if named:
            raise Misconfigured(f"The configuration file {path} does not exist. Create it or correct HOLDFAST_CONFIG.")
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Misconfigured(f"{path} is not valid TOML: {fault}. Correct that line.") from fault


def _gather(env: Mapping[str, str], written: dict[str, Any], path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for key, value in written.items():
        if key not in BootSettings.__struct_fields__:
            raise _unknown(key, path, BootSettings)
        values[key] = _typed(key, key, value, BootSettings, str(path))
        origins[key] = str(path)
    for key in BootSettings.__struct_fields__:
        name = f"HOLDFAST_{key.upper()}"
        if name in env:
            values[key] = _typed(key, key, _from_text(key, env[name]), BootSettings, name)
            origins[key] = name
    return values, origins


@cache
def kinds(struct: type[Struct]) -> dict[str, Any]:
    """The type of each setting, with what is annotated."""
    return get_type_hints(struct, include_extras=True)


def _from_text(key: str, text: str) -> Any:
    """A value of the environment: lists are separated by commas."""
    if get_origin(kinds(BootSettings)[key].__origin__) is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _typed(label: str, key: str, value: Any, struct: type[Struct], origin: str) -> Any:
    kind = kinds(struct)[key]
    try:
        return msgspec.convert(value, kind, strict=isinstance(value, bool | dict))
    except msgspec.ValidationError as fault:
        shown = "…" if is_secret(struct, key) else repr(value)
        raise Misconfigured(
            f"{label} = {shown} (from {origin}) cannot be used: {fault}. {help_text(struct, key)}",
            setting=label,
        ) from fault


def _unknown(label: str, path: Path, struct: type[Struct]) -> Misconfigured:
    known = ", ".join(struct.__struct_fields__)
    return Misconfigured(f"{path} has an unknown setting '{label}'. Remove it or use one of: {known}.", setting=label)


def _check(settings: Settings) -> None:
    boot = settings.boot
    host, _, port = boot.listen.rpartition(":")
    if not host or not port.isdigit() or not 0 <= int(port) <= 65535:
        raise Misconfigured(
            f"listen = {boot.listen!r} is not host:port. Use for example 127.0.0.1:8000.", setting="listen"
        )
    domain = settings.fixed.get("domain", "")
    if boot.rate_limits == "off" and domain:
        raise limits_off_in_public(domain)
    if boot.password_memory_kib < SAFE_PASSWORD_MEMORY_KIB and domain:
        raise weak_passwords_in_public(domain)


def weak_passwords_in_public(domain: str) -> Misconfigured:
    """The refusal to hash passwords cheaply under a public domain."""
    return Misconfigured(
        f"password_memory_kib below {SAFE_PASSWORD_MEMORY_KIB} is refused while the public domain {domain} is set, "
        "since stolen password hashes could then be broken quickly. Remove HOLDFAST_PASSWORD_MEMORY_KIB (or the "
        "setting) and start again.",
        setting="password_memory_kib",
    )


def limits_off_in_public(domain: str) -> Misconfigured:
    """The refusal to run without rate limits under a public domain."""
    return Misconfigured(
        f"rate_limits = 'off' is refused while the public domain {domain} is set, since passwords could then be "
        "guessed without end. Remove HOLDFAST_RATE_LIMITS (or the setting) and start again.",
        setting="rate_limits",
    )


def _meta(struct: type[Struct], key: str) -> Meta | None:
    kind = kinds(struct)[key]
    return next((m for m in getattr(kind, "__metadata__", ()) if isinstance(m, Meta)), None)


def help_text(struct: type[Struct], key: str) -> str:
    """The one line of help of a setting."""
    meta = _meta(struct, key)
    return (meta.description or "") if meta else ""


def is_secret(struct: type[Struct], key: str) -> bool:
    """Whether a setting's value must never be shown."""
    meta = _meta(struct, key)
    return bool(meta and meta.extra and meta.extra.get("secret"))


def mask(value: Any) -> Any:
    """A secret setting as it may be shown: passwords in URLs hidden, other text hidden whole."""
    if isinstance(value, list | tuple):
        return [mask(part) for part in value]
    text = str(value)
    if not text:
        return text
    if "://" in text:
        scheme, _, rest = text.partition("://")
        credentials, at, host = rest.rpartition("@")
        return f"{scheme}://{credentials.split(':')[0]}:…@{host}" if at else text
    return "…"
