"""Every metric of every service, declared once and built by the composition root of each.

`docs/metrics.md` is generated from this file.
"""

from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


class Metrics:
    """The counters, gauges and histograms of one process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        count = partial(Counter, registry=registry)
        seconds = partial(Histogram, buckets=_SECONDS, registry=registry)
        gauge = partial(Gauge, registry=registry)
        # Ingress
        self.accepted = count("hikyaku_messages_accepted", "Messages that got their 250.", ["listener"])
        self.refused = count(
            "hikyaku_refused", "Commands and messages refused, by stage and check.", ["stage", "check"]
        )
        self.aborted = count("hikyaku_messages_aborted", "Messages whose client went away inside them.")
        self.sessions = gauge("hikyaku_sessions", "Open SMTP sessions.", multiprocess_mode="livesum")
        self.accept_seconds = seconds("hikyaku_accept_seconds", "From the end of data to its reply.")
        # Processor
        self.delivered = count("hikyaku_delivered", "Copies stored or handed on, by effect.", ["effect"])
        self.deferred = count("hikyaku_deferred", "Effects that became jobs, by effect.", ["effect"])
        self.repeated = count("hikyaku_repeated", "Effects met again and found done, by effect.", ["effect"])
        self.failed = count("hikyaku_failed", "Recipients that other servers would not take, or not in time.")
        self.unsure = count("hikyaku_unsure", "Messages sent whose reply was lost: they may arrive twice.")
        self.reports = count("hikyaku_reports", "Reports to senders, by what they are about.", ["action"])
        self.signatures = count("hikyaku_signatures", "Messages to be signed (DKIM), by what became of it.", ["result"])
        self.tls = count("hikyaku_tls", "Sessions by what TLS had to be and became.", ["policy", "result"])
        self.dead = count("hikyaku_dead_letters", "Messages given up on.")
        self.addons = count("hikyaku_addons", "Turns of addons, by name and result.", ["addon", "result"])
        self.jobs_done = count("hikyaku_jobs", "Delivery jobs ended, by kind and result.", ["kind", "result"])
        self.process_seconds = seconds("hikyaku_process_seconds", "From taking a message to its acknowledgement.")
        self.transit_seconds = seconds("hikyaku_transit_seconds", "From acceptance to the acknowledgement.")
        self.backlog = gauge("hikyaku_backlog", "Messages waiting.", ["queue"], multiprocess_mode="mostrecent")
        # Both, and the REST API
        self.trace_dropped = count("hikyaku_trace_dropped", "Trace rows dropped: the database was slow or away.")
        self.requests = seconds("hikyaku_api_seconds", "REST requests, by route.", ["method", "route", "status"])
