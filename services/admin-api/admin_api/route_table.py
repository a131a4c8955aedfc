"""Which routes there are, by path: for the Allow field of a 405 and for the names under which requests are counted."""

import re
from collections.abc import Mapping

from starlette.routing import compile_path

UNKNOWN = "(unknown)"
"""The name of every path that is no route: a counter per path that strangers think up would have no end."""


class RouteTable:
    """The paths of an OpenAPI document. One that is spelt out goes before those that it would be a value for."""

    def __init__(self, document: Mapping[str, Mapping[str, Mapping[str, object]]]) -> None:
        self._routes: list[tuple[re.Pattern[str], str, frozenset[str]]] = [
            (compile_path(template)[0], template, frozenset(method.upper() for method in operations))
            for template, operations in sorted(document["paths"].items(), key=_values)
        ]

    def template(self, path: str) -> str:
        """Give the route that `path` leads to, or `UNKNOWN`."""
        return next((template for pattern, template, _ in self._routes if pattern.match(path)), UNKNOWN)

    def methods(self, path: str) -> frozenset[str]:
        """Give the methods that `path` allows; HEAD goes with GET."""
        allowed: frozenset[str] = next(
            (methods for pattern, _, methods in self._routes if pattern.match(path)), frozenset()
        )
        return allowed | {"HEAD"} if "GET" in allowed else allowed


def _values(path: tuple[str, object]) -> int:
    """Give how many values the template of a path takes."""
    return path[0].count("{")
