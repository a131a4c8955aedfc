"""A request body of comma-separated values (RFC 4180): bounded, one media type, text in a charset that it names."""

from http import HTTPStatus

from fastapi import Request
from starlette.requests import ClientDisconnect

from admin_api.problem import FieldError, Problem, invalid
from mailcore.mail.charset import codec_of

CSV = "text/csv"
MOST_OCTETS = 16 * 1024 * 1024
"""Largest body that is read."""


async def read_csv(request: Request) -> str:
    """Read the body as text: UTF-8 unless `charset` names another. Raises Problem 413, 415 or 422."""
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    if media_type.strip().lower() != CSV:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"Content-Type is {media_type.strip() or 'missing'}; allowed: {CSV}.",
            headers={"Accept": CSV},
        )
    text = _text(await _octets(request), _charset(parameters))
    if "\0" in text:
        raise invalid(FieldError(loc=("body",), msg="The character U+0000 is not allowed"))
    return text.removeprefix("\ufeff")


def _text(octets: bytes, charset: str) -> str:
    try:
        return octets.decode(codec_of(charset) or "unknown")
    except LookupError:  # codecs of the library between texts, or between octets, too
        problem = f"{charset} is no charset that is known"
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        problem = f"Line {line} is no text in {charset}: {error.reason}"
    except UnicodeError as error:
        problem = f"This is no text in {charset}: {error}"
    raise invalid(FieldError(loc=("body",), msg=problem))


async def _octets(request: Request) -> bytes:
    declared = request.headers.get("content-length", "")
    too_large = Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body is larger than {MOST_OCTETS} octets.")
    if declared.isdigit() and int(declared[:20]) > MOST_OCTETS:
        raise too_large
    read = bytearray()
    try:
        async for chunk in request.stream():
            read += chunk
            if len(read) > MOST_OCTETS:
                raise too_large
    except ClientDisconnect:
        raise Problem(HTTPStatus.BAD_REQUEST, "The body ended before its end.") from None
    return bytes(read)


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"') or "utf-8"
    return "utf-8"
