"""Mailing lists: who may post, what goes out, and what comes back. Pure; `docs/lists.md` has the words."""
