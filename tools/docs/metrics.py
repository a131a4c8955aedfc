"""docs/metrics.md: every Prometheus metric, from the declarations in `mailcore.metrics`."""

from prometheus_client import CollectorRegistry

from mailcore.metrics import Metrics
from tools.docs.markdown import GENERATED, code, table

_HEAD = """# Metrics

`GET /metrics` of each service: HEALTH_PORT of ingress and processor, ADMIN_PORT of the REST API.

"""


def page() -> str:
    """Give the page."""
    metrics = vars(Metrics(CollectorRegistry()))
    collectors = (metric for metric in metrics.values() if hasattr(metric, "describe") and hasattr(metric, "labels"))
    rows = (
        [
            code(_sample(described.name, described.type)),
            described.type,
            ", ".join(map(code, metric._labelnames)),  # noqa: SLF001 - the library shows it nowhere else
            described.documentation,
        ]
        for metric in collectors
        for described in metric.describe()
    )
    return (
        GENERATED.format(source="shared/mailcore/metrics.py")
        + "\n\n"
        + _HEAD
        + table(["metric", "kind", "labels", "what it counts"], rows)
    )


def _sample(name: str, kind: str) -> str:
    """Give the name as the page of metrics has it."""
    return f"{name}_total" if kind == "counter" else name
