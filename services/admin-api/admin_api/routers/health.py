"""`/healthz`, `/readyz`, `/metrics`: what an orchestrator and a monitor ask, without a token.

The answers are those of every other service (`mailcore.health`); only the port is the API's own.
"""

from typing import Any

from fastapi import APIRouter, Request, Response

from admin_api.answers import Answers
from admin_api.stores import Parts
from mailcore.health import Answer, alive, metrics_page, ready

router = APIRouter(tags=["health"])


def _status(status: int, description: str, example: dict[str, Any]) -> Answers:
    content = {"application/json": {"schema": {"type": "object"}, "example": example}}
    return {status: {"description": description, "content": content}}


@router.get(
    "/healthz",
    operation_id="healthz",
    summary="Whether the process answers",
    response_class=Response,
    responses=_status(200, "It does.", {"status": "ok"}),
)
async def healthz() -> Response:
    """Asks nothing else."""
    return _response(alive())


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="Whether database and broker can be reached",
    response_class=Response,
    responses=_status(200, "Both.", {"status": "ready"})
    | _status(503, "Not both.", {"status": "not ready", "problems": {"database": "no answer within 5 s"}}),
)
async def readyz(parts: Parts) -> Response:
    """Names what cannot, and why."""
    return _response(await ready(parts.checks))


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Counters, gauges and histograms for Prometheus",
    response_class=Response,
    responses={
        200: {
            "description": "All of them.",
            "content": {
                kind: {"schema": {"type": "string"}, "example": "hikyaku_sessions 0.0\n"}
                for kind in ("text/plain", "application/openmetrics-text")
            },
        }
    },
)
async def metrics(parts: Parts, request: Request) -> Response:
    """In the text format that Accept prefers."""
    return _response(metrics_page(parts.registry, request.headers.get("accept", "")))


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, {"Content-Type": answer.content_type, "Cache-Control": "no-store"})
