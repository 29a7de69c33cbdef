// What the tabs' scripts share. Elements are found by the classes and ids that Python gave them.
export const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
export const one = (selector, within = document) => within.querySelector(selector);

// "turn-3" on an element, kind "turn" -> "3"; a class because no data- attribute survives sanitising.
export const named = (element, kind) => element.className.match(new RegExp(`(?:^|\\s)${kind}-([\\w-]+)`))?.[1];

export function bringIntoView(element, block) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element?.scrollIntoView({ behavior: still ? "auto" : "smooth", block });
}

// Type into a box of Gradio's as a reader would.
export function write(box, text) {
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value").set.call(box, text);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

// Tell the server of a press on our own HTML: see bot/web/actions.py.
let presses = 0;
export function act(boxId, wish, about = "") {
  presses += 1;
  write(one(`#${boxId} textarea, #${boxId} input`), `${presses} ${wish} ${about}`);
}

export function openTab(name) {
  all("#bot-tabs > .tab-wrapper button[role=tab]").find((tab) => tab.textContent.trim() === name)?.click();
}

// Call back, once a frame, when something below one of the elements has changed.
export function onChange(selector, callback) {
  let waiting = false;
  new MutationObserver((changes) => {
    if (waiting || !changes.some(({ target }) => target.closest?.(selector))) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      callback();
    });
  }).observe(document.documentElement, { childList: true, subtree: true });
}
