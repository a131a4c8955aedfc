"""Models and tables are declared apart; these tests hold them together."""

import pytest
from pydantic import BaseModel
from sqlalchemy import Table

from mailcore.db import tables
from mailcore.db.audit_log import AuditEntry
from mailcore.directory.account import Account, AccountFields
from mailcore.directory.addon import Addon, AddonFields
from mailcore.directory.alias import Alias, AliasFields
from mailcore.directory.autoreply import Autoreply, AutoreplyFields
from mailcore.directory.domain import Domain, DomainFields
from mailcore.directory.forward import Forward, ForwardFields
from mailcore.directory.header_rule import HeaderRule, HeaderRuleFields
from mailcore.directory.token import Token


@pytest.mark.parametrize(
    ("model", "table", "only_in_table"),
    [
        (Domain, tables.domain, {"version"}),
        (Account, tables.account, {"version", "domain_id", "password_hash"}),
        (Alias, tables.alias, {"version", "domain_id"}),
        (HeaderRule, tables.header_rule, {"version"}),
        (Addon, tables.addon, {"version"}),
        (Forward, tables.forward, {"version", "account_id"}),
        (Autoreply, tables.autoreply, {"version", "account_id"}),
        (Token, tables.token, {"hash"}),
        (AuditEntry, tables.audit, set()),
    ],
)
def test_every_field_is_a_column(model: type[BaseModel], table: Table, only_in_table: set[str]) -> None:
    assert set(model.model_fields) == set(table.c.keys()) - only_in_table


@pytest.mark.parametrize(
    ("fields", "read", "write_only"),
    [
        (DomainFields, Domain, set()),
        (AccountFields, Account, {"password"}),
        (AliasFields, Alias, set()),
        (HeaderRuleFields, HeaderRule, set()),
        (AddonFields, Addon, set()),
        (ForwardFields, Forward, set()),
        (AutoreplyFields, Autoreply, set()),
    ],
)
def test_what_is_written_is_read_back(fields: type[BaseModel], read: type[BaseModel], write_only: set[str]) -> None:
    assert set(fields.model_fields) - write_only <= set(read.model_fields)
