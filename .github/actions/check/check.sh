#!/usr/bin/env bash
# Runs the check: annotations and the step summary, then every result as JSON and the comment as Markdown into files.
# Always exits 0 and leaves archcalc's own status in the outputs, so that the comment is written before the job fails.
#   ARCHCALC_SPECS, ARCHCALC_ARGUMENTS  one a line
#   ARCHCALC_BASE                       empty: the base of the pull request, if this is one
#   ARCHCALC_DIRECTORY                  entered by its name, so that archcalc knows it: a branch may make it a link
set -euo pipefail
cd "${GITHUB_WORKSPACE:-$PWD}" && cd -- "${ARCHCALC_DIRECTORY:-.}"

# -I: the working directory is the checkout, whose modules would be run instead. A check ends in ten minutes, or fails.
archcalc=(perl -e 'alarm shift; exec @ARGV' 600 "$RUNNER_TEMP/archcalc/bin/python" -I -m archcalc)
results=$(mktemp -d "$RUNNER_TEMP/archcalc-check.XXXXXX")
json=$results/check.json
markdown=$results/check.md

# A checkout is one commit deep unless it says otherwise, and then nothing of the base is there.
fetch_base() {
    local fetch=(git fetch --quiet --no-tags --no-recurse-submodules)
    if [[ $(git rev-parse --is-shallow-repository) == true ]]; then
        fetch+=(--unshallow)
    fi
    "${fetch[@]}" origin "+refs/heads/$GITHUB_BASE_REF:refs/remotes/origin/$GITHUB_BASE_REF" ||
        echo "::warning::could not fetch the base branch: relative limits need it"
}

base=${ARCHCALC_BASE:-}
if [[ -z $base && -n ${GITHUB_BASE_REF:-} ]]; then
    fetch_base
    base=refs/remotes/origin/$GITHUB_BASE_REF
fi

arguments=()
while IFS= read -r line; do
    [[ -z $line ]] || arguments+=("$line")
done <<<"${ARCHCALC_ARGUMENTS:-}"
if [[ -n $base ]]; then
    arguments+=("--base-ref=$base")
    [[ ${ARCHCALC_FAIL_ON_LOOSENING:-} != true ]] || arguments+=(--fail-on-loosening)
fi
arguments+=(--)
while IFS= read -r line; do
    [[ -z $line ]] || arguments+=("$line")
done <<<"${ARCHCALC_SPECS:-}"

status=0
"${archcalc[@]}" check --format=github "--also=json=$json" "--also=markdown=$markdown" "${arguments[@]}" \
    2>"$results/errors" || status=$?
# Errors show lines of specs, in which the runner would find commands (##[add-mask] anywhere in a line): not in these.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$token"
cat "$results/errors"
echo "::$token::"
if [[ ! -s $markdown ]]; then
    # The comment of an earlier run must not go on saying that all is well.
    printf '%s\n' '<!-- archcalc check -->' "\`archcalc check\` ended with status $status: the job's log says why." >"$markdown"
fi

{
    echo "exit-status=$status"
    echo "json=$json"
    echo "markdown=$markdown"
} >>"$GITHUB_OUTPUT"
