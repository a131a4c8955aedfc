"""A resolver that says what it is told, and remembers what it was asked."""

from collections.abc import Mapping

from mailcore.dns.interface import Answer, Budget

BUDGET = Budget(5.0, 2, 1e9)


class ScriptedResolver:
    """Answers by `name TYPE`; what it was not told about does not exist."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = dict(answers)
        self.queries: list[str] = []

    async def query(self, name: str, rdtype: str, *, budget: Budget) -> Answer:
        """Answer a question."""
        question = f"{name} {rdtype}"
        self.queries.append(question)
        return self.answers.get(question, Answer("no_name"))


def found(*records: str) -> Answer:
    """Give an answer with addresses or names."""
    return Answer("found", records, 300)
