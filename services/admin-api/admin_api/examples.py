"""What the OpenAPI document shows of each kind of thing: one example for every operation."""

from dataclasses import dataclass
from typing import Any

from mailcore import replies

_MADE = {"created_at": "2026-03-01T09:00:00Z", "updated_at": "2026-03-01T09:00:00Z"}
_DKIM_RECORD = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
MESSAGE_ID = "019cf2a4-7c00-7d3e-9a41-5b2f6c1e8d70"


@dataclass(frozen=True, slots=True)
class Example:
    """One thing as it is written, changed and read."""

    key: str
    written: dict[str, Any]
    changed: dict[str, Any]
    read: dict[str, Any]


DOMAIN = Example(
    key="example.com",
    written={"name": "example.com"},
    changed={"catch_all_address": "ayumi@example.com"},
    read={"id": 1, "name": "example.com", "catch_all_address": None, "case_sensitive": False, **_MADE},
)

ACCOUNT = Example(
    key="ayumi@example.com",
    written={"address": "ayumi@example.com", "password": "correct horse battery", "enabled": True},
    changed={"enabled": False},
    read={
        "id": 1,
        "address": "ayumi@example.com",
        "enabled": True,
        "mailbox": "example.com/ayumi",
        "quota_bytes": None,
        "quota_messages": None,
        "max_receive_size": None,
        "cancel_list": [],
        **_MADE,
    },
)

FORWARD = Example(
    key="3",
    written={"to": ["ken@example.org"], "only_from": ["@example.net"], "keep_copy": False},
    changed={"keep_copy": True, "position": 1},
    read={
        "id": 3,
        "position": 1,
        "to": ["ken@example.org"],
        "keep_copy": False,
        "only_from": ["@example.net"],
        "content": "full",
        "enabled": True,
        **_MADE,
    },
)

DKIM_KEY = Example(
    key="20260301-ed25519",
    written={"algorithm": "ed25519-sha256"},
    changed={"state": "active"},
    read={
        "id": 1,
        "domain": "example.com",
        "selector": "20260301-ed25519",
        "algorithm": "ed25519-sha256",
        "state": "pending",
        "state_since": "2026-03-01T09:00:00Z",
        "removable_at": None,
        "record": {
            "name": "20260301-ed25519._domainkey.example.com",
            "type": "TXT",
            "value": _DKIM_RECORD,
            "strings": [_DKIM_RECORD],
            "zone": f'20260301-ed25519._domainkey.example.com. IN TXT ( "{_DKIM_RECORD}" )',
        },
        **_MADE,
    },
)

DKIM_PUBLICATION: dict[str, Any] = {"status": "published", "reason": "", "found": [_DKIM_RECORD]}

AUTOREPLY_WRITTEN: dict[str, Any] = {
    "body": "I am away until Monday.\n",
    "subject": "Away: %s",
    "starts_at": "2026-03-01T18:00:00+09:00",
    "ends_at": "2026-03-09T09:00:00+09:00",
}

AUTOREPLY: dict[str, Any] = {
    "id": 1,
    "enabled": True,
    "body": "I am away until Monday.\n",
    "subject": "Away: %s",
    "starts_at": "2026-03-01T09:00:00Z",
    "ends_at": "2026-03-09T00:00:00Z",
    "interval_hours": 24,
    **_MADE,
}

ALIAS = Example(
    key="sales@example.com",
    written={"address": "sales@example.com", "to": ["ayumi@example.com", "ken@example.org"]},
    changed={"to": ["ayumi@example.com"]},
    read={"id": 1, "address": "sales@example.com", "to": ["ayumi@example.com", "ken@example.org"], **_MADE},
)

ACCESS_RULE = Example(
    key="7",
    written={
        "kind": "ban",
        "match": "192.0.2.0/24",
        "comment": "a flood since February",
        "expires_at": "2026-04-01T00:00:00Z",
    },
    changed={"position": 1},
    read={
        "id": 7,
        "position": 1,
        "kind": "ban",
        "match": "192.0.2.0/24",
        "comment": "a flood since February",
        "expires_at": "2026-04-01T00:00:00Z",
        **_MADE,
    },
)

_SCANNER = {"name": "virus scanner", "command": ["scan.py", "--fast"], "scope": "example.com"}
ADDON = Example(
    key="2",
    written=_SCANNER,
    changed={"enabled": False},
    read={"id": 2, "position": 1, **_SCANNER, "url": None, "enabled": True, **_MADE},
)

