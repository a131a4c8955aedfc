"""Whether a message to an address that takes posts and commands is a command: its first line says so."""


def is_command(header: bytes, beginning: bytes) -> bool:
    """Whether the first line of the text, in a body that begins so, is `# <known command>` or a lone `unsubscribe`."""
    del header
    line = beginning.removeprefix(b"\r\n").lstrip().partition(b"\n")[0].strip().lower()
    return line.startswith(b"# ") or line == b"unsubscribe"
