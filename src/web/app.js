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
    const entries = mark.dataset.of.split(" ");
    light(entries, "entry");
    // Keys act on what has the focus; of several entries none is chosen for the user.
    const entry = entries.length === 1 && document.getElementById(entries[0]);
    if (entry) entry.focus({ preventScroll: true });
    return;
  }
  const entry = event.target.closest("[data-entry]");
  if (entry && !event.target.closest("a, button, input, select, summary, label")) light([entry.dataset.entry], "text");
});

// What a key could not do is said at the foot of the page, also to those who hear it.
const foot = document.createElement("p");
foot.id = "said";
foot.setAttribute("role", "status");
document.body.append(foot);
const say = (words) => { foot.textContent = words; return true; };

// Keys, outside of fields. The suggestion at hand is the one that has the focus, else the only one that is lit.
const cards = () => all(".card[data-entry]");
let last = -1;
function here() {
  const active = document.activeElement.closest(".card[data-entry]");
  const lit = all(".card.lit");
  return active || (lit.length === 1 ? lit[0] : null);
}
function stand(card) {
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
  light([card.dataset.entry], "text");
}
function go(step) {
  const list = cards();
  const from = here() ? list.indexOf(here()) : last;
  stand(list[from < 0 ? (step > 0 ? 0 : list.length - 1) : (from + step + list.length) % list.length]);
}
// The outline is where the keys act: with the focus in a card that card is lit, and no other.
document.addEventListener("focusin", (event) => {
  const card = event.target.closest(".card[data-entry]");
  if (!card) return;
  last = cards().indexOf(card);
  if (all(".card.lit").some((c) => c !== card)) light([card.dataset.entry]);
});
function act(target) {
  if (target.tagName === "SUMMARY") {
    target.parentElement.open = true;
    const field = one("select, input:not([type=hidden])", target.parentElement);
    if (field) field.focus();
  } else target.click();
  return true;
}
// Keys of the page as a whole.
function press(key) {
  const target = one(`[data-key="${key}"]`);
  if (target) return act(target);
  if (one("#claim button")) return say("Take the report in hand first: t.");
  return key === "A" && cards().length ? say("No suggestion is open.") : false;
}
// Keys of one suggestion: they act on the one at hand, or on none.
function decide(key) {
  if (!cards().length) return false;
  if (one("#claim button")) return say("Take the report in hand first: t.");
  const card = here();
  if (!card) return say("No suggestion has the focus, so nothing was decided: j goes to one.");
  if (key === "u") {
    const verdict = one("input[name=verdict][value=withdraw]", card);
    return verdict ? act(one("button", verdict.form)) : say("Nothing is decided on this suggestion.");
  }
  const target = one(`[data-key="${key}"]`, card);
  if (target) return act(target);
  return say(one(".decided", card) ? "This suggestion is decided: u takes that back." : "This cannot be done here.");
}
// The question about the only flag that can be asked about; of several, the next one gets the focus.
function question() {
  const list = all("a.asks");
  if (list.length < 2) { if (list[0]) list[0].click(); return list[0]; }
  const flag = document.activeElement.closest("li") || one("li.lit");
  const at = list.findIndex((a) => flag && flag.contains(a));
  const next = list[at >= 0 && document.activeElement !== list[at] ? at : (at + 1) % list.length];
  next.focus();
  light([next.closest("[data-entry]").dataset.entry], "text");
  return say(`Enter asks about this one; q goes on to the next of ${list.length}.`);
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
  say("");
  if (key === "j" || key === "k") (cards().length ? go : row)(key === "j" ? 1 : -1);
  else if (key === "x" && choose()) ;
  else if (key === "/" && one("form[action='/reports/find'] input[name=id]")) one("form[action='/reports/find'] input[name=id]").focus();
  else if (key === "f" && one("#finish button")) one("#finish button").focus();
  else if (key === "t" && one("#claim button")) one("#claim button").click();
  else if (key === "q" && question()) ;
  else if (key === "?") { const keys = one("#keys"); if (keys) { keys.open = true; keys.scrollIntoView(); } }
  else if (key === "n") { const next = one("form[action='/reports/next'] button"); if (next) next.click(); }
  else if (["a", "r", "c", "u"].includes(key)) { if (!decide(key)) return; }
  else if (["A", "h", "+"].includes(key)) { if (!press(key)) return; }
  else return;
  event.preventDefault();
});

// After a decision the address names where to go on. The outline is for what has the focus, not for what the address names.
document.documentElement.classList.add("scripted");
function named() {
  const place = /^#([ufncb]\d+|finish)$/.test(location.hash) && document.getElementById(location.hash.slice(1));
  if (!place) return;
  if (place.matches("[data-entry]")) stand(place); else one("button", place)?.focus();
}
addEventListener("load", named);
addEventListener("hashchange", named);

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
  // What is selected takes the place of what was typed.
  form.elements.line.value = form.elements.words.value = "";
  form.elements.start.value = start;
  form.elements.end.value = end;
  // The words as they stand in the text, without the letters of the marks.
  const words = range.cloneContents();
  all(".letter, .n", words).forEach((l) => l.remove());
  one("#selected").textContent = `Selected: “${words.textContent.trim().slice(0, 300)}”`;
});

// What is typed takes the place of what was selected.
document.addEventListener("input", (event) => {
  const { form, name } = event.target;
  if (!form || !["line", "words"].includes(name) || !form.closest("#add")) return;
  form.elements.start.value = form.elements.end.value = "";
  one("#selected").textContent = "It rests on the words that are typed here.";
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
