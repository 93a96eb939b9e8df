"""The settings of this room."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class OutgoingSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits and routes for requests that leave the server; every default is safe on a public host."""

    user_agent: Annotated[str, Meta(min_length=1, description="What we call ourselves when asking other servers.")] = (
        "Holdfast"
    )
    allowed_ports: Annotated[tuple[int, ...], Meta(description="Ports that may be connected to on other servers.")] = (
        80,
        443,
    )
    allow_private: Annotated[
        tuple[str, ...],
        Meta(description="Private networks (CIDR) that may be reached all the same, such as 10.1.0.0/16."),
    ] = ()
    proxy: Annotated[
        str | None,
        Meta(
            description="HTTP proxy (http://user:password@host:port) that tunnels every connection.",
            extra={"secret": True},
        ),
    ] = None
    ca_file: Annotated[str | None, Meta(description="PEM file of further certificate authorities to trust.")] = None
    connect_timeout_seconds: Annotated[
        float, Meta(gt=0, description="Longest wait for one connection, TLS included.")
    ] = 5.0
    read_timeout_seconds: Annotated[float, Meta(gt=0, description="Longest silence of the other server.")] = 10.0
    total_timeout_seconds: Annotated[
        float, Meta(gt=0, description="Longest time for a request with all its redirects and its body.")
    ] = 20.0
    max_body_bytes: Annotated[
        int, Meta(gt=0, description="Largest decoded answer, unless the caller asks for less or more.")
    ] = 1_048_576
    max_redirects: Annotated[int, Meta(ge=0, description="How many redirects are followed.")] = 5
    max_connections: Annotated[int, Meta(gt=0, description="Most connections open at the same time.")] = 100

    def __repr__(self) -> str:
        """Everything but the proxy, whose address may carry a password."""
        shown = [
            f"{name}={'***' if name == 'proxy' and self.proxy else repr(getattr(self, name))}"
            for name in self.__struct_fields__
        ]
        return f"OutgoingSettings({', '.join(shown)})"
