/**
 * The workflow of `examples/github`, the same but for its minute. Its steps are shell scripts that a test takes out of the file
 * and runs. State is one encrypted file on a branch of its own, always one commit without parents, so that nothing piles up.
 */
export function github({ version, when }: { readonly version: string; readonly when: string }): string {
  return `# .github/workflows/paperboy.yml, in a repository of your own: scheduled workflows are off in forks.
# It needs two secrets, PAPERBOY_SMTP_URL and PAPERBOY_SECRET, and paperboy.yaml with your topics beside the README.
name: paperboy
on:
  schedule:
    # UTC. GitHub starts late and drops some, above all at full hours: so every hour, at an odd minute. A run that finds
    # nothing to do mails nobody.
    - cron: "${when}"
  workflow_dispatch: {}
concurrency:
  # Never two at once: the second waits.
  group: paperboy
  cancel-in-progress: false
permissions:
  contents: write # the branch of the state
  actions: write # keeping the schedule awake
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

      - name: Take the state from its branch
        env:
          PAPERBOY_SECRET: \${{ secrets.PAPERBOY_SECRET }}
        run: |
          # A repository without the branch is new. When it cannot be asked, this step fails: nobody is mailed from no state.
          SEEN=$(git ls-remote origin "refs/heads/$BRANCH" | cut -f 1)
          if [ -z "$SEEN" ]; then
            paperboy state export "$STATE"
          else
            git fetch --quiet origin "$BRANCH"
            SEEN=$(git rev-parse FETCH_HEAD)
            git cat-file blob "$SEEN:$STATE" > "$STATE"
            paperboy state import "$STATE"
            if [ "$(git log -1 --format=%s "$SEEN")" = begun ]; then
              echo "::warning::The last run could not keep its state. What it mailed is mailed once more now, with the same Message-ID."
            fi
          fi
          echo "SEEN=$SEEN" >> "$GITHUB_ENV"

      - name: Note on the branch that a run begins
        id: begin
        run: |
          # Nobody is mailed where the state cannot be kept; and if this run gets lost, the next one says so.
          tree=$(printf '100644 blob %s\\t%s\\n' "$(git hash-object -w "$STATE")" "$STATE" | git mktree)
          commit=$(git -c user.name=paperboy -c user.email=paperboy@localhost commit-tree -m begun "$tree")
          git push --quiet --force-with-lease="$BRANCH:$SEEN" origin "$commit:refs/heads/$BRANCH"
          echo "SEEN=$commit" >> "$GITHUB_ENV"

      - name: Run
        env:
          PAPERBOY_SMTP_URL: \${{ secrets.PAPERBOY_SMTP_URL }}
          PAPERBOY_SECRET: \${{ secrets.PAPERBOY_SECRET }}
          # Both may be missing: then the login of the mail server is the sender, and the reader.
          PAPERBOY_FROM: \${{ secrets.PAPERBOY_FROM }}
          PAPERBOY_TO: \${{ secrets.PAPERBOY_TO }}
        run: |
          : "\${PAPERBOY_SMTP_URL:?is missing: set it under Settings, Secrets and variables, Actions}"
          PAPERBOY_TO=\${PAPERBOY_TO:-$(node -p 'decodeURIComponent(new URL(process.env.PAPERBOY_SMTP_URL).username)')}
          export PAPERBOY_TO
          # The logs of a public repository are public.
          tr ',' '\\n' <<< "$PAPERBOY_TO" | sed 's/^ */::add-mask::/'
          paperboy run --json | tee -a result.json "$GITHUB_STEP_SUMMARY"

      - name: Keep the state
        if: always() && steps.begin.outcome == 'success'
        env:
          PAPERBOY_SECRET: \${{ secrets.PAPERBOY_SECRET }}
        run: |
          # Where no edition was touched, the state of before is as good, and the branch gets no new file.
          grep --quiet --no-messages '"editions":\\[\\]' result.json || paperboy state export "$STATE"
          tree=$(printf '100644 blob %s\\t%s\\n' "$(git hash-object -w "$STATE")" "$STATE" | git mktree)
          commit=$(git -c user.name=paperboy -c user.email=paperboy@localhost commit-tree -m ended "$tree")
          for pause in 0 5 15 45 135; do
            sleep "$pause"
            git push --quiet --force-with-lease="$BRANCH:$SEEN" origin "$commit:refs/heads/$BRANCH" && exit 0
          done
          echo "::error::The state could not be kept. What this run mailed will be mailed once more by the next."
          exit 1

      - name: Keep the schedule awake
        if: always()
        env:
          TOKEN: \${{ github.token }}
        run: |
          # In a public repository without activity for 60 days, GitHub switches schedules off; this counts as a new beginning.
          curl --silent --show-error --fail --retry 3 --request PUT --header "Authorization: Bearer $TOKEN" \\
            "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/actions/workflows/paperboy.yml/enable" ||
            echo "::warning::GitHub was not told that this schedule is still wanted."
`;
}
