from tests.builders import an_account, resolved

from ingress.gather.usage import usages_of
from mailcore.directory.targets import RemoteTarget, Resolution
from mailcore.directory.usage import Usage

LIMITED = an_account(quota_bytes=10)
COUNTED = an_account("bea@example.com", quota_messages=10)
FREE = an_account("eve@example.com")
OFF = an_account("off@example.com", quota_bytes=10, enabled=False)


class Known:
    """Knows some mailboxes, and who was asked about."""

    def __init__(self, *mailboxes: str) -> None:
        self._mailboxes = mailboxes
        self.asked: list[str] = []

    async def of(self, mailbox: str, now: float) -> Usage | None:
        """Know it or not."""
        self.asked.append(mailbox)
        return Usage(1, int(now)) if mailbox in self._mailboxes else None


async def asked(resolution: Resolution, *known: str) -> tuple[dict[str, Usage], list[str]]:
    source = Known(*known)
    return await usages_of(source, resolution, 7.0), source.asked


async def test_only_who_takes_mail_and_has_a_quota_is_asked_about() -> None:
    behind = resolved(FREE, OFF, RemoteTarget("ken@example.org"), LIMITED, COUNTED)
    usages, looked_at = await asked(behind, LIMITED.mailbox, COUNTED.mailbox, OFF.mailbox)
    assert usages == {LIMITED.mailbox: Usage(1, 7), COUNTED.mailbox: Usage(1, 7)}
    assert looked_at == [LIMITED.mailbox, COUNTED.mailbox]


async def test_after_one_that_is_not_known_nothing_more_is_asked() -> None:
    assert await asked(resolved(LIMITED, COUNTED), COUNTED.mailbox) == ({}, [LIMITED.mailbox])


async def test_about_a_crowd_nothing_is_asked() -> None:
    crowd = [an_account(f"a{n}@example.com", quota_bytes=10) for n in range(21)]
    assert await asked(resolved(*crowd), crowd[0].mailbox) == ({}, [])
    assert len((await asked(resolved(*crowd[1:]), *(one.mailbox for one in crowd)))[0]) == 20


async def test_elsewhere_there_is_nothing_to_ask() -> None:
    assert await asked(Resolution("unmanaged")) == ({}, [])
