"""`/lists` and `/lists/{list}/members`."""

from typing import Any

import httpx
import pytest

from mailcore.db.member_csv import MOST_LINES

LIST = "/lists/birds@example.com"
MEMBERS = f"{LIST}/members"
CSV = {"Content-Type": "text/csv; charset=utf-8"}


@pytest.fixture(autouse=True)
async def _accounts(api: httpx.AsyncClient, example_com: str) -> None:
    for address in ("ada", "olga"):
        answer = await api.post("/accounts", json={"address": f"{address}@{example_com}"})
        assert answer.status_code == 201, answer.text


async def made(api: httpx.AsyncClient, address: str = "birds@example.com", **fields: Any) -> dict[str, Any]:
    body = {"address": address, "name": "birds", "owner": "olga@example.com", **fields}
    answer = await api.post("/lists", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_one_is_made_read_changed_and_removed(api: httpx.AsyncClient) -> None:
    made_list = await made(api, "Birds@Example.com", control_address="birds-ctl@example.com", password="feathers!")
    assert made_list["address"] == "birds@example.com"
    assert "password" not in made_list
    answer = await api.get(LIST)
    assert answer.json() == made_list
    changed = await api.patch(LIST, json={"subject_tag": "(%n %d)", "display_name": "鳥の会", "max_size": 65536})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["subject_tag"], changed.json()["display_name"]) == ("(%n %d)", "鳥の会")
    stale = await api.patch(LIST, json={"dmarc": "none"}, headers={"If-Match": answer.headers["ETag"]})
    assert stale.status_code == 412
    assert (await api.delete(LIST)).status_code == 204
    assert (await api.get(LIST)).status_code == 404
    await made(api)


@pytest.mark.parametrize("taken", ["birds", "birds-request", "birds-owner", "birds-bounces", "birds-ctl"])
async def test_a_lists_addresses_are_nobody_elses(api: httpx.AsyncClient, taken: str) -> None:
    await made(api, control_address="birds-ctl@example.com")
    answer = await api.post("/accounts", json={"address": f"{taken}@example.com"})
    assert answer.status_code == 409
    assert "mailing_list" in answer.json()["detail"]


@pytest.mark.parametrize("taken", ["birds", "birds-request", "birds-owner", "birds-bounces", "birds-ctl"])
async def test_a_list_cannot_take_what_others_have(api: httpx.AsyncClient, taken: str) -> None:
    await api.post("/aliases", json={"address": f"{taken}@example.com", "to": ["ken@example.org"]})
    body = {"address": "birds@example.com", "name": "birds", "owner": "olga@example.com"}
    answer = await api.post("/lists", json={**body, "control_address": "birds-ctl@example.com"})
    assert answer.status_code == 409
    assert (await api.get("/lists")).json()["items"] == []


async def test_a_control_address_may_be_the_lists_own_and_is_given_back(api: httpx.AsyncClient) -> None:
    await made(api, control_address="birds-ctl@example.com")
    same = await api.patch(LIST, json={"control_address": "BIRDS@example.com"})
    assert same.json()["control_address"] == "birds@example.com"
    assert (await api.post("/accounts", json={"address": "birds-ctl@example.com"})).status_code == 201
    assert (await api.patch(LIST, json={"control_address": "birds-ctl@example.com"})).status_code == 409
    assert (await api.patch(LIST, json={"control_address": None})).json()["control_address"] is None


@pytest.mark.parametrize(
    ("changes", "loc"),
    [
        ({"name": "with blank"}, ["body", "name"]),
        ({"name": ""}, ["body", "name"]),
        ({"owner": "nobody@example.com"}, ["body", "owner"]),
        ({"owner": "birds@example.com"}, ["body", "owner"]),
        ({"owner": "Birds-Owner@example.com"}, ["body", "owner"]),
        ({"owner": "ctl@example.com", "control_address": "ctl@example.com"}, ["body", "owner"]),
        ({"subject_tag": "[%x]"}, ["body", "subject_tag"]),
        ({"subject_tag": "two\nlines"}, ["body", "subject_tag"]),
        ({"reply_to": "fixed"}, ["body"]),
        ({"reply_to": "everybody"}, ["body", "reply_to"]),
        ({"allowed_types": ["text"]}, ["body", "allowed_types", 0]),
        ({"footer_text": "\u0007"}, ["body", "footer_text"]),
        ({"control_address": "birds@example.org"}, ["body", "control_address"]),
        ({"address": "b" * 60 + "@example.com"}, ["body", "address"]),
        ({"address": "birds@example.org"}, ["body", "address"]),
        ({"address": "Postmaster@example.com"}, ["body", "address"]),
        ({"control_address": "abuse@example.com"}, ["body", "control_address"]),
        ({"unknown": 1}, ["body", "unknown"]),
    ],
)
async def test_what_is_not_allowed_is_named(api: httpx.AsyncClient, changes: dict[str, Any], loc: list[Any]) -> None:
    body = {"address": "birds@example.com", "name": "birds", "owner": "olga@example.com"}
    answer = await api.post("/lists", json={**body, **changes})
    assert answer.status_code == 422, answer.text
    assert [error["loc"] for error in answer.json()["errors"]] == [loc]


