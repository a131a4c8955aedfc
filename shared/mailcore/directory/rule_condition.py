"""When a header rule applies: conditions on the message, its envelope, its client, and what earlier checks found."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from mailcore.directory.client_match import HostSuffix, parse_match, stored_match
from mailcore.directory.rule_text import FieldName
from mailcore.directory.rule_verdicts import VERDICTS
from mailcore.directory.stored import Entity
from mailcore.expression import MOST_CHARACTERS, compile_expression

MOST_LEVELS = 8
"""How deep conditions may be nested."""
MOST_CONDITIONS = 200
"""How many conditions a rule may have, those within others counted."""

Operator = Literal["exists", "equals", "contains", "starts_with", "ends_with", "wildcard", "matches"]


class TextCondition(Entity):
    """A condition on a text."""

    op: Operator
    """How: `exists`, `equals`, `contains`, `starts_with`, `ends_with`; `wildcard` (`*` any text, `?` any character,
    matched with the whole text); `matches` (a regular expression in the syntax of RE2, found anywhere in the first
    16 KiB)."""
    value: Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)] | None = Field(None, validate_default=True)
    """With what; null for `exists` alone."""
    case_sensitive: bool = False
    """Whether upper and lower case differ."""

    @field_validator("value")
    @classmethod
    def _fits(cls, value: str | None, info: ValidationInfo) -> str | None:
        op = info.data.get("op")
        if op == "exists" and value is not None:
            raise ValueError("`exists` has no value")
        if op not in (None, "exists") and value is None:
            raise ValueError(f"`{op}` needs a value")
        if op == "matches" and value is not None:
            try:
                compile_expression(value)
            except ValueError as error:
                raise ValueError(f"not a regular expression: {error}") from None
        return value


class HeaderCondition(TextCondition):
    """Holds when any field of that name has such a value, decoded (RFC 2047) and unfolded."""

    kind: Literal["header"]
    name: FieldName
    """Which field, upper or lower case."""


class SenderCondition(TextCondition):
    """Holds when the envelope sender is such an address; the null sender is the empty text, and does not exist."""

    kind: Literal["sender"]


class RecipientCondition(TextCondition):
    """Holds for a recipient whose address in the envelope is such."""

    kind: Literal["recipient"]


class SizeCondition(Entity):
    """Holds for messages of such a size, in octets as SIZE counts them (RFC 1870)."""

    kind: Literal["size"]
    at_least: Annotated[int, Field(ge=0, le=2**53)] = 0
    """The smallest."""
    at_most: Annotated[int, Field(ge=0, le=2**53)] | None = None
    """The largest. null: no limit."""

    @field_validator("at_most")
    @classmethod
    def _in_order(cls, at_most: int | None, info: ValidationInfo) -> int | None:
        if at_most is not None and at_most < info.data.get("at_least", 0):
            raise ValueError("nothing is at most this and at least that")
        return at_most


class ClientCondition(Entity):
    """Holds for messages from such a client."""

    kind: Literal["client"]
    network: Annotated[str, Field(min_length=1, max_length=300)]
    """An address, a network (`192.0.2.0/24`), a range (`192.0.2.1-192.0.2.9`), or a wildcard (`10.1.*.*`)."""

    @field_validator("network")
    @classmethod
    def _addresses(cls, network: str) -> str:
        if not isinstance(parse_match(network), HostSuffix):
            return stored_match(network)
        raise ValueError("a host name is no network")


class VerdictCondition(Entity):
    """Holds when an earlier check has found this."""

    kind: Literal["verdict"]
    name: str
    """Which check."""
    value: str = Field("yes", validate_default=True)
    """What it found; `yes` is what those can find that find `yes` or `no`."""

    @field_validator("name")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in VERDICTS:
            raise ValueError(f"there is no such verdict; allowed: {', '.join(VERDICTS)}")
        return name

    @field_validator("value")
    @classmethod
    def _possible(cls, value: str, info: ValidationInfo) -> str:
        allowed = VERDICTS.get(info.data.get("name", ""), (value,))
        if value not in allowed:
            raise ValueError(f"allowed: {', '.join(allowed)}")
        return value


class AllCondition(Entity):
    """Holds when all of them do; of none, always."""

    kind: Literal["all"]
    of: "Conditions"
    """They."""


class AnyCondition(Entity):
    """Holds when one of them does; of none, never."""

    kind: Literal["any"]
    of: "Conditions"
    """They."""


class NotCondition(Entity):
    """Holds when the other does not."""

    kind: Literal["not"]
    of: "Condition"
    """The other."""


Condition = Annotated[
    HeaderCondition
    | SenderCondition
    | RecipientCondition
    | SizeCondition
    | ClientCondition
    | VerdictCondition
    | AllCondition
    | AnyCondition
    | NotCondition,
    Field(discriminator="kind"),
]
Conditions = Annotated[tuple[Condition, ...], Field(max_length=MOST_CONDITIONS)]

for _model in (AllCondition, AnyCondition, NotCondition):
    _model.model_rebuild()


def refuse_excess(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Give `conditions` as they are. Raises ValueError when they are too many, or nested too deep."""
    count, level, layer = 0, 0, list(conditions)
    while layer:
        count, level = count + len(layer), level + 1
        if level > MOST_LEVELS or count > MOST_CONDITIONS:
            raise ValueError(f"at most {MOST_CONDITIONS} conditions, nested at most {MOST_LEVELS} deep")
        layer = [inner for outer in layer for inner in _inner(outer)]
    return conditions


def _inner(condition: Condition) -> Iterable[Condition]:
    match condition:
        case AllCondition() | AnyCondition():
            return condition.of
        case NotCondition():
            return (condition.of,)
        case _:
            return ()
