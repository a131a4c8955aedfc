"""docs/environment.md: every environment variable, from the model in `mailcore.environment`."""

from mailcore.environment import Environment
from tools.docs.markdown import GENERATED, code, table
from tools.docs.schema import allowed

_HEAD = """# Environment variables

Read once when a process starts. A wrong value is one line on standard error that names the variable and what is
allowed, and exit code 2. What may change while the pipeline runs is in [settings.md](settings.md).

"""


def page() -> str:
    """Give the page."""
    properties = Environment.model_json_schema()["properties"]
    rows = (
        [code(name.upper()), _allowed(field), _default(field), str(field["description"])]
        for name, field in properties.items()
    )
    return (
        GENERATED.format(source="shared/mailcore/environment.py")
        + "\n\n"
        + _HEAD
        + table(["variable", "allowed", "default", "what it is"], rows)
    )


def _allowed(field: dict[str, object]) -> str:
    return allowed(field).replace(" or `null`", "")


def _default(field: dict[str, object]) -> str:
    if "default" not in field:
        return "found out"
    return "unset" if field["default"] is None else code(field["default"])