async def test_a_password_that_is_too_short_is_told_so_in_characters(api: httpx.AsyncClient) -> None:
    await made(api)
    answer = await api.patch(LIST, json={"password": "short"})
    assert answer.json()["errors"] == [{"loc": ["body", "password"], "msg": "String should have at least 8 characters"}]


async def test_a_domain_with_a_list_stays(api: httpx.AsyncClient) -> None:
    await api.post("/domains", json={"name": "example.net"})
    await made(api, "fish@example.net")
    assert (await api.delete("/domains/example.net")).status_code == 409


async def test_who_owns_a_list_stays(api: httpx.AsyncClient) -> None:
    await made(api)
    answer = await api.delete("/accounts/olga@example.com")
    assert answer.status_code == 409
    assert "owns the mailing list birds@example.com" in answer.json()["detail"]
    assert (await api.patch(LIST, json={"owner": "ada+birds@example.com"})).status_code == 200
    assert (await api.delete("/accounts/olga@example.com")).status_code == 204
    assert (await api.delete("/accounts/ada@example.com")).status_code == 409


async def test_null_is_no_tag_however_often_it_is_sent_back(api: httpx.AsyncClient) -> None:
    assert (await made(api))["subject_tag"] == "[%n]"
    untagged = await api.patch(LIST, json={"subject_tag": None})
    assert untagged.json()["subject_tag"] is None
    again = await api.patch(LIST, json={"subject_tag": untagged.json()["subject_tag"], "language": "ja"})
    assert again.json()["subject_tag"] is None
    assert (await api.patch(LIST, json={"language": None})).json()["language"] == "en"


async def test_members_come_and_go_one_by_one(api: httpx.AsyncClient) -> None:
    await made(api)
    first = await api.post(MEMBERS, json={"address": "Ken@Example.ORG", "name": "Ken 健"})
    assert first.status_code == 201, first.text
    assert first.json()["address"] == "Ken@example.org"
    assert first.headers["Location"] == f"/api/v1{MEMBERS}/Ken@example.org"
    assert (await api.post(MEMBERS, json={"address": "ken@example.org"})).status_code == 409
    changed = await api.patch(f"{MEMBERS}/KEN@example.org", json={"role": "moderator", "delivery": "off"})
    assert (changed.json()["role"], changed.json()["delivery"]) == ("moderator", "off")
    for wrong in ("nobody@example.com", "birds@example.com", "Birds-Request@example.com", "no address"):
        assert (await api.post(MEMBERS, json={"address": wrong})).status_code == 422
    assert (await api.post(MEMBERS, json={"address": "ADA@example.com"})).json()["address"] == "ada@example.com"
    page = (await api.get(MEMBERS, params={"limit": 1})).json()
    assert [one["address"] for one in page["items"]] == ["ada@example.com"]
    rest = (await api.get(MEMBERS, params={"cursor": page["next"]})).json()
    assert [one["address"] for one in rest["items"]] == ["Ken@example.org"]
    assert (await api.delete(f"{MEMBERS}/ken@example.org")).status_code == 204
    assert (await api.get(f"{MEMBERS}/Ken@example.org")).status_code == 404
    assert (await api.get("/lists/fish@example.com/members")).status_code == 404


async def test_thousands_are_imported_and_exported_and_each_bad_line_is_named(api: httpx.AsyncClient) -> None:
    await made(api)
    await api.post(MEMBERS, json={"address": "m0001@example.org", "name": "old"})
    lines = ["address,name,role,can_post"]
    lines += [f"m{n:04}@example.org,Member {n},member,true" for n in range(2000)]
    lines[5] = "nonsense,,,"
    lines[6] = "m0000@EXAMPLE.org,twice,,"
    lines[7] = "x@example.org,,king,"
    lines[8] = "nobody@example.com,,,"
    lines[9] = "y@example.org,too,few"
    lines[10] = "z@example.org,,,perhaps"
    lines[11] = "birds-bounces@example.com,,,"
    text = "\ufeff" + "\r\n".join(lines) + "\r\n"
    answer = await api.post(f"{MEMBERS}.csv", content=text.encode(), headers=CSV)
    assert answer.status_code == 200, answer.text
    result = answer.json()
    assert (result["added"], result["changed"], result["unchanged"]) == (1992, 1, 0)
    assert [(error["line"], error["column"]) for error in result["errors"]] == [
        (6, "address"),
        (7, "address"),
        (8, "role"),
        (9, "address"),
        (10, None),
        (11, "can_post"),
        (12, "address"),
    ]
    again = (await api.post(f"{MEMBERS}.csv", content=text.encode(), headers=CSV)).json()
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 1993)
    exported = await api.get(f"{MEMBERS}.csv")
    assert exported.headers["Content-Type"].startswith("text/csv")
    rows = exported.text.splitlines()
    assert len(rows) == 1994
    assert "m0001@example.org,Member 1,member,on,true,mime,false" in rows
    other = await api.post("/lists", json={"address": "fish@example.com", "name": "f", "owner": "olga@example.com"})
    assert other.status_code == 201
    copied = await api.post("/lists/fish@example.com/members.csv", content=exported.content, headers=CSV)
    assert (copied.json()["added"], copied.json()["errors"]) == (1993, [])


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"", CSV, 422),
        (b"name\r\nKen\r\n", CSV, 422),
        (b"address,colour\r\n", CSV, 422),
        (b"address\r\n\xff\xfe\r\n", CSV, 422),
        (b"address\r\nken@example.org\r\n", {"Content-Type": "application/json"}, 415),
        (b"address\r\n", {"Content-Type": "text/csv; charset=no-such"}, 422),
        (b"", {"Content-Type": "text/csv; charset=base64"}, 422),
        (b"address\r\n", {"Content-Type": "text/csv; charset=base64"}, 422),
        (b"address\r\n\\ud800\r\n", {"Content-Type": "text/csv; charset=unicode_escape"}, 422),
        (
            "address,name\r\nken@example.org,健\r\n".encode("cp932"),
            {"Content-Type": "text/csv; charset=shift_jis"},
            200,
        ),
    ],
)
async def test_what_is_no_file_of_members(
    api: httpx.AsyncClient, content: bytes, headers: dict[str, str], status: int
) -> None:
    await made(api)
    answer = await api.post(f"{MEMBERS}.csv", content=content, headers=headers)
    assert answer.status_code == status, answer.text


