// @ts-check
/**
 * Makes the pages of `wordglass open` answer as one types. It only enhances: each page is plain forms and links,
 * which do the same without it. What is asked stands in the form; the address is the form's, always.
 */

import { enhance } from "./page.js";

const PAUSE = 1000; // ms without a key after which the next begins another step to go back to
const LONG = 20000; // characters from which an answer waits for a pause
const SLOW = 400; // ms of that pause
const LATE = 300; // ms from which one sees that an answer is waited for
const HEARD = 700; // ms until a prediction is said to those who hear the page

/** @type {HTMLFormElement | null} */
const form = document.querySelector("form[data-live]");
const panel = /** @type {HTMLElement} */ (document.querySelector("#panel"));
const said = /** @type {HTMLElement} */ (document.querySelector("#said"));

/** The fields of the form that an address tells, by name.
 * @param {HTMLFormElement} of @returns {(HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement)[]} */
function fields(of) {
  return /** @type {any[]} */ ([...of.elements]).filter((field) => field.name && field.type !== "submit");
}

/** What is asked, without what is empty.
 * @param {HTMLFormElement} of */
function asked(of) {
  return new URLSearchParams(fields(of).filter((field) => field.value).map((field) => [field.name, field.value]));
}

/** The address of what is asked. A text too long for one is left out of it.
 * @param {HTMLFormElement} of */
function address(of) {
  const query = asked(of);
  for (const [name, value] of [...query]) if (value.length > Number(of.dataset.keep)) query.delete(name);
  if (query.has("row")) query.delete("text");
  return of.action.split("#")[0] + (query.size ? `?${query}` : "") + location.hash;
}

/** Say something to those who hear the page, once it stays so.
 * @param {string | undefined} words */
function say(words) {
  clearTimeout(say.timer);
  say.timer = setTimeout(() => (said.textContent = words ?? ""), HEARD);
}
say.timer = 0;

/** Set HTML of the server into the page; what was unfolded stays so, and the focus where it was.
 * @param {Element} into @param {string} html */
function put(into, html) {
  const open = [...into.querySelectorAll("details[open][id]")].map((one) => one.id);
  const focused = document.activeElement;
  const again = focused instanceof HTMLElement && into.contains(focused) && like(focused);
  into.innerHTML = html;
  enhance(into);
  for (const id of open) into.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  if (again) /** @type {HTMLElement | null} */ (into.querySelector(again))?.focus({ preventScroll: true });
}

/** A selector of an element that comes again.
 * @param {Element} one */
function like(one) {
  if (one.id) return `#${CSS.escape(one.id)}`;
  if (one instanceof HTMLButtonElement && one.name) {
    return `button[name="${one.name}"][value="${CSS.escape(one.value)}"]`;
  }
  return one.parentElement?.id ? `#${CSS.escape(one.parentElement.id)} > ${one.localName}` : null;
}

