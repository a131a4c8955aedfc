"""What the accounts of the database may do: each no more than its part needs."""

import pytest
from tests.compose.project import Project

pytestmark = pytest.mark.compose


def _ask(project: Project, role: str, secret: str, query: str) -> str:
    """Give the answer to a query under a role, over TCP with its password. Raises AssertionError when it is refused."""
    command = f'PGPASSWORD=$(cat /run/secrets/{secret}) exec psql -X -At -h 127.0.0.1 -U {role} -c "$1" hikyaku'
    return project.run("exec", "-T", "postgres", "sh", "-c", command, "sh", query)


def test_dovecot_sees_its_view(project: Project) -> None:
    assert _ask(project, "dovecot", "dovecot-password", "SELECT count(*) FROM dovecot_account").strip().isdigit()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM account",
        "SELECT * FROM token",
        "UPDATE dovecot_account SET mailbox = ''",
        "CREATE TABLE public.mine (a int)",
        "CREATE TEMP TABLE mine (a int)",
        "SET default_transaction_read_only = off; DELETE FROM dovecot_account",
    ],
)
def test_dovecot_may_do_nothing_else(project: Project, query: str) -> None:
    with pytest.raises(AssertionError, match=r"permission denied|read-only|cannot (update|delete from) view"):
        _ask(project, "dovecot", "dovecot-password", query)


def test_the_services_own_the_database_and_nothing_more(project: Project) -> None:
    query = "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = current_user"
    assert _ask(project, "hikyaku", "services-password", query).strip() == "f|f|f|f"


def test_a_password_is_asked_for_within_the_container_too(project: Project) -> None:
    with pytest.raises(AssertionError, match="no password supplied"):
        project.run("exec", "-T", "postgres", "psql", "-w", "-h", "127.0.0.1", "-U", "hikyaku", "-c", "SELECT 1")
    with pytest.raises(AssertionError, match="Peer authentication failed"):
        project.run("exec", "-T", "postgres", "psql", "-w", "-U", "hikyaku", "-c", "SELECT 1")


def test_the_broker_knows_one_account(project: Project) -> None:
    users = project.run("exec", "-T", "rabbitmq", "rabbitmqctl", "--quiet", "--no-table-headers", "list_users")
    assert users.split() == ["hikyaku", "[]"]
