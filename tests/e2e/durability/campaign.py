"""A durability campaign: load, chaos and a mail client at once, then calm, then the count.

The same for tests, which run it for about a minute, and for `soak`, which runs it as long as one likes.
"""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.e2e.durability.chaos import Chaos
from tests.e2e.durability.ledger import Findings, Ledger, examine
from tests.e2e.durability.load import Load
from tests.e2e.durability.mail_client import MailClient
from tests.e2e.forms import Form
from tests.parts.server import Server

ADDRESSES = [f"user{number}@example.com" for number in range(8)]
CALM_SECONDS = 200.0
"""Most seconds until all is delivered once everything runs again: a copy that was postponed waits for a minute."""


@dataclass(frozen=True)
class Plan:
    """How long and how hard."""

    seed: int
    seconds: float
    clients: int = 8
    pause: float = 0.06
    """Seconds between the transactions of a client."""
    every: float = 2.5
    """Seconds between the blows that services get."""
    servers_every: float = 6.0
    """Seconds between the blows that the broker and the database get."""
    freeze_seconds: float = 3.0


@dataclass(frozen=True)
class Report:
    """What a campaign found."""

    plan: Plan
    form: str
    ledger: Ledger
    findings: Findings
    struck: Counter[str]
    died: list[str]
    moves: int
    errors: Counter[str] = field(default_factory=Counter)
    """What the services logged as errors, which is for information."""
    calm_after: float = 0.0
    """Seconds until all was delivered."""

    @property
    def faults(self) -> dict[str, list[str]]:
        """Everything that must not be, by its name; empty lists when all is well."""
        found = self.findings
        return {
            "lost": found.lost,
            "repeated": found.repeated,
            "invented": found.invented,
            "damaged": found.damaged,
            "refused for good": list(self.ledger.refused),
            "answered late": self.ledger.slow,
            "died by themselves": self.died,
        }

    def __str__(self) -> str:
        counts = ", ".join(f"{len(cases)} {name}" for name, cases in self.faults.items())
        sent = f"{len(self.ledger.accepted)} accepted of {len(self.ledger.letters)} sent"
        struck = ", ".join(f"{count} x {name}" for name, count in sorted(self.struck.items()))
        put_off = ", ".join(f"{count} x {reply}" for reply, count in self.ledger.put_off.items())
        return "\n  ".join(
            [
                f"durability of the {self.form} form, seed {self.plan.seed}, {self.plan.seconds:g} s:",
                f"{sent}: {counts}; {self.findings.unanswered} came without a 250",
                f"{sum(self.struck.values())} blows: {struck}",
                f"{self.moves} moves in mailboxes; all delivered after {self.calm_after:.1f} s of calm",
                f"put off: {put_off or 'none'}",
                f"logged as errors: {dict(self.errors) or 'none'}",
            ]
        )


async def run_campaign(form: Form, servers: Sequence[Server], queued: Callable[[], int], plan: Plan) -> Report:
    """Run a campaign against a running form; `queued` counts what is on the bus."""
    await asyncio.to_thread(form.make_accounts, *ADDRESSES)
    ledger = Ledger()
    rng = random.Random(f"chaos {plan.seed}")  # noqa: S311 - no secret
    chaos = Chaos(form, servers, rng, freeze_seconds=plan.freeze_seconds)
    mail_client = MailClient(map(form.mailbox, ADDRESSES), random.Random(f"mail client {plan.seed}"))  # noqa: S311 - no secret
    load = Load(form.ports["smtp"], ADDRESSES, ledger, plan.seed, plan.pause)
    storm_over, all_over = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(load.run(plan.clients, storm_over))
        group.create_task(mail_client.run(all_over))
        storm = group.create_task(chaos.run(storm_over, every=plan.every, servers_every=plan.servers_every))
        await asyncio.sleep(plan.seconds)
        storm_over.set()
        await storm
        await asyncio.to_thread(form.start)
        calm_after = await _calm(form, queued)
        all_over.set()
    return Report(
        plan=plan,
        form=form.name,
        ledger=ledger,
        findings=examine(ledger, {address: form.messages(address) for address in ADDRESSES}),
        struck=chaos.struck,
        died=chaos.died,
        moves=mail_client.moves,
        errors=errors_in(form),
        calm_after=calm_after,
    )


def errors_in(form: Form) -> Counter[str]:
    """Count what the services of a form logged as errors."""
    counts: Counter[str] = Counter()
    for service in form.services.values():
        for line in service.log_file.read_text(encoding="utf-8", errors="replace").splitlines():
            # A process that is killed may leave half a line.
            if line.startswith("{") and line.endswith("}"):
                said = json.loads(line)
                if said.get("level") in {"error", "critical"}:
                    counts[f"{service.name}: {said['event']}"] += 1
    return counts


async def _calm(form: Form, queued: Callable[[], int]) -> float:
    """Wait until nothing waits anywhere, or for as long as that may take; give the seconds."""
    began = time.monotonic()
    while (now := time.monotonic()) < began + CALM_SECONDS:
        if not await asyncio.to_thread(_waits, form, queued):
            return now - began
        await asyncio.sleep(1)
    return CALM_SECONDS


def _waits(form: Form, queued: Callable[[], int]) -> bool:
    """Whether a message is on the bus, in hand or in a job; looked at in the order in which it moves."""
    return bool(queued() or form.api.get("/queue").json()["items"])