HEADER_RULE = Example(
    key="3",
    written={
        "name": "mark advertisements",
        "when": [
            {"kind": "header", "name": "Subject", "op": "contains", "value": "未承諾広告"},
            {"kind": "not", "of": {"kind": "verdict", "name": "authenticated", "value": "yes"}},
        ],
        "actions": [
            {"kind": "prefix_subject", "text": "[AD] "},
            {"kind": "put_into_folder", "folder": "Advertisements"},
        ],
        "scope": "example.com",
    },
    changed={"enabled": False},
    read={
        "id": 3,
        "position": 1,
        "name": "mark advertisements",
        "when": [
            {"kind": "header", "name": "Subject", "op": "contains", "value": "未承諾広告", "case_sensitive": False},
            {"kind": "not", "of": {"kind": "verdict", "name": "authenticated", "value": "yes"}},
        ],
        "actions": [
            {"kind": "prefix_subject", "text": "[AD] "},
            {"kind": "put_into_folder", "folder": "Advertisements"},
        ],
        "scope": "example.com",
        "direction": "incoming",
        "enabled": True,
        **_MADE,
    },
)

RULE_SAMPLE: dict[str, Any] = {
    "rules": [HEADER_RULE.written],
    "message": "From: shop@example.net\nSubject: 未承諾広告 offers\n\nBuy now.\n",
    "sender": "shop@example.net",
    "recipient": "ayumi@example.com",
}

RULE_TRIAL: dict[str, Any] = {
    "reply": None,
    "targets": [
        {
            "target": "ayumi@example.com",
            "applied": [
                {
                    "rule": 1,
                    "name": "mark advertisements",
                    "did": "prefix_subject; put_into_folder Advertisements",
                }
            ],
            "header": "From: shop@example.net\r\nSubject: [AD] 未承諾広告 offers\r\n",
            "disposition": "stored",
            "folder": ".Advertisements",
            "sent_to": [],
            "reason": None,
        }
    ],
}

REVISION: dict[str, Any] = {
    "number": 1,
    "at": "2026-03-01T09:00:00Z",
    "author": "first",
    "changes": [{"key": "smtp.max_recipients", "before": 100, "after": 250}],
    "overrides": {"smtp": {"max_recipients": 250}},
}

AUDIT_ENTRY: dict[str, Any] = {
    "id": 1,
    "at": "2026-03-01T09:00:00Z",
    "author": "first",
    "action": "create",
    "entity": "domain",
    "key": "example.com",
    "before": None,
    "after": DOMAIN.read,
}

TRASHED: dict[str, Any] = {
    "id": "7d9c1c8e-5f0b-5c2a-8a86-1d7a0f0d4f21",
    "message_id": MESSAGE_ID,
    "at": "2026-03-01T09:00:00Z",
    "reason": "the client is banned",
    "client_ip": "192.0.2.7",
    "sender": "ken@example.org",
    "recipients": ["ayumi@example.com"],
    "size": 2048,
}

_EVENT: dict[str, Any] = {
    "at": "2026-03-01T09:00:00Z",
    "service": "ingress",
    "settings_revision": 1,
    "stage": "rcpt",
    "what": "recipient_accepted",
    "decided_by": None,
    "reply": str(replies.RECIPIENT_OK),
    "recipient": "ayumi@example.com",
    "detail": {},
}

MESSAGE: dict[str, Any] = {
    "id": MESSAGE_ID,
    "at": "2026-03-01T09:00:00Z",
    "outcome": "delivered",
    "client_ip": "192.0.2.7",
    "sender": "ken@example.org",
    "message_id": "<hello@example.org>",
    "recipients": [{"address": "ayumi@example.com", "outcome": "delivered", "service": "processor"}],
    "count": 1,
}

STORY: dict[str, Any] = {**MESSAGE, "events": [_EVENT]}

TOKEN: dict[str, Any] = {
    "id": 2,
    "name": "console",
    "scopes": ["read", "write"],
    "created_at": "2026-03-01T09:00:00Z",
    "expires_at": "2027-03-01T00:00:00Z",
    "last_used_at": None,
}

TOKEN_WRITTEN: dict[str, Any] = {
    "name": "console",
    "scopes": ["read", "write"],
    "expires_at": "2027-03-01T00:00:00Z",
}
