"""What the OpenAPI document shows of mailing lists."""

from typing import Any

from admin_api.examples import MESSAGE_ID, Example

_MADE = {"created_at": "2026-03-01T09:00:00Z", "updated_at": "2026-03-01T09:00:00Z"}

LIST = Example(
    key="birds@example.com",
    written={
        "address": "birds@example.com",
        "name": "birds",
        "owner": "ayumi@example.com",
        "subject_tag": "[%n:%05d]",
        "reply_to": "list",
    },
    changed={"moderation": "non_members", "footer_text": "%n, a list of %a\n"},
    read={
        "id": 1,
        "address": "birds@example.com",
        "name": "birds",
        "display_name": "",
        "description": "",
        "owner": "ayumi@example.com",
        "control_address": None,
        "language": "en",
        "posting": "members",
        "posters": [],
        "refused_posters": [],
        "moderation": "none",
        "refusal": "dsn",
        "max_size": None,
        "allowed_types": [],
        "refused_types": [],
        "post_auth": "none",
        "subject_tag": "[%n:%05d]",
        "first_number": 1,
        "reply_to": "list",
        "reply_to_address": None,
        "header_text": "",
        "footer_text": "",
        "dmarc": "munge",
        "subscription": "confirm",
        "subscription_page": False,
        "unsubscription": "confirm",
        "welcome": True,
        "notify_owner": False,
        "notify_poster": True,
        "verp": True,
        "bounce_limit": 5,
        "bounce_decay_days": 7,
        "archive": True,
        "archive_days": None,
        "digest_days": 1,
        "digest_max_size": 102_400,
        **_MADE,
    },
)

MEMBER = Example(
    key="ken@example.org",
    written={"address": "ken@example.org", "name": "Ken", "delivery": "digest"},
    changed={"role": "moderator", "delivery": "on"},
    read={
        "id": 1,
        "address": "ken@example.org",
        "name": "Ken",
        "role": "member",
        "delivery": "digest",
        "can_post": True,
        "digest_format": "mime",
        "trusted": False,
        "suspended": False,
        "delivery_before": None,
        "bounce_score": 1.0,
        "bounced_at": "2026-03-02T12:30:00Z",
        "bounce_reason": "5.1.1 there is nobody of that name",
        "probed_at": None,
        **_MADE,
    },
)

REQUEST: dict[str, Any] = {"wish": "invite", "address": "ken@example.org", "name": "Ken", "text": "Join us!"}

MEMBERS_CSV = "address,name,role,delivery,can_post\r\nken@example.org,Ken,member,on,true\r\n"

IMPORTED: dict[str, Any] = {
    "added": 1998,
    "changed": 0,
    "unchanged": 1,
    "errors": [{"line": 17, "column": "address", "msg": "'ken' has no '@'"}],
}

HELD: dict[str, Any] = {
    "id": "7d9c1c8e-5f0b-5c2a-8a86-1d7a0f0d4f21",
    "message_id": MESSAGE_ID,
    "at": "2026-03-01T09:00:00Z",
    "reason": "every post is looked at first",
    "sender": "ken@example.org",
    "poster": "ken@example.org",
    "subject": "Herons",
    "size": 2048,
}

POST: dict[str, Any] = {
    "number": 12,
    "message_id": MESSAGE_ID,
    "at": "2026-03-01T09:00:00Z",
    "poster": "ken@example.org",
    "subject": "Herons",
    "size": 2048,
}

REJECTION: dict[str, Any] = {"reason": "This belongs on the other list."}

WORDS: dict[str, Any] = {
    "subject": "[{list}] Welcome to the birds",
    "body": "Hello {member},\n\nposts go to {address}. To leave, write unsubscribe to {request}.\n",
}
TEMPLATE: dict[str, Any] = {
    "name": "welcome",
    **WORDS,
    "is_changed": True,
    "placeholders": ["address", "description", "list", "member", "name", "owner", "request"],
}
SHOWN: dict[str, Any] = {
    "subject": "[birds] Welcome to the birds",
    "body": "Hello ken@example.org,\n\nposts go to birds@example.com. To leave, write unsubscribe to"
    " birds-request@example.com.\n",
}
