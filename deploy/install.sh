#!/bin/sh
# Steps of the builder stages: `install.sh requirements SERVICE` installs what a service needs into /opt/hikyaku, checked
# against its hashes; `install.sh service` installs our packages that lie below the working directory.
set -eu
python=/opt/hikyaku/bin/python

case $1 in
requirements)
    pip --python "$python" install --quiet --no-compile --require-hashes --requirement "requirements-$2.txt"
    ;;
service)
    pip --python "$python" install --quiet --no-compile --no-deps --no-build-isolation --no-cache-dir .
    # What only the line above needed.
    pip --python "$python" uninstall --quiet --yes editables hatchling pathspec pluggy tomlkit trove-classifiers
    "$python" -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/hikyaku/lib
    ;;
esac
