// The reader: the cited document open at its words, in the place of the cards. What it shows comes escaped
// from /reader, as a fragment; which words are marked is known from the classes of a card.
import { all, bringIntoView, named, onChange, one } from "./common.js";

let cards = []; // of the turn that is being read, in the order of their markers
let at = -1; // the one that is open
let asked = 0; // grows with each request, so that a late answer to an earlier one is dropped

const reader = document.createElement("section");
reader.id = "bot-reader";
reader.hidden = true;
reader.setAttribute("aria-label", "Source document");
const bar = reader.appendChild(document.createElement("header"));
const back = button("bot-reader-back", "All sources", close);
const earlier = button("bot-reader-previous", "‹", () => step(-1), "Previous source (key p)");
const count = bar.appendChild(document.createElement("span"));
const later = button("bot-reader-next", "›", () => step(1), "Next source (key n)");
const heading = reader.appendChild(document.createElement("div"));
heading.id = "bot-reader-title";
const body = reader.appendChild(document.createElement("div"));
body.id = "bot-reader-text";
body.tabIndex = 0;

function button(id, label, does, says = label) {
  const made = bar.appendChild(document.createElement("button"));
  made.type = "button";
  made.id = id;
  made.textContent = label;
  made.title = says;
  made.setAttribute("aria-label", says);
  made.addEventListener("click", does);
  return made;
}

const collection = () => one("#bot-collection input").value;
// Of a card: those that are read one after another. Those of a comparison stand in the summary itself.
const groupOf = (card) => card.closest(".bot-group, .bot-compared");
const sideOf = (card) => (card?.closest("#bot-summary-tab") ? "#bot-summary-side" : "#bot-side");
const turnOf = (card) => named(card.closest(".bot-group, .bot-turn"), "turn");
const range = (element, from, to) => [named(element, from), named(element, to)];

export function openCitation(card) {
  if (!card) return;
  cards = all(".bot-card[class*=doc-]", groupOf(card));
  show(cards.indexOf(card));
}

// Open a whole document from its beginning, as the library does.
export function openDocument(docId, title) {
  cards = [];
  at = -1;
  mark();
  heading.textContent = title;
  fetchInto(address(docId, {}));
}

function show(index) {
  at = index;
  const card = cards[at];
  mark();
  const title = one("h4", card).cloneNode(true);
  const where = one(".bot-where", card)?.cloneNode(true);
  heading.replaceChildren(title, ...(where ? [where] : []));
  const near = card.classList.contains("closest");
  const [start, end] = near ? range(card, "at", "until") : range(card, "from", "to");
  fetchInto(address(named(card, "doc"), { start, end, near, beside: named(card, "with") ?? "" }));
}

function address(docId, wanted) {
  const query = new URLSearchParams(wanted);
  return `./reader/${encodeURIComponent(collection())}/${docId}?${query}`;
}

async function fetchInto(url) {
  asked += 1;
  const mine = asked;
  reveal();
  const answer = await fetch(url).catch(() => null);
  const text = answer ? await answer.text() : "The server does not answer: is it still running?";
  if (mine !== asked) return;
  body.replaceChildren();
  if (answer?.ok) body.append(fragment(text));
  else body.textContent = text;
  body.dataset.url = url;
  await Promise.all(all("img", body).map((image) => image.decode().catch(() => null)));
  const words = one(".bot-box:not(.beside), mark:not(.beside)", body);
  if (words) bringIntoView(words, "center");
  else body.scrollTo(0, 0);
  reader.classList.add("ready");
}

const fragment = (html) => document.createRange().createContextualFragment(html);

function reveal() {
  const side = one(sideOf(cards[at]));
  if (reader.parentElement !== side) reader.parentElement?.classList.remove("reading");
  side.append(reader);
  side.classList.add("reading");
  reader.classList.remove("ready");
  reader.hidden = false;
  const many = cards.length > 1;
  earlier.hidden = later.hidden = count.hidden = !many;
  count.textContent = many ? `${at + 1} of ${cards.length}` : "";
  if (innerWidth <= 820) bringIntoView(reader, "start");
}

function close() {
  reader.hidden = true;
  reader.parentElement.classList.remove("reading");
  at = -1;
  mark();
}

function step(by) {
  if (cards.length > 1) show((at + by + cards.length) % cards.length);
}

// Say in both panes which citation is open. Cards are found anew: the server may have sent them again.
function mark() {
  const open = at >= 0 ? cards[at] : null;
  const place = open && named(open, "cite") ? `.turn-${named(open, "turn")}.cite-${named(open, "cite")}` : null;
  const is = (element) => place !== null && element.matches(place);
  if (open) {
    const turn = turnOf(open);
    all(".bot-group", one(sideOf(open))).forEach((group) => group.classList.toggle("current", named(group, "turn") === turn));
  }
  all(".bot-card, .bot-marker").forEach((element) => element.classList.toggle("active", is(element)));
  all(".bot-sentence").forEach((cited) =>
    cited.classList.toggle("active", all(".bot-marker", cited).some(is)));
  if (open && innerWidth > 820) bringIntoView(one(".bot-sentence.active"), "nearest");
}

// Of a PDF: another page, its text, its page again.
document.addEventListener("click", (event) => {
  const lead = event.target.closest("#bot-reader :is(.bot-more-page, .bot-view-text, .bot-view-page)");
  if (!lead) return;
  const url = new URL(body.dataset.url, location);
  if (lead.matches(".bot-more-page")) url.searchParams.set("page", named(lead, "page"));
  else url.searchParams.set("view", lead.matches(".bot-view-text") ? "text" : "page");
  fetchInto(url);
});

document.addEventListener("click", async (event) => {
  const more = event.target.closest("#bot-reader .bot-more");
  if (!more) return;
  const [first, last] = range(more, "from", "to");
  const url = new URL(body.dataset.url, location);
  url.searchParams.set("first", first);
  url.searchParams.set("last", last);
  const answer = await fetch(url);
  if (!answer.ok) return;
  const isEarlier = more.classList.contains("earlier");
  const height = body.scrollHeight;
  const wanted = fragment(await answer.text());
  one(isEarlier ? ".bot-more.later" : ".bot-more.earlier", wanted)?.remove(); // what it leads to is here
  more.replaceWith(wanted);
  if (isEarlier) body.scrollTop += body.scrollHeight - height;
});

document.addEventListener("keydown", (event) => {
  if (!reader.offsetParent || event.target.closest?.("input, textarea, select, [contenteditable]")) return; // not seen, or typing
  if (event.key === "Escape") close();
  else if (["n", "j", "ArrowRight"].includes(event.key)) step(1);
  else if (["p", "k", "ArrowLeft"].includes(event.key)) step(-1);
});

// A new question, or a new chat, closes what was open; a step of the answer only paints the marks again.
let newest = "";
onChange("#bot-conversation, #bot-sources, #bot-summary, #bot-summary-sources", () => {
  const turns = all("#bot-conversation .bot-turn");
  const last = turns.length ? named(turns[turns.length - 1], "turn") : "";
  if (last !== newest) {
    newest = last;
    if (!reader.hidden) close();
  }
  if (at >= 0) {
    const open = cards[at];
    const again = named(open, "cite") && one(`.bot-card.turn-${named(open, "turn")}.cite-${named(open, "cite")}`);
    if (again && again !== open) {
      cards = all(".bot-card[class*=doc-]", again.closest(".bot-group"));
      at = cards.indexOf(again);
    }
    mark();
  }
});
