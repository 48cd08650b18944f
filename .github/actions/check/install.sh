#!/usr/bin/env bash
# Installs archcalc into an environment of its own: a runner's Python may be one that pip must not touch.
#   ARCHCALC_VERSION  from PyPI; empty: the code that this action came with
set -euo pipefail

environment=$RUNNER_TEMP/archcalc
if [[ -n ${ARCHCALC_VERSION:-} ]]; then
    if [[ ! $ARCHCALC_VERSION =~ ^[0-9A-Za-z.+!]+$ ]]; then
        echo "::error::version: '1.2.0' is a version, this input is not"
        exit 2
    fi
    what=archcalc==$ARCHCALC_VERSION
else
    what=$GITHUB_ACTION_PATH/../../..
fi
# -I: the working directory is the checkout, whose venv.py or pip.py would be run instead.
python3 -I -m venv "$environment"
"$environment/bin/python" -I -m pip install --quiet --disable-pip-version-check "$what"
