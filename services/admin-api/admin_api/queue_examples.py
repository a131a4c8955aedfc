"""What the OpenAPI document shows of the queue."""

from typing import Any

from admin_api.examples import MESSAGE_ID

JOB: dict[str, Any] = {
    "id": "0b1f0f0e-6d3f-5c1e-8f3a-2f1f6a1c9b11",
    "kind": "local",
    "destination": "ayumi@example.com",
    "state": "ready",
    "attempt": 2,
    "next_attempt_at": "2026-03-01T09:15:00Z",
    "message_id": MESSAGE_ID,
    "created_at": "2026-03-01T09:00:00Z",
    "last_error": "No space left on device",
    "sender": "hanako@example.net",
    "recipients": ["ayumi@example.com"],
}

QUEUED_DESTINATION: dict[str, Any] = {
    "destination": "example.org",
    "jobs": 120,
    "in_flight": 0,
    "held": 3,
    "oldest_at": "2026-03-01T09:00:00Z",
    "rests_until": "2026-03-01T09:20:00Z",
    "last_error": "connect: Connection refused",
}

DEAD_LETTER: dict[str, Any] = {
    "id": MESSAGE_ID,
    "at": "2026-03-01T09:00:00Z",
    "queue": "hikyaku.incoming",
    "message_id": MESSAGE_ID,
    "attempt": 5,
    "reason": "ValueError: something nobody foresaw",
    "sender": "ken@example.org",
    "recipients": ["ayumi@example.com"],
    "size": 2048,
}
