from admin_api.route_table import UNKNOWN, RouteTable

TABLE = RouteTable(
    {
        "paths": {
            "/settings/{group}": {"get": {}, "patch": {}},
            "/settings/revisions": {"get": {}},
            "/domains": {"get": {}, "post": {}},
        }
    }
)


def test_a_path_that_is_spelt_out_goes_before_one_with_a_value() -> None:
    assert TABLE.template("/settings/revisions") == "/settings/revisions"
    assert TABLE.template("/settings/smtp") == "/settings/{group}"
    assert TABLE.template("/domains") == "/domains"


def test_strangers_paths_share_one_name() -> None:
    assert TABLE.template("/wp-login.php") == UNKNOWN
    assert TABLE.template("/settings/smtp/x") == UNKNOWN


def test_methods_of_a_path() -> None:
    assert TABLE.methods("/settings/smtp") == {"GET", "HEAD", "PATCH"}
    assert TABLE.methods("/settings/revisions") == {"GET", "HEAD"}
    assert TABLE.methods("/domains") == {"GET", "HEAD", "POST"}
    assert TABLE.methods("/nothing") == frozenset()
