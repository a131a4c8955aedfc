"""docs/smtp-replies.md: every SMTP reply, from the declarations in `mailcore.replies`."""

import inspect

from mailcore import replies
from mailcore.replies import Reply
from tools.docs.markdown import GENERATED, code, table

_HEAD = """# SMTP replies

Everything that a client may be told, in the order of the dialogue. Words in braces are filled in. The private reason
of a refusal is in the trace of the message.
"""


def page() -> str:
    """Give the page."""
    parts = [GENERATED.format(source="shared/mailcore/replies.py"), "\n\n", _HEAD]
    for heading, group in _groups():
        rows = ([code(name), str(reply.code), reply.status or "none", reply.text] for name, reply in group)
        parts.append(f"\n## {heading}\n\n{table(['name', 'code', 'status', 'text'], rows)}")
    return "".join(parts)


def _groups() -> list[tuple[str, list[tuple[str, Reply]]]]:
    """Read the headings, which are comments of their own, and the replies below each."""
    groups: list[tuple[str, list[tuple[str, Reply]]]] = []
    declared = {name: value for name, value in vars(replies).items() if isinstance(value, Reply)}
    for line in inspect.getsource(replies).splitlines():
        name = line.partition(" = ")[0]
        if line.startswith("# "):
            groups.append((line.removeprefix("# "), []))
        elif name in declared and groups:
            groups[-1][1].append((name, declared[name]))
    return [group for group in groups if group[1]]
