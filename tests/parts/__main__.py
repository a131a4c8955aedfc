"""Start both parts, print their URLs and keep them until interrupted."""

import signal

from tests.parts import PostgreSQL, RabbitMQ


def main() -> None:
    """Run until SIGINT or SIGTERM."""
    wanted = {signal.SIGINT, signal.SIGTERM}
    # Blocked in every thread made from here on: only `sigwait` takes them.
    signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
    with PostgreSQL() as postgresql, RabbitMQ() as rabbitmq:
        print(f"DATABASE_URL={postgresql.url}")
        print(f"AMQP_URL={rabbitmq.url}", flush=True)
        signal.sigwait(wanted)


if __name__ == "__main__":
    main()
