// The library tab: folders into Gradio's upload, the table's search and sorting, and the presses on its rows.
// Rows come rendered from listing.py, and anew after each change; what was typed and sorted is applied again.
import { act, all, named, onChange, one, openTab } from "./common.js";
import { openDocument } from "./reader.js";

// Files. Gradio's upload keeps a file's name and loses its folder, and cannot take a dropped folder at all.
// So every choice is caught before Gradio sees it, and handed on with the path inside the folder as the name.
// What cannot be sent goes as an empty stand-in whose type tells uploads.py why.
const UPLOAD = "#bot-files";
const standIn = (name, why) => new File([], name, { type: `application/x-${why}` });
const largest = () => Number(named(one(".bot-choose-folder"), "most"));
const isHidden = (path) => path.split("/").some((part) => part.startsWith("."));

function sendable(file, path = file.webkitRelativePath || file.name) {
  if (isHidden(path)) return standIn(path, "hidden");
  if (file.size > largest()) return standIn(path, "too-large");
  return new File([file], path, { type: file.type });
}

// Put files into the input of Gradio's own, as if they had been chosen there.
function handOn(files) {
  const input = one(`${UPLOAD} input[type=file]`);
  if (!files.length || !input) return;
  const chosen = new DataTransfer();
  for (const file of files) chosen.items.add(file);
  input.files = chosen.files;
  const change = new Event("change", { bubbles: true });
  change.ours = true;
  input.dispatchEvent(change);
}

document.addEventListener("change", (event) => {
  if (event.ours || !event.target.matches(`${UPLOAD} input[type=file]`)) return;
  event.stopImmediatePropagation();
  handOn(Array.from(event.target.files, (file) => sendable(file)));
}, true);

document.addEventListener("drop", async (event) => {
  const zone = event.target.closest?.(UPLOAD);
  if (!zone || !event.dataTransfer?.files.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  zone.classList.remove("dragging");
  // Both must be read before the first await: the browser forgets them with the event.
  const entries = Array.from(event.dataTransfer.items, (item) => item.webkitGetAsEntry?.());
  const files = Array.from(event.dataTransfer.files);
  const found = entries.every(Boolean)
    ? await Promise.all(entries.map(walk)) : files.map((file) => sendable(file));
  handOn(found.flat());
}, true);

document.addEventListener("dragover", (event) => {
  const zone = event.target.closest?.(UPLOAD);
  if (!zone) return;
  event.preventDefault(); // where files are listed already Gradio's own zone is gone
  zone.classList.add("dragging");
}, true);

document.addEventListener("dragleave", (event) => {
  const zone = event.target.closest?.(UPLOAD);
  if (zone && !zone.contains(event.relatedTarget)) zone.classList.remove("dragging");
}, true);

// List the files of a dropped entry, by name; a hidden folder stands for all that is in it.
async function walk(entry) {
  const path = entry.fullPath.replace(/^\//, "");
  try {
    if (entry.isFile) return [sendable(await new Promise((is, not) => entry.file(is, not)), path)];
    if (isHidden(path)) return [standIn(path, "hidden")];
    const inside = await entriesOf(entry.createReader());
    if (!inside.length) return [standIn(path, "no-files")];
    inside.sort((a, b) => (a.name < b.name ? -1 : 1));
    const found = [];
    for (const each of inside) found.push(...await walk(each));
    return found;
  } catch {
    return [standIn(path, "unreadable")];
  }
}

async function entriesOf(reader) { // comes in batches of 100
  const found = [];
  for (;;) {
    const batch = await new Promise((is, not) => reader.readEntries(is, not));
    if (!batch.length) return found;
    found.push(...batch);
  }
}

const folder = document.body.appendChild(document.createElement("input"));
folder.type = "file";
folder.id = "bot-folder-input";
folder.webkitdirectory = true;
folder.hidden = true;
folder.addEventListener("change", () => {
  const inside = Array.from(folder.files);
  inside.sort((a, b) => (a.webkitRelativePath < b.webkitRelativePath ? -1 : 1));
  handOn(inside.map((file) => sendable(file)));
  folder.value = "";
});

// The table.
const DOCUMENTS = "#bot-documents";
const search = () => one("#bot-search input, #bot-search textarea");
const rows = () => all(`${DOCUMENTS} tr.bot-document`);
const words = (row) => [".bot-name", ".bot-detail", ".bot-type"].map((cell) => one(cell, row)?.textContent).join(" ");
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
let sorted = { column: "title", descending: false };
let returnTo = -1; // the number of the row to focus when the rows have come anew

const KEYS = {
  title: (text) => fold(text),
  type: (text) => fold(text),
  date: (text) => Date.parse(text.replace(/^added /, "")) || 0,
  pages: number, passages: number, size: number,
};
function number(text) {
  return Number(text.replaceAll(",", "")) || 0;
}

// Show the rows that hold every typed word, and say how many there are.
function filter() {
  const wanted = fold(search()?.value ?? "").split(/\s+/).filter(Boolean);
  const found = rows();
  let shown = 0;
  for (const row of found) {
    row.searched ??= fold(words(row));
    row.hidden = !wanted.every((word) => row.searched.includes(word));
    shown += !row.hidden;
  }
  const told = wanted.length ? `, ${shown.toLocaleString("en")} shown` : "";
  const count = one(`${DOCUMENTS} .bot-matching`);
  if (count && count.textContent !== told) count.textContent = told;
  one(`${DOCUMENTS} .bot-listed`)?.classList.toggle("matchless", found.length > 0 && shown === 0);
}

function sort() {
  const { column, descending } = sorted;
  for (const head of all(`${DOCUMENTS} thead th[scope=col]`)) {
    if (!one(".bot-sort", head)) continue;
    const by = head.classList.contains(`bot-${column}`);
    head.setAttribute("aria-sort", by ? (descending ? "descending" : "ascending") : "none");
  }
  const text = (row) => (one(`.bot-${column} .bot-name`, row) ?? one(`.bot-${column}`, row)).textContent;
  const now = rows();
  const keyed = now.map((row) => [KEYS[column](text(row)), row]);
  keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0) * (descending ? -1 : 1));
  if (keyed.every(([, row], at) => row === now[at])) return;
  one(`${DOCUMENTS} tbody`).append(...keyed.map(([, row]) => row));
}

