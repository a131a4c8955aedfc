"""One message: load, plan, execute. The decisions are `maildecide`'s, the effects `execute`'s."""

from collections.abc import Sequence
from dataclasses import dataclass

from mailcore.mail.incoming import Incoming
from maildecide.message.pipeline import PIPELINE, Step, plan_message
from maildecide.message.plan import Plan
from processor.effects.executed import Executed
from processor.execute import Executor
from processor.load import Loader
from processor.mailboxes import LookTwice


@dataclass(frozen=True, slots=True)
class Processed:
    """What was planned for a message and what became of it."""

    plans: Sequence[Plan]
    executed: Sequence[Executed]
    settings_revision: int


class Processor:
    """Processes messages; the steps are those of the pipeline unless a test brings others."""

    def __init__(self, loader: Loader, executor: Executor, pipeline: tuple[Step, ...] = PIPELINE) -> None:
        self._loader = loader
        self._executor = executor
        self._pipeline = pipeline

    async def process(self, incoming: Incoming, *, look_twice: LookTwice, deadline: float) -> Processed:
        """Process `incoming` and return when everything it asks for is durable.

        `look_twice` says whether some of it may have been done before. What is not done by `deadline` (of the event
        loop's clock) becomes jobs. Raises DatabaseAway, ContentAway, ContentMissing, Malformed.
        """
        loaded = await self._loader.load(incoming)
        plans = plan_message(self._pipeline, loaded.mail, loaded.contexts)
        executed = await self._executor.execute(
            incoming, plans, loaded.settings_revision, look_twice=look_twice, deadline=deadline
        )
        return Processed(plans, executed, loaded.settings_revision)
