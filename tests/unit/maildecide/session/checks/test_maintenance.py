from tests.builders import a_client, mail_facts

from mailcore import replies
from mailcore.settings import MaintenanceSettings, RuntimeSettings
from maildecide.session.checks import maintenance


def test_maintenance() -> None:
    resting = RuntimeSettings(maintenance=MaintenanceSettings(ingress=True))
    for client in (a_client(), a_client(account="ada@example.com"), a_client(is_passed=True)):
        assert maintenance.check(mail_facts(client=client), resting) == replies.UNDER_MAINTENANCE
        assert maintenance.check(mail_facts(client=client), RuntimeSettings()) is None
    others = RuntimeSettings(maintenance=MaintenanceSettings(processor=True))
    assert maintenance.check(mail_facts(), others) is None
