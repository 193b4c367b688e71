/**
 * Returns the workflow of `examples/github` with this version and schedule. A test extracts its shell steps and runs them. The state is
 * one encrypted file on its own branch, always a single commit without parents, so that the repository does not grow.
 */
export function github({ version, when }: { readonly version: string; readonly when: string }): string {
  return `# .github/workflows/paperboy.yml, for your own repository: scheduled workflows are disabled in forks.
# It needs two secrets, PAPERBOY_SMTP_URL and PAPERBOY_SECRET, and your topics in paperboy.yaml at the root of the repository.
name: paperboy
on:
  schedule:
    # UTC. GitHub delays and drops scheduled runs, above all on the hour: this runs hourly, at an odd minute. A run with
    # nothing to do sends no mail.
    - cron: "${when}"
  workflow_dispatch: {}
concurrency:
  # Only one run at a time; the second waits.
  group: paperboy
  cancel-in-progress: false
permissions:
  contents: write # to push the state branch
  actions: write # to keep the schedule enabled
defaults:
  run:
    shell: bash
env:
  BRANCH: paperboy-state
  STATE: paperboy.state
jobs:
  run:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with:
          node-version: 22
      - name: Install Paperboy
        run: npm install --global paperboy-digest@${version}

      - name: Restore the state from its branch
        env:
          PAPERBOY_SECRET: \${{ secrets.PAPERBOY_SECRET }}
        run: |
          # Without the branch, the repository is new. If git fails, this step fails: no mail is sent without the state.
          SEEN=$(git ls-remote origin "refs/heads/$BRANCH" | cut -f 1)
          if [ -z "$SEEN" ]; then
            paperboy state export "$STATE"
          else
            git fetch --quiet origin "$BRANCH"
            SEEN=$(git rev-parse FETCH_HEAD)
            git cat-file blob "$SEEN:$STATE" > "$STATE"
            paperboy state import "$STATE"
            if [ "$(git log -1 --format=%s "$SEEN")" = started ]; then
              echo "::warning::The last run could not save its state. Its letters are sent again now, with the same Message-ID."
            fi
          fi
          echo "SEEN=$SEEN" >> "$GITHUB_ENV"

      - name: Record the start on the branch
        id: begin
        run: |
          # If the state cannot be pushed, no mail is sent. If this run is lost, the next one warns about it.
          tree=$(printf '100644 blob %s\\t%s\\n' "$(git hash-object -w "$STATE")" "$STATE" | git mktree)
          commit=$(git -c user.name=paperboy -c user.email=paperboy@localhost commit-tree -m started "$tree")
          git push --quiet --force-with-lease="$BRANCH:$SEEN" origin "$commit:refs/heads/$BRANCH"
          echo "SEEN=$commit" >> "$GITHUB_ENV"

      - name: Run
        env:
          PAPERBOY_SMTP_URL: \${{ secrets.PAPERBOY_SMTP_URL }}
          PAPERBOY_SECRET: \${{ secrets.PAPERBOY_SECRET }}
          # Both are optional: the default sender and reader is the login of the mail server.
          PAPERBOY_FROM: \${{ secrets.PAPERBOY_FROM }}
          PAPERBOY_TO: \${{ secrets.PAPERBOY_TO }}
        run: |
          : "\${PAPERBOY_SMTP_URL:?is missing: set it under Settings, Secrets and variables, Actions}"
          PAPERBOY_TO=\${PAPERBOY_TO:-$(node -p 'decodeURIComponent(new URL(process.env.PAPERBOY_SMTP_URL).username)')}
          export PAPERBOY_TO
          # The logs of a public repository are public.
          tr ',' '\\n' <<< "$PAPERBOY_TO" | sed 's/^ */::add-mask::/'
          paperboy run --json | tee -a result.json "$GITHUB_STEP_SUMMARY"

      - name: Save the state
        if: always() && steps.begin.outcome == 'success'
        env:
          PAPERBOY_SECRET: \${{ secrets.PAPERBOY_SECRET }}
        run: |
          # If no edition changed, the previous state is still valid.
          grep --quiet --no-messages '"editions":\\[\\]' result.json || paperboy state export "$STATE"
          tree=$(printf '100644 blob %s\\t%s\\n' "$(git hash-object -w "$STATE")" "$STATE" | git mktree)
          commit=$(git -c user.name=paperboy -c user.email=paperboy@localhost commit-tree -m finished "$tree")
          for pause in 0 5 15 45 135; do
            sleep "$pause"
            git push --quiet --force-with-lease="$BRANCH:$SEEN" origin "$commit:refs/heads/$BRANCH" && exit 0
          done
          echo "::error::The state could not be saved. The next run will send the letters of this run again."
          exit 1

      - name: Keep the schedule enabled
        if: always()
        env:
          TOKEN: \${{ github.token }}
        run: |
          # GitHub disables schedules in public repositories after 60 days without activity; this call restarts that period.
          curl --silent --show-error --fail --retry 3 --request PUT --header "Authorization: Bearer $TOKEN" \\
            "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/actions/workflows/paperboy.yml/enable" ||
            echo "::warning::The schedule could not be renewed; GitHub may disable it after 60 days without activity."
`;
}
