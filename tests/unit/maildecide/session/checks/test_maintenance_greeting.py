from tests.builders import a_client

from mailcore import replies
from mailcore.settings import MaintenanceSettings, RuntimeSettings
from maildecide.session.checks import maintenance_greeting
from maildecide.session.facts import ConnectFacts


def test_maintenance_greeting() -> None:
    resting = RuntimeSettings(maintenance=MaintenanceSettings(ingress=True))
    for client in (a_client(), a_client(is_passed=True), a_client(listener="submission")):
        assert maintenance_greeting.check(ConnectFacts(client), resting) == replies.UNDER_MAINTENANCE
        assert maintenance_greeting.check(ConnectFacts(client), RuntimeSettings()) is None
