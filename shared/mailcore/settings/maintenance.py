"""Which services rest while an operator works on what they use."""

from mailcore.settings.group import SettingsGroup


class MaintenanceSettings(SettingsGroup):
    """Maintenance mode, service by service. It holds in every replica within a second and across restarts."""

    ingress: bool = False
    """Whether SMTP clients are turned away with 421 4.3.2.

    Ports stay open. New connections are told so in the greeting; in open sessions the next transaction is.
    """

    processor: bool = False
    """Whether processors take no new work from the queues. What is accepted meanwhile waits, durable."""
