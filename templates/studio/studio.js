// Brings the page up to date when the studio says that something changed. Without it everything works by hand.
const status = document.getElementById("status");
let shown = document.documentElement.dataset.version;

/** The parts of the page that are made anew; a form that somebody is writing in is left alone. */
const PARTS = ["live", "controls"];

async function refresh(version) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of PARTS) {
    const old = document.getElementById(id);
    const fresh = next.getElementById(id);
    if (old && fresh && !old.contains(document.activeElement?.closest("input, select") ?? null)) old.replaceWith(fresh);
  }
  document.title = next.title;
  shown = version;
  say(`up to date, ${new Date().toLocaleTimeString()}`, "live");
}

function say(text, state) {
  status.textContent = text;
  status.dataset.state = state;
}

const events = new EventSource("/events");
events.addEventListener("version", ({ data }) => {
  if (data === shown) say("live", "live");
  else refresh(data).catch(() => say("could not be brought up to date: reload", "away"));
});
events.addEventListener("error", () => say("the studio is closed", "away"));

// A choice is shown at once; words are shown on Enter.
document.addEventListener("change", ({ target }) => {
  const form = target.closest("#controls");
  if (form && target.matches("select, input[type=checkbox]")) form.requestSubmit();
});
