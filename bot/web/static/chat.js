// The chat: what a marker explains, what the buttons under an answer do, and the newest turn kept in view.
// Text of a document is never made into markup here: it is copied as text or shown by textContent.
import { act, all, bringIntoView, named, onChange, one, openTab, write } from "./common.js";
import { openCitation } from "./reader.js";

const MEANINGS = {
  quoted: "Quoted: the document's own words",
  phrased: "Shortened by the model, checked against these words",
  computed: "Computed from these figures",
};
const STOPPING = "Stopping after this step";
let newestTurn = 0;
let following = true; // until the reader scrolls away from the answer that grows

// ---- Markers: a tip with the quote on hover and focus, the source on a press.

const tip = document.createElement("div");
tip.id = "bot-tip";
tip.setAttribute("role", "tooltip");
tip.hidden = true;
const meaning = tip.appendChild(document.createElement("b"));
const quote = tip.appendChild(document.createElement("span"));
document.body.append(tip);

function cardOf(marker) {
  return one(`.bot-card.turn-${named(marker, "turn")}.cite-${named(marker, "cite")}`);
}

function showTip(marker) {
  const card = cardOf(marker) ?? document.createElement("p");
  const words = (one(".bot-told", card) ?? one("mark", card))?.textContent; // a cell says nothing alone
  if (!words) return;
  const sentence = marker.closest(".bot-sentence");
  meaning.textContent = MEANINGS[Object.keys(MEANINGS).find((kind) => sentence?.classList.contains(kind))] ?? "";
  quote.textContent = words;
  tip.hidden = false;
  const at = marker.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left - 24), innerWidth - tip.offsetWidth - 8);
  const above = at.top - tip.offsetHeight - 8;
  tip.style.left = `${left}px`;
  tip.style.top = `${above > 8 ? above : at.bottom + 8}px`;
}

const hideTip = () => { tip.hidden = true; };
const markerOf = (event) => event.target.closest?.(":is(#bot-conversation, #bot-summary) .bot-marker");
document.addEventListener("mouseover", (event) => (markerOf(event) ? showTip(markerOf(event)) : hideTip()));
document.addEventListener("focusin", (event) => (markerOf(event) ? showTip(markerOf(event)) : hideTip()));
document.addEventListener("scroll", hideTip, true);

// ---- What can be done with a turn.

const questionBox = () => one("#bot-question textarea");
const turnOf = (button) => one(`.bot-turn.turn-${named(button, "turn")}`);

function compose(text) {
  write(questionBox(), text);
  questionBox().focus();
}

async function copy(button, kind) {
  await navigator.clipboard.writeText(one(`.bot-copy.${kind}`, turnOf(button)).textContent);
  const label = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = label; }, 1500);
}

const DOES = {
  "copy-markdown": (button) => copy(button, "markdown"),
  "copy-plain": (button) => copy(button, "plain"),
  "again": (button) => {
    compose(one(".bot-question", turnOf(button)).textContent);
    setTimeout(() => one("#bot-send")?.click(), 60); // once Gradio has taken the text in
  },
  "bot-edit": (button) => compose(one(".bot-understood em", turnOf(button)).textContent),
  "export-summary": (button) => download(one(".bot-copy.markdown", turnOf(button)).textContent, "summary.md"),
  "vote-up": (button) => vote(named(button, "turn"), "up"),
  "vote-down": (button) => vote(named(button, "turn"), "down"),
};

// What was thought of a turn is kept here to be shown: the server sends the turns anew at every step.
const votes = new Map();
function vote(turn, wish) {
  if (votes.get(turn) === wish) return;
  votes.set(turn, wish);
  act("bot-chat-action", wish, turn);
  showVotes();
}

function showVotes() {
  all(".bot-act[class*=vote-]").forEach((button) => {
    const given = votes.get(named(button, "turn")) === named(button, "vote");
    button.classList.toggle("given", given);
    button.setAttribute("aria-pressed", String(given));
  });
}

function exported() {
  const said = all("#bot-conversation .bot-copy.markdown").map((turn) => turn.textContent).join("\n\n");
  if (!said) return;
  download(`# Conversation\n\n${said}\n`, "conversation.md");
}

function download(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

document.addEventListener("click", (event) => {
  const { target } = event;
  if (target.closest("#bot-export")) exported();
  if (target.closest("#bot-stop")) all(".bot-status").forEach((status) => { status.textContent = STOPPING; });
  const button = target.closest(".bot-act");
  Object.keys(DOES).filter((does) => button?.classList.contains(does)).forEach((does) => DOES[does](button));
  const origin = target.closest(".bot-marker, .bot-card[class*=doc-]");
  if (origin && getSelection().isCollapsed) openCitation(origin.matches(".bot-card") ? origin : cardOf(origin));
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hideTip();
  if (event.target.matches?.(".bot-card[class*=doc-]") && ["Enter", " "].includes(event.key)) {
    event.preventDefault();
    openCitation(event.target);
  }
  const typing = event.target.closest?.("input, textarea, [contenteditable]");
  if (event.key === "/" && !typing) { // to the question box from anywhere
    event.preventDefault();
    openTab("Chat");
    questionBox()?.focus();
  }
});

// ---- Every step of an answer replaces the content of a pane.

function follow() {
  const turns = all("#bot-conversation .bot-turn");
  const last = turns[turns.length - 1];
  const newest = last ? Number(named(last, "turn")) : 0;
  if (newest !== newestTurn) {
    if (newest < newestTurn) votes.clear(); // a new chat
    newestTurn = newest;
    following = true;
  }
  showVotes();
  if (following && last?.offsetHeight < innerHeight / 2) bringIntoView(last, "nearest");
  all(".bot-marker:not([aria-label])").forEach((marker) => {
    marker.setAttribute("aria-label", `Source ${named(marker, "cite")}`);
  });
  one("#bot-conversation:not([aria-live])")?.setAttribute("aria-live", "polite");
}
["wheel", "touchmove", "click"].forEach((kind) =>
  document.addEventListener(kind, () => { following = false; }, { passive: true }));
onChange("#bot-conversation", follow);
