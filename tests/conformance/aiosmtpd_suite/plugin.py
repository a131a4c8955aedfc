"""The pytest plugin that puts our session where aiosmtpd's tests expect its own class.

Replies are compared by their codes: the texts differ on purpose.
"""

import importlib.resources
import sys
import types

import aiosmtpd.controller
import aiosmtpd.smtp
from aiosmtpd.testing.statuscodes import StatusCode
from tests.conformance.aiosmtpd_suite.adaptor import AdaptedSession


def _resource_filename(package: str, name: str) -> str:
    """Stand in for the one function of pkg_resources that the tests use; newer setuptools have it no longer."""
    return str(importlib.resources.files(package) / name)


def _has_same_code(self: StatusCode, other: object) -> bool:
    return isinstance(other, tuple) and self[0] == other[0]


def _has_other_code(self: StatusCode, other: object) -> bool:
    return not _has_same_code(self, other)


stand_in = types.ModuleType("pkg_resources")
vars(stand_in)["resource_filename"] = _resource_filename
sys.modules.setdefault("pkg_resources", stand_in)
for module in (aiosmtpd.smtp, aiosmtpd.controller):
    vars(module)["SMTP"] = AdaptedSession
for name, method in {"__eq__": _has_same_code, "__ne__": _has_other_code, "__hash__": tuple.__hash__}.items():
    setattr(StatusCode, name, method)
