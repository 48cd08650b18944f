#!/usr/bin/env bash
# Writes the one comment of the pull request, or brings it up to date. The comment's first line is the mark it is found by.
# A comment that cannot be written (a fork's token may only read) is a warning: the check has its own result.
#   ARCHCALC_MARKDOWN  the file; none, or an empty one, where there was nothing to say
set -euo pipefail

# -I: the working directory is the checkout, whose json.py would be run instead, with the token at hand.
number=$(python3 -I -c '
import json, os
with open(os.environ["GITHUB_EVENT_PATH"], encoding="utf-8") as file:
    print(int(json.load(file).get("pull_request", {}).get("number", 0)))
')
if [[ $number == 0 || ! -s ${ARCHCALC_MARKDOWN:-} ]]; then
    exit 0
fi
IFS= read -r ARCHCALC_MARK <"$ARCHCALC_MARKDOWN"
export ARCHCALC_MARK

ours='
query($owner: String!, $name: String!, $number: Int!, $endCursor: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      comments(first: 100, after: $endCursor) {
        nodes { id body viewerDidAuthor }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}'
update='
mutation($id: ID!, $body: String!) {
  updateIssueComment(input: {id: $id, body: $body}) { issueComment { url } }
}'

# Only a comment of our own: anyone can write one that begins with the mark.
comment=$(
    gh api graphql --paginate --raw-field query="$ours" --field number="$number" \
        --raw-field owner="${GITHUB_REPOSITORY%%/*}" --raw-field name="${GITHUB_REPOSITORY#*/}" --jq '
            .data.repository.pullRequest.comments.nodes[]
            | select(.viewerDidAuthor and (.body | startswith(env.ARCHCALC_MARK)))
            | .id'
) || comment=unknown
comment=${comment%%$'\n'*}

if [[ $comment == unknown ]]; then
    echo "::warning::the comment could not be looked for"
elif [[ -n $comment ]]; then
    gh api graphql --silent --raw-field query="$update" --raw-field id="$comment" --field body="@$ARCHCALC_MARKDOWN" ||
        echo "::warning::the comment could not be updated"
else
    gh api --silent "repos/$GITHUB_REPOSITORY/issues/$number/comments" --field body="@$ARCHCALC_MARKDOWN" ||
        echo "::warning::the comment could not be written: it needs the permission 'pull-requests: write'"
fi
