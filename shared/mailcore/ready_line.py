"""The line by which a starting service says where it answers."""

from collections.abc import Mapping


def ready_line(host: str, ports: Mapping[str, int]) -> str:
    """Give `ready name=address:port ...`, line feed included."""
    shown = f"[{host}]" if ":" in host else host
    return " ".join(["ready", *(f"{name}={shown}:{port}" for name, port in ports.items())]) + "\n"
