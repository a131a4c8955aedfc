"""docs/settings.md: every setting, from the models in `mailcore.settings`."""

from mailcore.settings import RuntimeSettings
from tools.docs.markdown import GENERATED, code, table
from tools.docs.schema import Schema, allowed, default

_HEAD = """# Settings

What may change while the pipeline runs. `GET /api/v1/settings/<group>` shows a group, `PATCH` changes it by a JSON
merge patch (`null` puts a key back to its default); a change holds in every replica within a second. What needs a
restart is in [environment.md](environment.md).
"""


def page() -> str:
    """Give the page."""
    schema = RuntimeSettings.model_json_schema()
    parts = [GENERATED.format(source="shared/mailcore/settings/"), "\n\n", _HEAD]
    for name, group in schema["properties"].items():
        fields = schema["$defs"][group["$ref"].rpartition("/")[2]]
        parts.append(f"\n## {name}\n\n{fields['description']}\n\n{_table(fields)}\n{_notes(fields)}")
    return "".join(parts).rstrip() + "\n"


def _table(group: Schema) -> str:
    rows = (
        [f"[{code(name)}](#{name})", allowed(field), default(field), _first_line(field)]
        for name, field in group["properties"].items()
    )
    return table(["key", "allowed", "default", "what it does"], rows)


def _notes(group: Schema) -> str:
    return "".join(f"\n### {name}\n\n{field['description'].strip()}\n" for name, field in group["properties"].items())


def _first_line(field: Schema) -> str:
    return str(field["description"]).strip().split("\n\n")[0]
