#!/bin/sh
# NAME_FILE names a file that holds the value of NAME, so that no secret stands in the definition of a container.
set -eu
umask 0077
for name in DATABASE_URL AMQP_URL ADMIN_TOKEN; do
    eval "file=\${${name}_FILE:-}"
    [ -n "$file" ] || continue
    value=$(cat "$file")
    export "$name=$value"
done
exec "$@"
