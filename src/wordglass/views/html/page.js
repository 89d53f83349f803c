// @ts-check
/* Enhances a page that is whole without it: values read off drawings by pointer and keyboard, a choice of
   theme, and the whole state in the address: #section&theme=dark&open=a.b&at=drawing.3 */

/** @type {{section: string, theme: string, open: Set<string>, at: string, text: string}} */
const state = { section: "", theme: "", open: new Set(), at: "", text: "" };
const root = document.documentElement;
const READ = ".hit, .hits > *, mark[title]"; // what has a value to tell

function readAddress() {
  const [section, ...rest] = location.hash.slice(1).split("&");
  const given = new URLSearchParams(section.includes("=") ? [section, ...rest].join("&") : rest.join("&"));
  state.section = section.includes("=") ? "" : decodeURIComponent(section);
  state.theme = given.get("theme") === "dark" || given.get("theme") === "light" ? String(given.get("theme")) : "";
  state.open = new Set((given.get("open") ?? "").split(".").filter(Boolean));
  state.at = given.get("at") ?? "";
  state.text = given.get("text") ?? "";
}

function writeAddress() {
  const parts = [state.section && encodeURIComponent(state.section)];
  if (state.theme) parts.push(`theme=${state.theme}`);
  if (state.open.size) parts.push(`open=${[...state.open].join(".")}`);
  if (state.at) parts.push(`at=${state.at}`);
  if (state.text) parts.push(`text=${encodeURIComponent(state.text)}`);
  const hash = `#${parts.filter(Boolean).join("&")}`;
  if (hash !== (location.hash || "#")) history.replaceState(null, "", hash);
}

/* Theme */

const dark = matchMedia("(prefers-color-scheme: dark)");
const theme = document.createElement("button");

function showTheme() {
  if (state.theme) root.dataset.theme = state.theme;
  else delete root.dataset.theme;
  const isDark = state.theme ? state.theme === "dark" : dark.matches;
  theme.textContent = isDark ? "Light" : "Dark";
  theme.setAttribute("aria-label", isDark ? "Use light colours" : "Use dark colours");
}

theme.type = "button";
theme.addEventListener("click", () => {
  const isDark = state.theme ? state.theme === "dark" : dark.matches;
  state.theme = isDark ? "light" : "dark";
  showTheme();
  writeAddress();
});
dark.addEventListener("change", showTheme);

/* What is unfolded */

const all = document.createElement("button");
all.type = "button";
all.textContent = "Unfold all";
/** @returns {HTMLDetailsElement[]} */
const folds = () => [...document.querySelectorAll("details")];
all.addEventListener("click", () => {
  const open = folds().some((fold) => !fold.open);
  for (const fold of folds()) fold.open = open;
});

/** @param {Event} event */
function folded(event) {
  const fold = event.target;
  if (!(fold instanceof HTMLDetailsElement)) return;
  if (fold.id) {
    if (fold.open) state.open.add(fold.id);
    else state.open.delete(fold.id);
    writeAddress();
  }
  all.textContent = folds().some((one) => !one.open) ? "Unfold all" : "Fold all";
}
document.addEventListener("toggle", folded, true);

/* Reading values off a drawing or a text: by pointer, or with the arrow keys where it has the focus */

/** Say of an item of a container what its tooltip says, and mark it.
 * @param {Element} container @param {number} index @param {boolean} [keep] in the address */
function tell(container, index, keep = true) {
  const items = [...container.querySelectorAll(READ)];
  const item = items[index];
  for (const one of container.querySelectorAll(".now")) one.classList.remove("now");
  const out = container.nextElementSibling;
  if (!item || !(out instanceof HTMLOutputElement)) return;
  item.classList.add("now");
  const title = item.querySelector("title")?.textContent;
  out.value = title ?? `${item.textContent} ${item.getAttribute("title")}`;
  if (keep) {
    state.at = `${container.getAttribute("data-reads")}.${index}`;
    writeAddress();
  }
}

/** @param {Element} container @returns {number} */
const current = (container) => [...container.querySelectorAll(READ)].findIndex((item) => item.classList.contains("now"));

/** @param {Element} container */
function readable(container) {
  if (container.getAttribute("tabindex")) return;
  container.setAttribute("tabindex", "0");
  container.insertAdjacentHTML("afterend", "<output class=\"readout\"></output>");
  container.addEventListener("pointerover", (event) => {
    const item = event.target instanceof Element && event.target.closest(READ);
    if (item) tell(container, [...container.querySelectorAll(READ)].indexOf(item), false);
  });
  container.addEventListener("click", () => tell(container, current(container)));
  container.addEventListener("focus", () => current(container) < 0 && tell(container, 0, false));
  container.addEventListener("keydown", (event) => {
    if (!(event instanceof KeyboardEvent)) return;
    const last = container.querySelectorAll(READ).length - 1;
    const now = current(container);
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: last }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    tell(container, Math.min(Math.max(to, 0), last));
  });
}

/** Make drawings and texts readable; for parts of a page that came later, too.
 * @param {ParentNode} [within] */
export function enhance(within = document) {
  for (const container of within.querySelectorAll("[data-reads]")) readable(container);
  for (const table of within.querySelectorAll(".wide")) widths.observe(table);
}

/* A table that is wider than its place is scrolled with the keyboard, too; unfolding and resizing change that */
const widths = new ResizeObserver((changed) => {
  for (const { target } of changed) {
    if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
    else target.removeAttribute("tabindex");
  }
});

/* Where in the page one is */

function watchSections() {
  const links = new Map([...document.querySelectorAll("nav.contents a")].map((link) => [String(link.getAttribute("href")).slice(1), link]));
  const watcher = new IntersectionObserver((seen) => {
    for (const entry of seen) {
      if (!entry.isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(entry.target.id)?.setAttribute("aria-current", "true");
    }
  }, { rootMargin: "0px 0px -75% 0px" });
  for (const id of links.keys()) {
    const section = document.getElementById(id);
    if (section && id !== "main") watcher.observe(section);
  }
}

/* A link within the page changes the section of the state, and nothing else of it */
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest('a[href^="#"]');
  if (!link) return;
  event.preventDefault();
  state.section = String(link.getAttribute("href")).slice(1);
  writeAddress();
  go();
});

function go() {
  const section = state.section && document.getElementById(state.section);
  if (!section) return;
  section.setAttribute("tabindex", "-1");
  section.focus({ preventScroll: true });
  section.scrollIntoView({ behavior: "instant" }); // on a smooth way, what comes into view grows and moves it
}

function show() {
  readAddress();
  showTheme();
  for (const fold of folds()) if (fold.id) fold.open = state.open.has(fold.id);
  const [name, index] = state.at.split(".");
  const container = name && document.querySelector(`[data-reads="${CSS.escape(name)}"]`);
  if (container) tell(container, Number(index), false);
  if (state.section) go();
}

/* Other scripts of the page say what was typed, and where something new stands */
document.addEventListener("wordglass:text", (event) => {
  if (!(event instanceof CustomEvent)) return;
  state.text = String(event.detail);
  writeAddress();
});
document.addEventListener("wordglass:new", (event) => {
  if (event.target instanceof Element) enhance(event.target);
  go(); // to where the section stands now
});

document.querySelector(".tools")?.append(theme, all);
enhance();
watchSections();
addEventListener("hashchange", show);
show();
