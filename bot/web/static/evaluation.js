// The runs beside the form: the list, one run with its parts, two runs compared. All comes escaped from
// /evaluations, as fragments, and is put in here, outside Gradio's Markdown (which would strip plots).
import { all, named, onChange, one } from "./common.js";

const view = document.createElement("section");
view.id = "bot-evaluation-shown";
view.setAttribute("aria-label", "Evaluations");
let asked = 0; // grows with each request, so that a late answer to an earlier one is dropped
let finished = ""; // the run that was last seen to end
let loaded = false;

const fragment = (html) => document.createRange().createContextualFragment(html);
const path = (run, part = "") => `./evaluations/runs/${encodeURIComponent(run)}${part && `/${part}`}`;

async function text(url) {
  const answer = await fetch(url).catch(() => null);
  return { ok: Boolean(answer?.ok), text: answer ? await answer.text() : "The server does not answer: is it still running?" };
}

function notice(words) {
  const line = document.createElement("p");
  line.className = "bot-notice";
  line.setAttribute("role", "alert");
  line.textContent = words;
  return line;
}

// Fill a place; what was there stays until the new is at hand, so that nothing jumps.
async function fill(place, url) {
  asked += 1;
  const mine = asked;
  place.setAttribute("aria-busy", "true");
  const found = await text(url);
  if (mine !== asked) return false;
  place.removeAttribute("aria-busy");
  place.replaceChildren(found.ok ? fragment(found.text) : notice(found.text));
  return found.ok;
}

async function showRuns() {
  if (await fill(view, "./evaluations")) tick();
}

async function openRun(run) {
  if (!(await fill(view, path(run)))) return;
  toTop();
  await openSection("questions");
}

async function openSection(name, query = "") {
  const place = one("#bot-evaluation-section", view);
  if (!place) return;
  all(".bot-section", view).forEach((button) =>
    button.setAttribute("aria-pressed", String(button.dataset.section === name)));
  place.style.minHeight = `${place.offsetHeight}px`;
  await fill(place, path(place.dataset.run, name) + query);
  place.style.minHeight = "";
}

async function compareTicked() {
  // the list has the newest first: the older one is there, the newer here
  const [here, there] = ticked().map((box) => box.dataset.run);
  const found = await text(`./evaluations/compare?${new URLSearchParams({ here, there })}`);
  one(".bot-notice", view)?.remove();
  if (!found.ok) {
    one(".bot-runs-head", view).after(notice(found.text));
    return;
  }
  view.replaceChildren(fragment(found.text));
  toTop();
}

function toTop() {
  if (innerWidth <= 820) view.scrollIntoView({ block: "start" });
  else one("#bot-evaluation-tab").scrollTo(0, 0);
  one(".bot-all-runs", view)?.focus({ preventScroll: true });
}

async function chooseKind(kind) {
  await openSection("questions", `?${new URLSearchParams({ kind })}`);
  one("#bot-kind", view)?.focus(); // the box was brought anew
}

const ticked = () => all(".bot-tick:checked", view);

function tick() {
  const button = one("#bot-compare", view);
  if (!button) return;
  const full = ticked().length === 2;
  button.disabled = !full;
  all(".bot-tick", view).forEach((box) => { box.disabled = full && !box.checked; });
}

async function more(button) {
  const place = one("#bot-evaluation-section", view);
  const kind = one("#bot-kind", view).value;
  const found = await text(`${path(place.dataset.run, "questions")}?${new URLSearchParams({ kind, first: button.dataset.first })}`);
  button.replaceWith(found.ok ? fragment(found.text) : notice(found.text));
}

const DOES = {
  ".bot-open[data-run]": (element) => openRun(element.dataset.run),
  ".bot-all-runs": showRuns,
  "#bot-compare": compareTicked,
  ".bot-section": (element) => openSection(element.dataset.section),
  ".bot-more-questions": more,
};
view.addEventListener("click", ({ target }) => {
  for (const [selector, does] of Object.entries(DOES)) {
    const element = target.closest(selector);
    if (element) does(element);
  }
});
view.addEventListener("change", ({ target }) => {
  if (target.matches(".bot-tick")) tick();
  if (target.matches("#bot-kind")) chooseKind(target.value);
});

// The list is asked for when it is first seen, and again when the tab is: runs are made elsewhere too.
new IntersectionObserver((entries) => {
  if (!entries.some((entry) => entry.isIntersecting)) return;
  if (!loaded || one(".bot-runs, .bot-teaching", view)) showRuns();
  loaded = true;
}).observe(view);

// A run that ends is opened, but for one that had ended before the page was loaded.
function ended() {
  const done = one("#bot-evaluation-progress .bot-finished");
  const run = done ? named(done, "run") : "";
  if (run && run !== finished) openRun(run);
  if (!run && one("#bot-evaluation-progress .bot-stopped") && one(".bot-runs, .bot-teaching", view)) showRuns();
  finished = run;
}
onChange("#bot-evaluation-progress", ended);

onChange("body", () => {
  const column = one("#bot-evaluation-runs");
  if (!column || column.contains(view)) return;
  column.append(view);
});
