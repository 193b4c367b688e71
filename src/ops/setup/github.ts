/**
 * Returns the workflow of this repository with a schedule. A test extracts its shell steps and runs them. The state is one encrypted file on
 * its own branch, always a single commit without parents, so that the repository does not grow.
 */
export function github({ when }: { readonly when: string }): string {
  return `# .github/workflows/paperboy.yml. For your own repository, made from this one as a template: GitHub disables schedules in forks.
# It does nothing until two secrets exist, PAPERBOY_SMTP_URL and PAPERBOY_SECRET. Your topics are in newsletter/paperboy.yaml.
# With the variable PAPERBOY_PAGES=true it publishes the archive to GitHub Pages. See examples/github/README.md.
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
  PAPERBOY_HOME: newsletter
jobs:
  run:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    outputs:
      pages: \${{ steps.archive.outputs.built }}
    steps:
      - name: Look for the secrets
        id: secrets
        env:
          PAPERBOY_SMTP_URL: \${{ secrets.PAPERBOY_SMTP_URL }}
          PAPERBOY_SECRET: \${{ secrets.PAPERBOY_SECRET }}
        run: |
          if [ -n "$PAPERBOY_SMTP_URL" ] && [ -n "$PAPERBOY_SECRET" ]; then
            echo "exist=true" >> "$GITHUB_OUTPUT"
          elif [ -n "$PAPERBOY_SMTP_URL$PAPERBOY_SECRET" ]; then
            echo "::error::Only one of the secrets PAPERBOY_SMTP_URL and PAPERBOY_SECRET is set."
            exit 1
          else
            echo "::notice::Nothing to do: set PAPERBOY_SMTP_URL and PAPERBOY_SECRET under Settings, Secrets and variables, Actions."
          fi
      - uses: actions/checkout@v5
        if: ${HAS_SECRETS}
      - uses: actions/setup-node@v5
        if: ${HAS_SECRETS}
        with:
          node-version: 22
      - uses: actions/cache@v4
        id: cache
        if: ${HAS_SECRETS}
        with:
          path: |
            node_modules
            dist
          key: \${{ runner.os }}-node22-\${{ hashFiles('package-lock.json', 'src/**', 'templates/**', 'scripts/**') }}
      - name: Install Paperboy
        if: ${HAS_SECRETS} && steps.cache.outputs.cache-hit != 'true'
        run: npm ci --no-audit --no-fund && npm prune --omit=dev --ignore-scripts --no-audit --no-fund
      - name: Make paperboy a command
        if: ${HAS_SECRETS}
        run: |
          mkdir -p "$RUNNER_TEMP/bin"
          printf '#!/bin/sh\\nexec node "%s/bin/paperboy.js" "$@"\\n' "$GITHUB_WORKSPACE" > "$RUNNER_TEMP/bin/paperboy"
          chmod +x "$RUNNER_TEMP/bin/paperboy"
          echo "$RUNNER_TEMP/bin" >> "$GITHUB_PATH"

      - name: Restore the state from its branch
        if: ${HAS_SECRETS}
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
        if: ${HAS_SECRETS}
        run: |
          # If the state cannot be pushed, no mail is sent. If this run is lost, the next one warns about it.
          tree=$(printf '100644 blob %s\\t%s\\n' "$(git hash-object -w "$STATE")" "$STATE" | git mktree)
          commit=$(git -c user.name=paperboy -c user.email=paperboy@localhost commit-tree -m started "$tree")
          git push --quiet --force-with-lease="$BRANCH:$SEEN" origin "$commit:refs/heads/$BRANCH"
          echo "SEEN=$commit" >> "$GITHUB_ENV"

      - name: Run
        if: ${HAS_SECRETS}
        env:
          PAPERBOY_SMTP_URL: \${{ secrets.PAPERBOY_SMTP_URL }}
          PAPERBOY_SECRET: \${{ secrets.PAPERBOY_SECRET }}
          # Both are optional: the default sender and reader is the login of the mail server.
          PAPERBOY_FROM: \${{ secrets.PAPERBOY_FROM }}
          PAPERBOY_TO: \${{ secrets.PAPERBOY_TO }}
        run: |
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

      - name: Build the archive
        id: archive
        if: ${HAS_SECRETS} && vars.PAPERBOY_PAGES == 'true'
        env:
          PAPERBOY_SECRET: \${{ secrets.PAPERBOY_SECRET }}
        run: |
          # A scheduled run publishes only when an edition changed.
          if [ "$GITHUB_EVENT_NAME" = schedule ] && grep --quiet '"editions":\\[\\]' result.json; then exit 0; fi
          owner=\${GITHUB_REPOSITORY%%/*} name=\${GITHUB_REPOSITORY#*/}
          url=https://\${owner,,}.github.io
          [ "\${name,,}" = "\${owner,,}.github.io" ] || url=$url/$name
          paperboy archive build "$RUNNER_TEMP/pages" --url "$url"
          echo "built=true" >> "$GITHUB_OUTPUT"
      - uses: actions/upload-pages-artifact@v3
        if: steps.archive.outputs.built == 'true'
        with:
          path: \${{ runner.temp }}/pages

      - name: Keep the schedule enabled
        if: always() && ${HAS_SECRETS}
        env:
          TOKEN: \${{ github.token }}
        run: |
          # GitHub disables schedules in public repositories after 60 days without activity; this call restarts that period.
          curl --silent --show-error --fail --retry 3 --request PUT --header "Authorization: Bearer $TOKEN" \\
            "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/actions/workflows/paperboy.yml/enable" ||
            echo "::warning::The schedule could not be renewed; GitHub may disable it after 60 days without activity."

  publish:
    needs: run
    if: needs.run.outputs.pages == 'true'
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      pages: write
      id-token: write
    environment:
      name: github-pages
      url: \${{ steps.deploy.outputs.page_url }}
    steps:
      - uses: actions/deploy-pages@v4
        id: deploy
`;
}

/** The condition of the steps that need the secrets. */
const HAS_SECRETS = "steps.secrets.outputs.exist == 'true'";
