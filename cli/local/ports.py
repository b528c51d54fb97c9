"""Ports on 127.0.0.1, the only address the local stack listens on."""

import socket

from cli.errors import CommandError

HOST = "127.0.0.1"


def is_free(port: int) -> bool:
    """True if a server can listen there now; connections still closing from an earlier run don't count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port nobody listens on at this moment, for tests."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def require_free(port: int, purpose: str, option: str) -> None:
    if not is_free(port):
        raise CommandError(
            f"Port {port} on {HOST}, needed for {purpose}, is in use by another program.",
            f"Stop that program, or use another port: make run ARGS='{option} {port + 10}'",
        )
