// Joins markers, sentences and cards, and keeps the newest turn in view. Text of a document is never read
// or written here: elements are found by the classes of their turn and marker, and only classes are set.
(() => {
  "use strict";
  const MEANINGS = {
    quoted: "Quoted: these are the document's own words.",
    phrased: "Phrased by the model, then checked against the cited words.",
    computed: "Computed from the cited numbers.",
  };
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const number = (element, kind) => element.className.match(new RegExp(`\\b${kind}-(\\d+)`))?.[1];
  let chosen = null; // ".turn-2.cite-1"
  let newestTurn = 0;
  let following = true; // until the reader scrolls away from the answer that grows

  function bringIntoView(element, block) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    element?.scrollIntoView({ behavior: still ? "auto" : "smooth", block });
  }

  // Put the marks back on what the server sent anew: it knows nothing of the choice made here.
  function paint() {
    const is = (element) => chosen !== null && element.matches(chosen);
    const turn = chosen?.match(/turn-\d+/)[0];
    if (turn && document.querySelector(`.bot-group.${turn}`)) {
      all(".bot-group").forEach((group) => group.classList.toggle("current", group.classList.contains(turn)));
    }
    all(".bot-card, .bot-marker").forEach((element) => element.classList.toggle("active", is(element)));
    all(".bot-sentence").forEach((cited) =>
      cited.classList.toggle("active", Array.from(cited.querySelectorAll(".bot-marker")).some(is)));
  }

  function explain() {
    all(".bot-sentence:not([title])").forEach((sentence) => {
      sentence.title = MEANINGS[Object.keys(MEANINGS).find((kind) => sentence.classList.contains(kind))] ?? "";
    });
    all(".bot-marker:not([aria-label])").forEach((marker) => {
      marker.setAttribute("aria-label", `Source ${number(marker, "cite")}`);
    });
    document.querySelector("#bot-conversation:not([aria-live])")?.setAttribute("aria-live", "polite");
  }

  function choose(origin) {
    chosen = `.turn-${number(origin, "turn")}.cite-${number(origin, "cite")}`;
    const inCard = origin.closest(".bot-card") !== null;
    if (!inCard) document.querySelector("#bot-tabs button[role=tab]")?.click();
    requestAnimationFrame(() => {
      paint();
      bringIntoView(document.querySelector(inCard ? ".bot-sentence.active" : ".bot-card.active mark"), "center");
    });
  }

  document.addEventListener("click", (event) => {
    const origin = event.target.closest(".bot-marker, .bot-card[class*=cite-]");
    if (origin && getSelection().isCollapsed) choose(origin);
  });
  document.addEventListener("keydown", (event) => {
    const card = event.target;
    if (!card.matches?.(".bot-card[class*=cite-]") || !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    choose(card);
  });

  function follow() {
    const turns = all(".bot-turn");
    const newest = turns.length ? Number(number(turns[turns.length - 1], "turn")) : 0;
    if (newest !== newestTurn) {
      newestTurn = newest;
      chosen = null;
      following = true;
      all("#bot-tabs > .tabitem").forEach((tab) => tab.scrollTo(0, 0));
    }
    const last = turns[turns.length - 1];
    if (following && last?.offsetHeight < innerHeight / 2) bringIntoView(last, "nearest");
    paint();
    explain();
  }
  ["wheel", "touchmove", "click"].forEach((kind) =>
    document.addEventListener(kind, () => { following = false; }, { passive: true }));

  // Every step of an answer replaces the content of a pane.
  let waiting = false;
  new MutationObserver((changes) => {
    if (waiting || !changes.some(({ target }) => target.closest?.("#bot-conversation, #bot-sources"))) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      follow();
    });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
