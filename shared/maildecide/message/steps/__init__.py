"""One step per file: `apply(mail, context)` yields actions. The module's name is its identity."""