async def imported(api: httpx.AsyncClient, content: str, charset: str = "utf-8") -> dict[str, Any]:
    headers = {"Content-Type": f"text/csv; charset={charset}"}
    answer = await api.post(f"{MEMBERS}.csv", content=content.encode(charset), headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def names(api: httpx.AsyncClient) -> dict[str, str]:
    return {one["address"]: one["name"] for one in (await api.get(MEMBERS)).json()["items"]}


async def test_a_quotation_mark_that_is_not_closed_spoils_no_other_line(api: httpx.AsyncClient) -> None:
    await made(api)
    content = 'address,name\na@example.org,"open\nb@example.org,B\nc@example.org,"Sea, the"\nd@example.org,"a"b\n'
    result = await imported(api, content)
    assert [error["line"] for error in result["errors"]] == [2, 5]
    assert await names(api) == {"b@example.org": "B", "c@example.org": "Sea, the"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
async def test_what_spreadsheets_write_is_read(api: httpx.AsyncClient, end: str) -> None:
    await made(api)
    lines = ["Address,Name,Can_Post", "a@example.org,髙橋①,FALSE", ",,", "", "用户@例え.example.org,用,TRUE", " , , "]
    result = await imported(api, end.join((*lines[:2], *lines[2:4], "b@example.org,B,TRUE", lines[5])), "cp932")
    assert (result["added"], result["errors"]) == (2, [])
    assert await names(api) == {"a@example.org": "髙橋①", "b@example.org": "B"}
    assert (await imported(api, "\ufeff" + end.join(lines)))["added"] == 1
    assert "用户@xn--r8jz45g.example.org" in await names(api)


async def test_shift_jis_is_what_windows_calls_so(api: httpx.AsyncClient) -> None:
    await made(api)
    headers = {"Content-Type": "text/csv; charset=Shift_JIS"}
    content = "address,name\r\nken@example.org,髙橋①\r\n".encode("cp932")
    assert (await api.post(f"{MEMBERS}.csv", content=content, headers=headers)).json()["added"] == 1
    wrong = await api.post(f"{MEMBERS}.csv", content=content, headers=CSV)
    (error,) = wrong.json()["errors"]
    assert error["msg"] == "Line 2 is no text in utf-8: invalid continuation byte"


async def test_no_spreadsheet_computes_what_a_member_calls_himself(api: httpx.AsyncClient) -> None:
    await made(api)
    called = {"=a@example.org": "=HYPERLINK(1)", "b@example.org": "'+1", "c@example.org": "'tis", "d@example.org": "@d"}
    for address, name in called.items():
        assert (await api.post(MEMBERS, json={"address": address, "name": name})).status_code == 201
    exported = (await api.get(f"{MEMBERS}.csv")).text
    assert [row.split(",")[:2] for row in exported.splitlines()[1:]] == [
        ["'=a@example.org", "'=HYPERLINK(1)"],
        ["b@example.org", "''+1"],
        ["c@example.org", "'tis"],
        ["d@example.org", "'@d"],
    ]
    assert (await imported(api, exported))["unchanged"] == len(called)
    assert await names(api) == called


async def test_there_is_an_end_to_a_file_of_nonsense(api: httpx.AsyncClient) -> None:
    await made(api)
    result = await imported(api, "address\n" + "\n" * (MOST_LINES - 1) + "a@example.org\n" * 2)
    assert result["added"] == 0
    assert [(error["line"], error["column"]) for error in result["errors"]] == [(MOST_LINES + 1, None)]
