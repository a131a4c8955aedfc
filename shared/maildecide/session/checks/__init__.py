"""One check per file: `check(facts, settings) -> Reply | None`; None lets pass. The module's name is its identity."""
