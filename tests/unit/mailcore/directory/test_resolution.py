from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import a_domain, an_account, an_alias
from tests.fakes.directories import MemoryDirectory

from mailcore.address import parse_address
from mailcore.directory.resolution import MOST_LEVELS, MOST_TARGETS, resolve
from mailcore.directory.targets import AccountTarget, RemoteTarget, Resolution, ServerTarget, name_of
from mailcore.settings import SmtpSettings

ADA = an_account("ada@example.com")
BEA = an_account("bea@example.com")
OFF = an_account("off@example.com", enabled=False)
DOMAINS = (
    a_domain(),
    a_domain("example.net", catch_all_address="bea@example.com"),
    a_domain("exact.example", case_sensitive=True),
)
DIRECTORY = MemoryDirectory(
    *DOMAINS,
    ADA,
    BEA,
    OFF,
    an_account("a+b@example.com"),
    an_account("Eve@exact.example"),
    an_account("eve@exact.example"),
    an_account("bücher@example.com"),
    an_alias("one@example.com", "ada@example.com"),
    an_alias("both@example.com", "bea@example.com", "ada@example.com", "ken@example.org", "one@example.com"),
    an_alias("chain@example.com", "one@example.com"),
    an_alias("work@example.com", "ada+work@example.com"),
    an_alias("loop@example.com", "pool@example.com"),
    an_alias("pool@example.com", "loop@example.com", "loop+x@example.com"),
    an_alias("rich@example.com", "rich@example.com", "loop@example.com", "ada@example.com"),
    an_alias("dangling@example.com", "gone@example.com"),
    an_alias("partly@example.com", "gone@example.com", "ada@example.com"),
    an_alias("off2@example.com", "off@example.com"),
    an_alias("far@example.com", "x@[192.0.2.1]", "Ken@example.org"),
    an_alias("all@exact.example", "EVE@exact.example", "Eve@exact.example"),
    an_alias("abuse@exact.example", "off@example.com"),
)


async def found(
    address: str, directory: MemoryDirectory = DIRECTORY, *, catch_all: bool = True, **smtp: object
) -> Resolution:
    return await resolve(directory, parse_address(address), SmtpSettings.model_validate(smtp), catch_all=catch_all)


def names(resolution: Resolution) -> list[str]:
    return [name_of(target) for target in resolution.targets]


@pytest.mark.parametrize(
    ("address", "via", "behind"),
    [
        ("ada@example.com", "account", ["ada@example.com"]),
        ("ADA@EXAMPLE.com", "account", ["ada@example.com"]),
        ('"ada"@example.com', "account", ["ada@example.com"]),
        ("BÜCHER@example.com", "account", ["bücher@example.com"]),
        ("ada+detail@example.com", "account", ["ada@example.com"]),
        ("ada+@example.com", "account", ["ada@example.com"]),
        ("ada+a+b@example.com", "account", ["ada@example.com"]),
        ("a+b@example.com", "account", ["a+b@example.com"]),
        ("off@example.com", "account", ["off@example.com"]),
        ("Eve@exact.example", "account", ["Eve@exact.example"]),
        ("eve@exact.example", "account", ["eve@exact.example"]),
        ("Eve+x@exact.example", "account", ["Eve@exact.example"]),
        ("one@example.com", "alias", ["ada@example.com"]),
        ("one+x@example.com", "alias", ["ada@example.com"]),
        ("chain@example.com", "alias", ["ada@example.com"]),
        ("both@example.com", "alias", ["bea@example.com", "ada@example.com", "ken@example.org"]),
        ("rich@example.com", "alias", ["ada@example.com"]),
        ("partly@example.com", "alias", ["ada@example.com"]),
        ("off2@example.com", "alias", ["off@example.com"]),
        ("far@example.com", "alias", ["x@[192.0.2.1]", "Ken@example.org"]),
        ("all@exact.example", "alias", ["Eve@exact.example"]),
        ("postmaster@example.com", "role", [".postmaster"]),
        ("AbUsE@example.com", "role", [".postmaster"]),
        ("postmaster+x@example.com", "role", [".postmaster"]),
        ("POSTMASTER@exact.example", "role", [".postmaster"]),
        ("abuse@exact.example", "role", [".postmaster"]),
        ("postmaster@example.net", "role", [".postmaster"]),
        ("nobody@example.net", "catch_all", ["bea@example.com"]),
    ],
)
async def test_what_is_found(address: str, via: str, behind: list[str]) -> None:
    resolution = await found(address)
    assert (resolution.status, resolution.via, names(resolution)) == ("found", via, behind)
    assert resolution.is_local