function settle() {
  const fresh = rows().filter((row) => !row.named);
  for (const row of fresh) {
    row.named = true;
    for (const button of all("button", row)) {
      button.setAttribute("aria-label", `${button.textContent}: ${title(row)}`);
    }
  }
  all(`${DOCUMENTS} tr.busy`).forEach((row) => row.classList.remove("busy"));
  if (fresh.length) sort();
  filter();
  if (fresh.length && returnTo >= 0) refocus();
}

// The row that was pressed is gone, or another element: go on at the one in its place.
function refocus() {
  const now = rows();
  const next = one("button", now[Math.min(returnTo, now.length - 1)]);
  if (document.activeElement === document.body) next.focus();
  returnTo = -1;
}

onChange(`${DOCUMENTS}, #bot-report`, settle);
document.addEventListener("input", (event) => {
  if (event.target === search()) filter();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const row = event.target.closest?.(`${DOCUMENTS} tr.confirming`);
  if (row) unconfirmed(row);
});

const title = (row) => one(".bot-name", row).textContent;

const PRESSES = {
  "bot-sort": (button) => {
    const column = named(button.closest("th"), "bot");
    sorted = { column, descending: sorted.column === column && !sorted.descending };
    sort();
  },
  "bot-choose-folder": () => folder.click(),
  "bot-doc-read": (_, row) => {
    openTab("Chat");
    openDocument(named(row, "doc"), title(row));
  },
  "bot-doc-again": (_, row) => tell("again", row),
  "bot-doc-remove": (_, row) => confirmed(row),
  "bot-doc-no": (_, row) => unconfirmed(row),
  "bot-doc-yes": (_, row) => tell("remove", row),
};

function tell(wish, row) {
  returnTo = rows().indexOf(row);
  unconfirmed(row);
  row.classList.add("busy");
  act("bot-library-action", wish, named(row, "doc"));
}

// Ask in the row itself; "No" is focused, so that a second Enter removes nothing.
function confirmed(row) {
  all(`${DOCUMENTS} tr.confirming`).forEach(unconfirmed);
  const ask = document.createElement("span");
  ask.className = "bot-confirm";
  ask.setAttribute("role", "group");
  ask.setAttribute("aria-label", `Remove ${title(row)}?`);
  ask.append("Remove? ");
  for (const [css, label] of [["bot-doc-yes", "Yes"], ["bot-doc-no", "No"]]) {
    const button = ask.appendChild(document.createElement("button"));
    button.type = "button";
    button.className = css;
    button.textContent = label;
  }
  row.classList.add("confirming");
  one(".bot-row-actions", row).append(ask);
  one(".bot-doc-no", ask).focus();
}

function unconfirmed(row) {
  const had = one(".bot-confirm", row);
  row.classList.remove("confirming");
  if (!had) return;
  const focused = had.contains(document.activeElement);
  had.remove();
  if (focused) one(".bot-doc-remove", row).focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#bot-library button");
  const wish = button && Object.keys(PRESSES).find((css) => button.classList.contains(css));
  if (wish && !button.closest("tr.busy")) PRESSES[wish](button, button.closest("tr.bot-document"));
});

// Gradio names its uploads otherwise than the words that are seen on them: those are their names. On the
// library's, library.css shows words of ours, since Gradio's speak of files only.
const DROP = "Drop files or folders here, or press to choose files";
function nameUploads() {
  for (const upload of all(".upload-container")) {
    if (upload.closest(UPLOAD)) upload.setAttribute("aria-label", DROP);
    else upload.removeAttribute("aria-label");
  }
}
nameUploads();
onChange("#bot-tabs", nameUploads);
