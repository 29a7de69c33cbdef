"use strict";
// Filters the questions. Everything is readable without it.
const form = document.querySelector("#filter");
const rows = [...document.querySelectorAll(".q")];
const words = new Map(); // row -> its text in small letters, taken when it is first searched

function textOf(row) {
  if (!words.has(row)) words.set(row, row.textContent.toLowerCase());
  return words.get(row);
}

function failed(row, kind) {
  const found = row.dataset.failures;
  if (kind === "any") return found !== "";
  if (kind === "none") return found === "";
  return found.split(" ").includes(kind);
}

function filter() {
  const { failure, type, text } = form.elements;
  const sought = text.value.trim().toLowerCase();
  let shown = 0;
  for (const row of rows) {
    row.hidden =
      (failure.value && !failed(row, failure.value)) ||
      (type.value && row.dataset.type !== type.value) ||
      (sought && !textOf(row).includes(sought));
    shown += !row.hidden;
  }
  const of = shown === rows.length ? "" : ` of ${rows.length.toLocaleString("en")}`;
  form.querySelector("output").value = `${shown.toLocaleString("en")}${of} questions`;
}

// A link to a question shows and opens it, whatever is filtered.
function reveal() {
  const row = document.getElementById(location.hash.slice(1));
  if (!row?.matches(".q")) return;
  if (row.hidden) {
    form.reset();
    filter();
  }
  row.open = true;
  row.scrollIntoView();
}

form.hidden = false;
form.addEventListener("input", filter);
form.addEventListener("change", filter);
form.addEventListener("reset", () => setTimeout(filter));
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", reveal);
filter();
reveal();
