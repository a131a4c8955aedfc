"""The real servers that tests and benches run against: private ones, on free ports of the loopback, gone afterwards.

`python -m tests.parts` starts both, prints their URLs and keeps them until it is interrupted.
"""

from tests.parts.postgresql import PostgreSQL
from tests.parts.rabbitmq import RabbitMQ

__all__ = ["PostgreSQL", "RabbitMQ"]
