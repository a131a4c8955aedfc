import dkim
import pytest
from tests.unit.mailcore.authentication.signing import (
    MESSAGE,
    examined,
    private_pem,
    records,
    resolver,
    rsa_record,
    signed,
)

from mailcore.authentication.dkim.canonical_body import Method
from mailcore.authentication.examination import Limits
from mailcore.authentication.results import DkimVerdict

# RFC 8463 appendix A
EXAMPLE = b"""\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
""".replace(b"\n", b"\r\n")
KEYS = {
    "brisbane._domainkey.football.example.com": b"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    "test._domainkey.football.example.com": b"v=DKIM1; k=rsa; p="
    b"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutA"
    b"CDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB",
}
METHODS: list[tuple[Method, Method]] = [
    ("simple", "simple"),
    ("simple", "relaxed"),
    ("relaxed", "simple"),
    ("relaxed", "relaxed"),
]


async def verdicts(message: bytes, silent: tuple[str, ...] = (), **more: bytes) -> tuple[DkimVerdict, ...]:
    return (await examined(message, resolver(records(**more), *silent))).dkim


@pytest.mark.parametrize("step", [1, 7, 65_536])
async def test_the_example_of_the_rfc(step: int) -> None:
    found = await examined(EXAMPLE, resolver(KEYS), step=step)
    assert [(one.result, one.domain, one.selector, one.algorithm) for one in found.dkim] == [
        ("pass", "football.example.com", "brisbane", "ed25519-sha256"),
        ("pass", "football.example.com", "test", "rsa-sha256"),
    ]
    assert found.is_aligned


@pytest.mark.parametrize("methods", METHODS)
@pytest.mark.parametrize("selector", ["rsa", "ed"])
async def test_what_another_signed(selector: str, methods: tuple[Method, Method]) -> None:
    message = signed(selector=selector, methods=methods)
    assert [one.result for one in await verdicts(message)] == ["pass"]
    (body,) = await verdicts(message + b"more\r\n")
    assert (body.result, body.reason) == ("fail", "the body was changed")
    (header,) = await verdicts(message.replace(b"Subject: One", b"Subject: Two"))
    assert (header.result, header.reason) == ("fail", "the signature does not fit the header section")
    # What the method overlooks, and what is not signed.
    relaxed = message.replace(b"One  two", b"One two").replace(b"are  you? ", b"are you?")
    passes = methods == ("relaxed", "relaxed")
    assert ((await verdicts(b"X-New: 1\r\n" + relaxed))[0].result == "pass") is passes


@pytest.mark.parametrize("body", [b"", b"\r\n", b"\r\n\r\n\r\n", b"no end"])
@pytest.mark.parametrize("methods", METHODS)
async def test_bodies_of_nothing(methods: tuple[Method, Method], body: bytes) -> None:
    message = b"From: bob@example.org\r\n\r\n" + body
    assert [one.result for one in await verdicts(signed(message, methods=methods))] == ["pass"]


@pytest.mark.parametrize(
    ("record", "result", "reason"),
    [
        (b"v=DKIM1; p=", "permerror", "the key was revoked"),
        (b"rubbish", "permerror", "malformed tag"),
        (rsa_record(tags="t=y; "), "pass", "a key that is being tried"),
        (rsa_record(tags="t=s; "), "pass", ""),
        (rsa_record(1024), "fail", "the signature does not fit the header section"),
    ],
)
async def test_keys(record: bytes, result: str, reason: str) -> None:
    (one,) = await verdicts(signed(), rsa___domainkey__example__org=record)
    assert (one.result, one.reason) == (result, reason)


async def test_a_key_that_is_tried_does_no_harm() -> None:
    (one,) = await verdicts(signed() + b"x", rsa___domainkey__example__org=rsa_record(tags="t=y; "))
    assert (one.result, one.reason) == ("neutral", "the body was changed")


async def test_a_key_for_its_very_domain() -> None:
    field = dkim.sign(MESSAGE, b"rsa", b"example.org", private_pem(), identity=b"bob@mail.example.org")
    found = await examined(field + MESSAGE, resolver(records()))
    assert found.dkim[0].result == "pass"
    strict = records(rsa___domainkey__example__org=rsa_record(tags="t=s; "))
    found = await examined(field + MESSAGE, resolver(strict))
    assert (found.dkim[0].result, found.dkim[0].reason) == ("permerror", "the key does not speak for subdomains")


async def test_nobody_has_the_key() -> None:
    message = signed(domain="example.net")
    assert [(one.result, one.reason) for one in await verdicts(message)] == [("permerror", "there is no key")]
    (one,) = await verdicts(message, silent=("rsa._domainkey.example.net",))
    assert (one.result, one.reason) == ("temperror", "no answer from DNS: rsa._domainkey.example.net TXT")


async def test_a_signature_of_the_beginning_is_not_enough() -> None:
    message = signed(length=True)
    assert [one.result for one in await verdicts(message)] == ["pass"]
    (one,) = await verdicts(message + b"<b>and more</b>\r\n")
    assert (one.result, one.reason) == ("policy", "it covers only the beginning of the body")
    shorter = message[: message.index(b"\r\n\r\n") + 8]
    (one,) = await verdicts(shorter)
    assert (one.result, one.reason) == ("permerror", "the body is shorter than l= says")


@pytest.mark.parametrize(
    ("old", "new", "result", "reason"),
    [
        (b"a=rsa-sha256", b"a=rsa-sha1", "policy", "rsa-sha1 is not to be believed"),
        (b"a=rsa-sha256", b"a=rsa-sha512", "permerror", "no algorithm that is known"),
        (b"a=rsa-sha256", b"a=ed25519-sha256", "permerror", "the key is none for ed25519-sha256"),
        (b"v=1", b"v=2", "neutral", "no version that is known"),
    ],
)
async def test_what_is_not_to_be_believed(old: bytes, new: bytes, result: str, reason: str) -> None:
    (one,) = await verdicts(signed().replace(old, new, 1))
    assert (one.result, one.reason) == (result, reason)


async def test_a_signature_expires() -> None:
    message, end = signed().replace(b"v=1;", b"v=1; x=4102444800;", 1), 4_102_444_800.0
    (one,) = (await examined(message, resolver(records()), now=end + 1)).dkim
    assert (one.result, one.reason) == ("policy", "it has expired")
    (one,) = (await examined(message, resolver(records()), now=end)).dkim
    assert one.result == "fail"  # it was changed, after all


async def test_of_many_signatures_the_uppermost_are_looked_at() -> None:
    message = MESSAGE
    for _ in range(10):
        message = signed(message, selector="ed")
    dns = resolver(records())
    found = await examined(message, dns)
    assert [one.result for one in found.dkim] == ["pass"] * 8
    assert dns.queries.count("ed._domainkey.example.org TXT") == 8


async def test_a_message_too_large_is_not_verified() -> None:
    message = signed()
    size = len(message) - message.index(b"\r\n\r\n") - 4
    fits = await examined(message, resolver(records()), limits=Limits(size, 5), step=10)
    assert fits.dkim[0].result == "pass"
    found = await examined(message, resolver(records()), limits=Limits(size - 1, 5), step=10)
    assert (found.dkim[0].result, found.dkim[0].skipped) == ("neutral", True)
    assert found.dkim[0].reason == "the message is too large to be verified"
