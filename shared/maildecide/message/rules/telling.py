"""What a rule has done, in words for the trace."""

from mailcore.directory.rule_action import (
    AddHeader,
    CopyTo,
    PutIntoFolder,
    Redirect,
    RemoveHeader,
    RenameHeader,
    RuleAction,
    SetHeader,
)


def told(action: RuleAction) -> str:
    """Give the action in short, without texts that may be long."""
    match action:
        case AddHeader(name=name) | SetHeader(name=name) | RemoveHeader(name=name):
            return f"{action.kind} {name}"
        case RenameHeader(name=name, to=to):
            return f"{action.kind} {name} {to}"
        case PutIntoFolder(folder=folder):
            return f"{action.kind} {folder}"
        case Redirect(to=to) | CopyTo(to=to):
            return f"{action.kind} {' '.join(to)}"
        case _:
            return action.kind