/** @param {HTMLFormElement} of */
function live(of) {
  let pending = new AbortController();
  let typed = -Infinity;
  let timer = 0;
  let rest = 0;
  let late = 0;
  const told = of.querySelector("[data-told]");

  /** What the server makes of the form; what was asked before is dropped.
   * @param {string} [unfolded] the ids of what is to be filled of what can be folded; without it, all is
   * @returns {Promise<string | null>} HTML; null for what has been overtaken itself */
  async function answer(unfolded) {
    pending.abort();
    const own = (pending = new AbortController());
    const body = asked(of);
    if (unfolded !== undefined) body.set("unfolded", unfolded);
    const asking = fetch(of.dataset.live ?? "", { method: "POST", body, signal: own.signal });
    busy(true);
    let html = '<p class="lost">wordglass does not answer: it may have ended. Start it again.</p>';
    try {
      html = await (await asking).text();
    } catch {} // it is overtaken, or lost
    if (own.signal.aborted) return null;
    busy(false);
    return html;
  }

  /** Say that an answer is waited for; where that takes long, it is seen.
   * @param {boolean} is */
  function busy(is) {
    clearTimeout(late);
    if (is) {
      panel.setAttribute("aria-busy", "true");
      late = setTimeout(() => panel.classList.add("late"), LATE);
    } else {
      panel.removeAttribute("aria-busy");
      panel.classList.remove("late");
    }
  }

  /** Ask for what the form says, and show it: what is folded comes once there is time.
   * @param {string} [only] the selector of what alone is to change */
  async function update(only) {
    clearTimeout(rest);
    const began = performance.now();
    const html = await answer([...panel.querySelectorAll("details[open]")].map((one) => one.id).join(" "));
    if (html === null) return;
    if (only) {
      const part = new DOMParser().parseFromString(html, "text/html").querySelector(only);
      put(/** @type {Element} */ (panel.querySelector(only)), part?.innerHTML ?? "");
    } else put(panel, html);
    say(/** @type {HTMLElement | null} */ (panel.firstElementChild)?.dataset.said);
    if (told) told.textContent = `answered in ${Math.max(1, Math.round(performance.now() - began))} ms`;
    rest = setTimeout(fill, PAUSE);
  }

  /** Fill what was left for later: to be unfolded, found or printed. */
  async function fill() {
    clearTimeout(rest);
    const empty = [...panel.querySelectorAll("details[data-later]")];
    if (!empty.length || panel.hasAttribute("aria-busy")) return;
    const page = new DOMParser().parseFromString((await answer()) ?? "", "text/html");
    for (const fold of empty) {
      const [, ...rest] = page.getElementById(fold.id)?.childNodes ?? [];
      if (!rest.length) continue;
      fold.append(...rest);
      fold.removeAttribute("data-later");
      enhance(fold);
    }
  }

  /** Change a field, as a button that is named so does.
   * @param {string} name @param {string} value */
  function set(name, value) {
    let field = fields(of).find((one) => one.name === name);
    if (!field) {
      field = Object.assign(document.createElement("input"), { type: "hidden", name });
      of.append(field);
    }
    field.value = value;
  }

  of.addEventListener("submit", (event) => {
    const by = /** @type {HTMLButtonElement | null} */ (event.submitter);
    event.preventDefault();
    if (by?.name) set(by.name, by.value);
    if (by?.name === "show") set("epoch", "");
    history.pushState(null, "", address(of));
    if (by?.name === "word" && by.value) update().then(toWord);
    else update();
  });

  /** Go to the word that has been asked about. */
  function toWord() {
    /** @type {HTMLElement | null} */ (panel.querySelector("#word-name"))?.focus();
  }

  // fields of the form, wherever in the page they are
  document.addEventListener("input", (event) => {
    const field = /** @type {any} */ (event.target);
    if (field.form !== of) return;
    if ("reload" in field.dataset) return void location.assign(address(of));
    if (field.name === "text") set("row", "");
    clearTimeout(timer);
    const slow = field.value.length > LONG || (panel.firstElementChild?.matches("[data-slow]") && !field.dataset.into);
    if (slow) {
      pending.abort();
      busy(true); // from the key on, not from when the answer is asked for
      timer = setTimeout(() => update(field.dataset.into), SLOW);
    } else update(field.dataset.into); // before all else: the server works while the browser draws the key
    const now = performance.now();
    if (now - typed > PAUSE) history.pushState(null, "", address(of));
    else history.replaceState(null, "", address(of));
    typed = now;
  });

  panel.addEventListener("toggle", (event) => {
    if (/** @type {Element} */ (event.target).matches("details[open][data-later]")) fill();
  }, true);

  panel.addEventListener("click", (event) => {
    const word = /** @type {Element} */ (event.target).closest(".running mark");
    if (!word || !getSelection()?.isCollapsed || !of.elements.namedItem("word")) return;
    set("word", word.textContent ?? "");
    history.pushState(null, "", address(of));
    update().then(toWord);
  });

  panel.addEventListener("keydown", (event) => {
    const at = /** @type {Element} */ (event.target).matches(".running") && panel.querySelector(".running .now");
    if (event.key === "Enter" && at) /** @type {HTMLElement} */ (at).click();
  });

  addEventListener("popstate", () => {
    const query = new URLSearchParams(location.search);
    if (query.has("row")) return void location.reload(); // its text is not in the address
    for (const field of fields(of)) field.value = query.get(field.name) ?? "";
    update();
  });
}

/** Show a training as it goes: the server draws, its events say when there is something new.
 * @param {HTMLElement} curve */
function follow(curve) {
  const root = /** @type {HTMLAnchorElement} */ (document.querySelector(".brand a")).pathname;
  const run = curve.dataset.run;
  const events = new EventSource(`${root}api/runs/${run}/events`);
  const into = /** @type {HTMLElement} */ (document.querySelector("#curve"));
  let busy = false;
  let more = false;

  async function draw() {
    if (busy) return void (more = true);
    busy = true;
    do {
      more = false;
      const answer = await fetch(`${root}curve${location.search}`);
      put(into, await answer.text());
      say(/** @type {HTMLElement | null} */ (into.firstElementChild)?.dataset.said);
    } while (more);
    busy = false;
  }

  async function end() {
    events.close();
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    for (const of of ["main", ".picker"]) {
      put(/** @type {Element} */ (document.querySelector(of)), page.querySelector(of)?.innerHTML ?? "");
    }
    say(/** @type {HTMLElement | null} */ (document.querySelector("#curve > *"))?.dataset.said);
  }

  for (const kind of ["said", "epoch"]) events.addEventListener(kind, draw);
  for (const kind of ["done", "stopped", "failed"]) events.addEventListener(kind, end);
}

if (form && panel) live(form);
const going = /** @type {HTMLElement | null} */ (document.querySelector('[data-run][data-ended="no"]'));
if (going) follow(going);

// another model is opened at the text that stands there now
document.querySelector(".picker")?.addEventListener("submit", (event) => {
  const text = form?.elements.namedItem("text");
  const kept = /** @type {HTMLFormElement} */ (event.target).elements.namedItem("text");
  if (text instanceof HTMLTextAreaElement && kept instanceof HTMLInputElement) {
    kept.value = text.value.length > Number(form?.dataset.keep) ? "" : text.value;
  }
});

// the theme, which page.js keeps in the address, goes along
addEventListener("click", (event) => {
  const link = /** @type {Element} */ (event.target).closest("a");
  if (link && !link.hash && location.hash) link.hash = location.hash;
}, true);
addEventListener("submit", (event) => {
  const of = /** @type {HTMLFormElement} */ (event.target);
  const [path, own] = of.action.split(/#|&theme=/); // an answer that has a place of its own is gone to
  const theme = location.hash.slice(1).split("&").filter((part) => part.startsWith("theme="));
  of.action = path + (own ? `#${[own, ...theme].join("&")}` : location.hash);
}, true);