@pytest.mark.parametrize("address", ["ken@example.org", "ada@sub.example.com", "ada@[192.0.2.1]"])
async def test_what_is_elsewhere_is_unmanaged(address: str) -> None:
    assert await found(address, catch_all_address="ada@example.com") == Resolution("unmanaged")


@pytest.mark.parametrize(
    ("address", "via"),
    [
        ("nobody@example.com", ""),
        ("+ada@example.com", ""),
        ("+@example.com", ""),
        ("nobody+ada@example.com", ""),
        ("EVE@exact.example", ""),
        ("loop@example.com", "alias"),
        ("pool@example.com", "alias"),
        ("dangling@example.com", "alias"),
    ],
)
async def test_behind_whom_there_is_nobody(address: str, via: str) -> None:
    assert await found(address) == Resolution("unknown", (), via)  # type: ignore[arg-type]  # from a table


@pytest.mark.parametrize(
    ("separator", "address", "status"),
    [
        ("", "ada+x@example.com", "unknown"),
        ("", "a+b@example.com", "found"),
        ("-", "ada-x@example.com", "found"),
        ("-", "ada+x@example.com", "unknown"),
        ("=", "ada=x=y@example.com", "found"),
    ],
)
async def test_the_separator_is_a_setting(separator: str, address: str, status: str) -> None:
    assert (await found(address, plus_separator=separator)).status == status


@pytest.mark.parametrize(
    ("address", "on", "folder"),
    [
        ("ada+Work@example.com", True, ".Work"),
        ("ada+Work@example.com", False, ""),
        ("ada+@example.com", True, ""),
        ("ada@example.com", True, ""),
        ("work@example.com", True, ".work"),
        ("one+x@example.com", True, ""),
    ],
)
async def test_folders_of_plus_addresses(address: str, folder: str, *, on: bool) -> None:
    assert (await found(address, plus_folders=on)).targets == (AccountTarget(ADA, folder),)


@pytest.mark.parametrize(
    ("configured", "behind"),
    [
        ("ada@example.com", ["ada@example.com"]),
        ("chain+x@example.com", ["ada@example.com"]),
        ("off@example.com", [".postmaster"]),
        ("gone@example.com", [".postmaster"]),
        ("postmaster@example.com", [".postmaster"]),
        ("postmaster@example.net", [".postmaster"]),
        ("no address", [".postmaster"]),
        ("loop@example.com", [".postmaster"]),
    ],
)
@pytest.mark.parametrize("role", ["postmaster@example.com", "abuse@exact.example"])
async def test_the_postmaster_is_always_reached(role: str, configured: str, behind: list[str]) -> None:
    assert names(await found(role, postmaster_address=configured)) == behind


async def test_an_account_or_alias_of_that_name_is_the_postmaster() -> None:
    own = an_account("postmaster@example.com")
    directory = MemoryDirectory(*DOMAINS, ADA, own, an_alias("abuse@example.com", "postmaster@example.com"))
    for address in ("postmaster@example.com", "Abuse@example.com"):
        assert (await found(address, directory, postmaster_address="ada@example.com")).targets == (AccountTarget(own),)


async def test_a_disabled_postmaster_is_none() -> None:
    directory = MemoryDirectory(*DOMAINS, ADA, an_account("postmaster@example.com", enabled=False))
    assert (await found("postmaster@example.com", directory)).targets == (ServerTarget(),)
    assert names(await found("postmaster@example.com", directory, postmaster_address="ada@example.com")) == [
        "ada@example.com"
    ]


async def test_an_alias_to_a_postmaster_reaches_both() -> None:
    directory = MemoryDirectory(*DOMAINS, ADA, an_alias("x@example.com", "ada@example.com", "postmaster@example.com"))
    assert names(await found("x@example.com", directory)) == ["ada@example.com", ".postmaster"]


