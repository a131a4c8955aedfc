"""The lists are the table of contents: what is not in them does not run."""

import ast
import typing
from types import ModuleType

import pytest
from tests.architecture.sources import PACKAGES, ROOT, source_files, tree

from maildecide.message import actions, pipeline
from maildecide.session import stages

STAGES = (
    stages.ADMIT,
    stages.CONNECT,
    stages.GREET,
    stages.HELO,
    stages.AUTH_ATTEMPT,
    stages.AUTH,
    stages.MAIL,
    stages.MAIL_REVERSE,
    stages.MAIL_SENDER_DOMAIN,
    stages.RCPT,
    stages.RCPT_LISTING,
    stages.RCPT_ALLOWANCE,
    stages.MESSAGE,
    stages.MESSAGE_ORIGIN,
    stages.MESSAGE_RULES,
)


def _modules(folder: str) -> list[str]:
    return sorted(path.stem for path in (PACKAGES["maildecide"] / folder).glob("*.py") if path.stem != "__init__")


def test_every_check_is_in_exactly_one_stage() -> None:
    listed = [check.__module__.rpartition(".")[2] for stage in STAGES for check in stage]
    assert sorted(listed) == _modules("session/checks")


def test_every_step_is_in_the_pipeline_exactly_once() -> None:
    listed = [step.__module__.rpartition(".")[2] for step in pipeline.PIPELINE]
    assert sorted(listed) == _modules("message/steps")


def test_every_effect_is_executed() -> None:
    """Mypy checks that the match is complete; this checks that there is one, closed by assert_never."""
    path = PACKAGES["processor"] / "execute.py"
    matched = {
        pattern.cls.id
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Match)
        for case in node.cases
        for pattern in (case.pattern.patterns if isinstance(case.pattern, ast.MatchOr) else [case.pattern])
        if isinstance(pattern, ast.MatchClass) and isinstance(pattern.cls, ast.Name)
    }
    effects = {effect.__name__ for effect in typing.get_args(actions.Effect)}
    assert effects <= matched
    assert "assert_never" in path.read_text(encoding="utf-8")


def test_every_check_and_step_has_its_test() -> None:
    for kind in ("session/checks", "message/steps"):
        tests = {path.stem for path in (ROOT / "tests/unit/maildecide" / kind).glob("test_*.py")}
        assert {f"test_{name}" for name in _modules(kind)} <= tests


@pytest.mark.slow
def test_every_event_is_used() -> None:
    from mailcore import events  # noqa: PLC0415 - beside the only test that needs it

    assert _unused(events, {name for name in vars(events) if name.isupper()}) == set()


def _unused(module: ModuleType, names: set[str]) -> set[str]:
    declared_in = module.__file__
    for path in source_files():
        if str(path) != declared_in:
            names -= {
                node.attr if isinstance(node, ast.Attribute) else node.id
                for node in ast.walk(tree(path))
                if isinstance(node, ast.Attribute | ast.Name)
            }
    return names
