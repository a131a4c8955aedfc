#!/bin/bash
# Runs once, when the database is made: the role of the services, which owns the database and nothing more, and the
# read-only role of Dovecot, which the migration lets see one view.
set -Eeuo pipefail

psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --no-psqlrc --set ON_ERROR_STOP=1 <<SQL
CREATE ROLE hikyaku LOGIN PASSWORD '$(cat /run/secrets/services-password)';
CREATE ROLE dovecot LOGIN CONNECTION LIMIT 40 PASSWORD '$(cat /run/secrets/dovecot-password)';
ALTER ROLE dovecot SET default_transaction_read_only = on;
ALTER DATABASE hikyaku OWNER TO hikyaku;
REVOKE ALL ON DATABASE hikyaku FROM PUBLIC;
GRANT CONNECT ON DATABASE hikyaku TO dovecot;
SQL