@pytest.mark.parametrize(
    ("address", "row_16", "behind"),
    [
        ("nobody@example.com", "ada@example.com", ["ada@example.com"]),
        ("nobody+x@example.com", "ada+caught@example.com", ["ada@example.com"]),
        ("nobody@example.com", "both@example.com", ["bea@example.com", "ada@example.com", "ken@example.org"]),
        ("nobody@example.com", "off@example.com", ["off@example.com"]),
        ("nobody@example.com", "postmaster@example.com", [".postmaster"]),
        ("nobody@example.com", "gone@example.com", []),
        ("nobody@example.com", "gone@example.net", []),
        ("nobody@example.com", "ken@example.org", []),
        ("nobody@example.com", "no address", []),
        ("nobody@example.net", "ada@example.com", ["bea@example.com"]),
        ("dangling@example.com", "ada@example.com", []),
        ("off@example.com", "ada@example.com", ["off@example.com"]),
        ("abuse@example.com", "ada@example.com", [".postmaster"]),
    ],
)
async def test_the_catch_all_is_last_and_once(address: str, row_16: str, behind: list[str]) -> None:
    assert names(await found(address, catch_all_address=row_16)) == behind


@pytest.mark.parametrize("address", ["nobody@example.com", "nobody@example.net"])
async def test_a_catch_all_makes_nobody_a_sender(address: str) -> None:
    assert not (await found(address, catch_all_address="ada@example.com", catch_all=False)).is_local


async def test_a_domain_without_case_is_asked_once_for_what_it_has() -> None:
    DIRECTORY.asked = 0
    await found("ada@example.com")
    assert DIRECTORY.asked == 2


async def test_too_many_behind_one_address_are_nobody_rather_than_some() -> None:
    fans = [an_alias(f"fan{n}@example.com", *(f"t{n}-{m}@example.org" for m in range(1000))) for n in range(10)]
    directory = MemoryDirectory(
        *DOMAINS,
        *fans,
        an_alias("ten@example.com", *(f"fan{n}@example.com" for n in range(10))),
        an_alias("eleven@example.com", *(f"fan{n}@example.com" for n in range(10)), "one-more@example.org"),
        an_alias("postmaster@example.com", "eleven@example.com"),
    )
    assert len((await found("ten@example.com", directory)).targets) == MOST_TARGETS
    assert await found("eleven@example.com", directory, catch_all_address="fan0@example.com") == Resolution(
        "unknown", via="too_many"
    )
    assert (await found("postmaster@example.com", directory)).targets == (ServerTarget(),)


async def test_a_chain_has_an_end() -> None:
    links = [an_alias(f"c{n}@example.com", f"c{n + 1}@example.com") for n in range(MOST_LEVELS + 1)]
    last = an_account(f"c{MOST_LEVELS + 1}@example.com")
    directory = MemoryDirectory(*DOMAINS, *links, last)
    assert names(await found("c1@example.com", directory)) == [last.address]
    assert (await found("c0@example.com", directory)).via == "too_many"


PEOPLE = [f"p{n}" for n in range(3)]
ALIASES = [f"a{n}" for n in range(6)]
GRAPHS = st.dictionaries(
    st.sampled_from(ALIASES),
    st.lists(st.sampled_from([*PEOPLE, *ALIASES, "gone", "a0+x", "p0+x"]), min_size=1, max_size=6),
)


def reached(graph: Mapping[str, list[str]], start: str) -> set[str]:
    """Give the people that can be reached from an alias, by the book."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        name = todo.pop().partition("+")[0]
        if name not in seen:
            seen.add(name)
            todo += graph.get(name, [])
    return seen & set(PEOPLE)


@given(GRAPHS, st.sampled_from(ALIASES))
async def test_whatever_the_graph_everybody_is_reached_once(graph: dict[str, list[str]], start: str) -> None:
    directory = MemoryDirectory(
        a_domain(),
        *(an_account(f"{name}@example.com") for name in PEOPLE),
        *(an_alias(f"{name}@example.com", *(f"{to}@example.com" for to in tos)) for name, tos in graph.items()),
    )
    resolution = await found(f"{start}@example.com", directory)
    behind = [name.partition("@")[0] for name in names(resolution)]
    assert len(behind) == len(set(behind))
    assert set(behind) == (reached(graph, start) if start in graph else set())
    assert resolution.is_local == bool(behind)


def test_who_is_behind() -> None:
    resolution = Resolution("found", (AccountTarget(OFF), AccountTarget(ADA), RemoteTarget("bea@example.com")), "alias")
    assert resolution.takers == resolution.targets[1:]
    assert resolution.leads_to("ada@example.com")
    assert resolution.leads_to("off@example.com")
    assert not resolution.leads_to("bea@example.com")
