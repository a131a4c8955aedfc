"""The documentation that follows from declarations: one module per page, each `page() -> str`.

`python -m tools.docs` writes them, `--check` says which are stale; `make docs` and `make check` call it.
"""
