// Makes the pages quicker to work with; each of them works without it. Loads nothing and keeps no report text.
"use strict";

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// A click on words shows what they are evidence for, and the reverse.
function light(entries, follow) {
  all(".lit").forEach((e) => e.classList.remove("lit"));
  let firstMark = null;
  for (const name of entries) {
    const entry = document.getElementById(name);
    if (entry) entry.classList.add("lit");
    for (const mark of all("mark[data-of]")) {
      if (mark.dataset.of.split(" ").includes(name)) {
        mark.classList.add("lit");
        firstMark = firstMark || mark;
      }
    }
  }
  const target = follow === "text" ? firstMark : document.getElementById(entries[0]);
  if (target) target.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  const mark = event.target.closest("mark[data-of]");
  if (mark && getSelection().isCollapsed) {
    event.preventDefault();
    light(mark.dataset.of.split(" "), "entry");
    return;
  }
  const entry = event.target.closest("[data-entry]");
  if (entry && !event.target.closest("a, button, input, select, summary, label")) {
    at = cards().indexOf(entry);
    light([entry.dataset.entry], "text");
  }
});

// Keys, outside of fields.
const cards = () => all(".card[data-entry]");
let at = -1;
function go(step) {
  const list = cards();
  if (!list.length) return;
  at = (at + step + list.length) % list.length;
  list[at].focus({ preventScroll: true });
  list[at].scrollIntoView({ block: "nearest" });
  light([list[at].dataset.entry], "text");
}
function press(key) {
  const here = cards()[at] || document;
  const target = one(`[data-key="${key}"]`, here) || (here === document ? null : one(`.sides > section > details [data-key="${key}"], .add > [data-key="${key}"]`));
  if (!target) return false;
  if (target.tagName === "SUMMARY") {
    target.parentElement.open = true;
    const field = one("select, input:not([type=hidden])", target.parentElement);
    if (field) field.focus();
  } else target.click();
  return true;
}
// The decision on the suggestion that has the focus is taken back.
function undo() {
  const verdict = one("input[name=verdict][value=withdraw]", cards()[at] || document.createElement("p"));
  if (verdict) one("button", verdict.form).click();
  return verdict;
}
// In a list the rows: their links have the focus.
const rows = () => all("table.list tbody tr").filter((r) => one("a", r));
const current = () => rows().findIndex((r) => r.contains(document.activeElement));
function row(step) {
  const list = rows();
  if (!list.length) return;
  const was = current();
  const to = was < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(Math.max(was + step, 0), list.length - 1);
  one("a", list[to]).focus();
}
function choose() {
  const here = rows()[current()];
  const box = here && one("input.choice", here);
  if (box) box.click();
  return box;
}
document.addEventListener("keydown", (event) => {
  // Escape leaves a form that was opened, for the line that opened it.
  const opened = event.key === "Escape" && event.target.closest("details[open]");
  if (opened) { opened.open = false; one("summary", opened).focus(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), select, textarea")) return;
  const { key } = event;
  if (key === "j" || key === "k") (cards().length ? go : row)(key === "j" ? 1 : -1);
  else if (key === "x" && choose()) ;
  else if (key === "/" && one("form[action='/reports/find'] input[name=id]")) one("form[action='/reports/find'] input[name=id]").focus();
  else if (key === "f" && one("#finish button")) one("#finish button").focus();
  else if (key === "t" && one("#claim button")) one("#claim button").click();
  else if (key === "q" && one("a.asks")) one("a.asks").click();
  else if (key === "u" && undo()) ;
  else if (key === "?") { const keys = one("#keys"); if (keys) { keys.open = true; keys.scrollIntoView(); } }
  else if (key === "n") { const next = one("form[action='/reports/next'] button"); if (next) next.click(); }
  else if (["a", "A", "r", "c", "h", "+"].includes(key)) { if (!press(key)) return; }
  else return;
  event.preventDefault();
});

// After a decision the address names where to go on.
const named = /^#(u\d+|finish)$/.test(location.hash) && document.getElementById(location.hash.slice(1));
if (named && named.matches(".card")) { at = cards().indexOf(named) - 1; addEventListener("load", () => go(1)); }
else if (named) { const button = one("button", named); if (button) addEventListener("load", () => button.focus()); }

// Words selected in the text go into the form for what was missed, as code points of the text.
function place(node, offset) {
  const line = (node.nodeType === 1 ? node : node.parentElement).closest(".line[data-at]");
  if (!line) return null;
  const range = document.createRange();
  range.selectNodeContents(one(".t", line));
  try { range.setEnd(node, offset); } catch { return null; }
  const cut = range.cloneContents();
  all(".letter", cut).forEach((l) => l.remove());
  return Number(line.dataset.at) + [...cut.textContent].length;
}
document.addEventListener("selectionchange", () => {
  const form = one("#add form");
  const chosen = getSelection();
  if (!form || chosen.isCollapsed || !chosen.rangeCount) return;
  const range = chosen.getRangeAt(0);
  const start = place(range.startContainer, range.startOffset);
  const end = place(range.endContainer, range.endOffset);
  if (start === null || end === null || start >= end) return;
  form.elements.start.value = start;
  form.elements.end.value = end;
  // The words as they stand in the text, without the letters of the marks.
  const words = range.cloneContents();
  all(".letter, .n", words).forEach((l) => l.remove());
  one("#selected").textContent = `Selected: “${words.textContent.trim().slice(0, 300)}”`;
});

// On a narrow screen the limits of the list are out of the way until they are asked for.
const limits = one("details.limits");
if (limits) {
  const narrow = matchMedia("(max-width: 48rem)");
  const fit = () => { limits.open = !narrow.matches || location.search !== ""; };
  narrow.addEventListener("change", fit);
  fit();
}

// Reports are chosen for an assignment one by one, or all of the page.
const many = one("#many");
if (many) {
  const boxes = all("input.choice");
  const whole = document.createElement("input");
  Object.assign(whole, { type: "checkbox", className: "choice-all", title: "Choose all of this page" });
  whole.setAttribute("aria-label", whole.title);
  one("table.list th").prepend(whole);
  const tell = () => {
    const chosen = boxes.filter((b) => b.checked).length;
    one("button .count", many).textContent = chosen ? ` (${chosen})` : "";
    whole.checked = chosen === boxes.length;
    whole.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  whole.addEventListener("change", () => { boxes.forEach((b) => { b.checked = whole.checked; }); tell(); });
  boxes.forEach((b) => b.addEventListener("change", tell));
  addEventListener("pageshow", tell);
}

// The claim lasts as long as the page is open and somebody is there.
const work = one("#work[data-heartbeat]");
if (work) {
  let active = Date.now();
  for (const kind of ["keydown", "pointermove", "scroll"]) addEventListener(kind, () => { active = Date.now(); }, { passive: true, capture: true });
  setInterval(() => {
    if (Date.now() - active > 10 * 60 * 1000) return;
    const body = new URLSearchParams({ csrf: work.dataset.csrf, fence: work.dataset.fence });
    fetch(work.dataset.heartbeat, { method: "POST", body }).then((r) => { if (r.status === 409) location.reload(); }).catch(() => {});
  }, 60 * 1000);
}

// A session ends without requests; who is writing is still there.
let told = Date.now();
document.addEventListener("input", (event) => {
  if (!event.target.closest("form[method=post]") || Date.now() - told < 60 * 1000) return;
  told = Date.now();
  fetch("/health").catch(() => {});
});

// The text stays where it was read when a decision is saved.
const text = one(".sides > section:first-child");
if (text && location.pathname.startsWith("/reports/")) {
  const key = `scroll ${location.pathname}`;
  const kept = (sessionStorage.getItem(key) || "").split(" ").map(Number);
  if (kept.length === 2) { text.scrollTop = kept[0]; scrollTo(0, kept[1]); }
  addEventListener("pagehide", () => sessionStorage.setItem(key, `${text.scrollTop} ${scrollY}`));
}

// The live check: what is typed is read after a pause; an older answer never replaces a newer one.
const live = one("form[data-live]");
if (live) {
  const seen = one("#seen");
  const field = live.elements.text;
  let waiting = null;
  let asked = null;
  // Lines that are as they were stay: the browser lays out and paints the others alone.
  const put = (told) => {
    const fresh = document.createElement("template");
    fresh.innerHTML = told;
    const [was, is] = [one(".text", seen), one(".text", fresh.content)];
    if (!was || !is || was.parentNode !== seen) { seen.replaceChildren(fresh.content); return; }
    const lines = [...is.children];
    lines.forEach((line, n) => {
      const old = was.children[n];
      if (!old) was.append(line);
      else if (!old.isEqualNode(line)) old.replaceWith(line);
    });
    while (was.children.length > lines.length) was.lastElementChild.remove();
    const around = [...fresh.content.childNodes];
    const at = around.indexOf(is);
    for (const node of [...seen.childNodes]) if (node !== was) node.remove();
    was.before(...around.slice(0, at));
    was.after(...around.slice(at + 1));
  };
  const look = async () => {
    if (asked) asked.abort();
    const mine = asked = new AbortController();
    if (!field.value.trim()) { seen.replaceChildren(); return; }
    try {
      const body = new URLSearchParams({ csrf: live.elements.csrf.value, text: field.value });
      const answer = await fetch(live.dataset.live, { method: "POST", body, signal: mine.signal });
      if (answer.status === 401) { location.assign("/login"); return; }
      if (answer.status === 429) { clearTimeout(waiting); waiting = setTimeout(look, 1000); return; }
      if (!answer.ok) throw new Error("not read");
      const told = await answer.text();
      if (mine.signal.aborted) return;
      put(told);
      seen.classList.remove("old");
      seen.dataset.read = String(Number(seen.dataset.read || 0) + 1);
    } catch { if (!mine.signal.aborted) seen.classList.add("old"); }
  };
  field.addEventListener("input", () => {
    seen.classList.add("old");
    clearTimeout(waiting);
    waiting = setTimeout(look, 150);
  });
  live.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(waiting); look(); });
  live.addEventListener("reset", () => { setTimeout(look); field.focus(); });
  if (field.value.trim()) look();
}
