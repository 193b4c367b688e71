// Updates the page when the studio reports a change. Without this script, the user must reload the page.
const status = document.getElementById("status");
let shown = document.documentElement.dataset.version;

/** Ids of the elements that are replaced. An element with a focused input is not replaced. */
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
  setStatus(`updated at ${new Date().toLocaleTimeString()}`, "live");
}

function setStatus(text, state) {
  status.textContent = text;
  status.dataset.state = state;
}

const events = new EventSource("/events");
events.addEventListener("version", ({ data }) => {
  if (data === shown) setStatus("live", "live");
  else refresh(data).catch(() => setStatus("could not update: reload the page", "away"));
});
events.addEventListener("error", () => setStatus("the studio has stopped", "away"));

// Selections apply immediately, text fields on Enter.
document.addEventListener("change", ({ target }) => {
  const form = target.closest("#controls");
  if (form && target.matches("select, input[type=checkbox]")) form.requestSubmit();
});
