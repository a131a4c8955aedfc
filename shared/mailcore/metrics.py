"""Every metric of every service, declared once and built by the composition root of each."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


class Metrics:
    """The counters, gauges and histograms of one process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.accepted = Counter(
            "hikyaku_messages_accepted", "Messages that got their 250.", ["listener"], registry=registry
        )
        self.refused = Counter(
            "hikyaku_refused",
            "Commands and messages refused, by stage and check.",
            ["stage", "check"],
            registry=registry,
        )
        self.aborted = Counter(
            "hikyaku_messages_aborted", "Messages whose client went away inside them.", registry=registry
        )
        self.sessions = Gauge("hikyaku_sessions", "Open SMTP sessions.", registry=registry, multiprocess_mode="livesum")
        self.accept_seconds = Histogram(
            "hikyaku_accept_seconds",
            "From the end of data to its reply.",
            buckets=_SECONDS,
            registry=registry,
        )
        self.delivered = Counter(
            "hikyaku_delivered",
            "Recipients' copies stored or handed on, by effect.",
            ["effect"],
            registry=registry,
        )
        self.deferred = Counter(
            "hikyaku_deferred", "Effects that became jobs, by effect.", ["effect"], registry=registry
        )
        self.dead = Counter("hikyaku_dead_letters", "Messages given up on.", registry=registry)
        self.repeated = Counter(
            "hikyaku_repeated",
            "Effects met a second time and found done, by effect.",
            ["effect"],
            registry=registry,
        )
        self.process_seconds = Histogram(
            "hikyaku_process_seconds",
            "From taking a message to its acknowledgement.",
            buckets=_SECONDS,
            registry=registry,
        )
        self.transit_seconds = Histogram(
            "hikyaku_transit_seconds",
            "From acceptance to the acknowledgement.",
            buckets=_SECONDS,
            registry=registry,
        )
        self.jobs_done = Counter(
            "hikyaku_jobs", "Delivery jobs ended, by kind and result.", ["kind", "result"], registry=registry
        )
        self.backlog = Gauge(
            "hikyaku_backlog",
            "Messages waiting, by queue.",
            ["queue"],
            registry=registry,
            multiprocess_mode="mostrecent",
        )
        self.trace_dropped = Counter(
            "hikyaku_trace_dropped",
            "Trace rows dropped because the database was slow or away.",
            registry=registry,
        )
        self.requests = Histogram(
            "hikyaku_api_seconds",
            "REST requests, by route and status.",
            ["method", "route", "status"],
            buckets=_SECONDS,
            registry=registry,
        )
