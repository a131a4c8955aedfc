"""When a message is tried again, and when its time is over. Pure; times in seconds since the epoch."""

from mailcore.settings import DeliverySettings

_LONGER_BY = 0.1


def next_attempt(attempt: int, settings: DeliverySettings, now: float, chance: float) -> float:
    """Give when to try again after `attempt` of them failed; `chance` from 0 to 1 keeps replicas out of step.

    Never earlier than the settings say: who greylists counts from the first try, and begins anew for the impatient.
    """
    delays = settings.retry_seconds
    delay = delays[min(max(attempt, 1), len(delays)) - 1]
    return now + delay * (1.0 + _LONGER_BY * chance)


def gives_up_at(accepted_at: float, settings: DeliverySettings) -> float:
    """Give when a message that was accepted then is given up."""
    return accepted_at + settings.lifetime_seconds


def is_delay_due(accepted_at: float, settings: DeliverySettings, now: float) -> bool:
    """Whether the sender of a message that is still here should hear that it is late."""
    return 0 < settings.delay_notice_seconds <= now - accepted_at
