import { utcDay } from "../core/calendar.js";
import type { Outcome } from "../core/outcome.js";
import type { Answers } from "../ops/setup/answers.js";
import { finish } from "../ops/setup/finish.js";
import { homeFiles, writeHome } from "../ops/setup/home-files.js";
import { jobOf } from "../ops/setup/schedule.js";
import { defaultView } from "../rank/view.js";
import { addSubscribers } from "../subscribers/manage.js";
import type { App } from "./app.js";
import { sendTestLetter } from "./test-letter.js";
import { packageVersion } from "../core/project.js";

/** Writes the configuration for `paperboy init`, then finishes the setup in the configured home. */
export async function setUp(app: App, answers: Answers): Promise<Outcome> {
  const files = homeFiles(answers);
  writeHome(app.home, files);
  // `app` was built before the configuration existed.
  return app.withNewApp(async (home) => {
    const view = defaultView(home.config.settings.view);
    return finish(answers, {
      job: jobOf({ home: home.home, version: packageVersion(), fromHour: answers.fromHour }),
      files: files.map(({ name }) => name),
      today: utcDay(home.clock()),
      addSubscribers: async (addresses, frequency) =>
        addSubscribers(
          addresses,
          { frequency, view },
          { store: await home.store(), now: home.clock(), warn: (text) => home.terminal.warn(text) },
        ),
      sendTestLetter: (day, to) => sendTestLetter(home, day, { to, view }),
    });
  });
}
