// The page's host: what Jupyter does for a figure, done with native inputs. It mounts a `.live-figure`
// as it comes near the window, builds its controls, and keeps its state in the address.
import { html, whenSettled, write } from "../kit/dom.mjs";
import { createLight } from "../kit/light.mjs";
import { readFragment, readSettings, writePart } from "./address.mjs";
import { createFormulas } from "./formulas.mjs";
import { begin, layBy, readdress, recall, remember, takeUp } from "./history.mjs";
import { mountFigure } from "./native.mjs";

createLight(document.documentElement);
createFormulas();

const twins = [...document.querySelectorAll("div.live-figure[data-figure]")];
const mounted = new Map();
const waiting = new Set(twins);
// How figures that are not mounted yet are to stand, by anchor.
const remembered = takeUp() ?? recall();
let wanted = readFragment(remembered ?? location.hash.slice(1));

function fragmentNow() {
  const part = (twin) => {
    if (mounted.has(twin)) return mounted.get(twin).part();
    return wanted.get(twin.id) ? `${twin.id}?${wanted.get(twin.id)}` : "";
  };
  return twins.map(part).filter(Boolean).join(";");
}

let isPending = false;
const writeSoon = whenSettled(writeAddress, 300);
function settle() {
  isPending = true;
  writeSoon();
}

function writeAddress() {
  isPending = false;
  const fragment = fragmentNow();
  const isOurs = twins.some(({ id }) => location.hash.startsWith(`#${id}?`));
  if (fragment || isOurs) readdress(fragment);
  else remember(fragment);
}

function mount(twin) {
  const module = window.liveFigures?.[twin.dataset.figure];
  if (!module) return;
  const data = JSON.parse(twin.querySelector("script").textContent);
  const read = (query) => readSettings(query, module, data);
  const given = read(wanted.get(twin.id) ?? "");
  const view = html("div");
  twin.replaceChildren(view);
  const model = mountFigure(view, module, data, { given, settle, prefix: twin.id });
  const copy = html(
    "button",
    { type: "button", class: "live-button", onclick: () => share(copy) },
    "Copy link",
  );
  view.querySelector(".live-tools").prepend(copy);
  const part = () => writePart(twin.id, module, model);
  // What the query does not say is as it was at first.
  function restore(query) {
    const initial = model.get("initial");
    const names = Object.keys(module.contract);
    model.assign({
      ...Object.fromEntries(names.map((name) => [name, initial[name]])),
      ...read(query),
    });
  }
  mounted.set(twin, { part, restore });
}

async function share(copy) {
  writeAddress();
  try {
    await navigator.clipboard.writeText(location.href);
    write(copy, "Copied");
  } catch {
    write(copy, "It is in the address bar");
  }
  setTimeout(() => write(copy, "Copy link"), 2000);
}

// Whether the browser holds what is read in its place when something grows above; else `wake` does.
const ANCHORED = CSS.supports("overflow-anchor", "auto");

// Puts the figure in the place of its still picture, which stays if that fails.
function wake(twin) {
  if (!waiting.delete(twin)) return;
  observer?.unobserve(twin);
  const fallback = [...twin.childNodes];
  const focused = document.activeElement === twin;
  const bottom = ANCHORED ? 0 : twin.getBoundingClientRect().bottom;
  try {
    mount(twin);
  } catch (error) {
    twin.replaceChildren(...fallback);
    console.error(error);
  }
  twin.removeAttribute("tabindex");
  twin.classList.add("live-awake");
  if (focused) twin.querySelector("button, input, select")?.focus();
  if (bottom < 0)
    scrollBy({ top: twin.getBoundingClientRect().bottom - bottom, behavior: "instant" });
}

const observer =
  window.IntersectionObserver &&
  new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) wake(target);
    },
    { rootMargin: "100% 0%" },
  );

// Sets one figure, asleep or awake, as a part of a fragment says.
function show(twin, query) {
  wanted.set(twin.id, query);
  if (waiting.has(twin)) wake(twin);
  else mounted.get(twin)?.restore(query);
}

// The address is another one. Where the reader was before, all figures stand as they did then; a link
// that is new sets those that it names, and leads to the last of them.
function arrive() {
  const known = recall();
  const named = readFragment(known ?? location.hash.slice(1));
  if (known !== undefined) {
    wanted = named;
    for (const [twin, { restore }] of mounted) restore(named.get(twin.id) ?? "");
    return;
  }
  const set = twins.filter(({ id }) => named.get(id));
  for (const twin of set) show(twin, named.get(twin.id));
  set.at(-1)?.scrollIntoView({ behavior: "instant" });
  if (set.length) writeAddress();
  else remember(fragmentNow());
}

// A link of this page that sets a figure, `#gate-lab?t=5`: it means the nearest of that name.
function follow(event, link) {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const set = [...readFragment(link.hash.slice(1))]
    .map(([name, query]) => ({ query, twin: query && nearestTo(link, name) }))
    .filter(({ twin }) => twin);
  if (!set.length) return;
  event.preventDefault();
  writeAddress();
  for (const { twin, query } of set) show(twin, query);
  begin(fragmentNow());
  set.at(-1).twin.scrollIntoView({ block: "nearest", behavior: "instant" });
}

function nearestTo(link, name) {
  const { top } = link.getBoundingClientRect();
  const distance = (twin) => {
    const box = twin.getBoundingClientRect();
    return Math.max(box.top - top, top - box.bottom);
  };
  return twins
    .filter(({ id, dataset }) => id === name || dataset.figure === name)
    .sort((a, b) => distance(a) - distance(b))[0];
}

// A link within the page leads where it should if what lies on the way has its full height.
function clearWay(link) {
  const aim = document.getElementById(link.hash.slice(1));
  for (const twin of aim ? [...waiting] : []) {
    if (twin === aim || twin.compareDocumentPosition(aim) & Node.DOCUMENT_POSITION_FOLLOWING)
      wake(twin);
  }
}

const counts = {};
for (const twin of twins) {
  const kind = twin.dataset.figure;
  counts[kind] = (counts[kind] ?? 0) + 1;
  twin.id = counts[kind] > 1 ? `${kind}-${counts[kind]}` : kind;
  // The keyboard finds it before it is there.
  twin.tabIndex = 0;
  observer?.observe(twin);
}
const named = twins.filter(({ id }) => wanted.has(id));
// Who comes back to a page comes back to a height of it.
const again = performance.getEntriesByType("navigation").some(({ type }) => type !== "navigate");
(again || !observer ? twins : named).forEach(wake);
if (remembered === undefined) named.at(-1)?.scrollIntoView({ behavior: "instant" });
remember(fragmentNow());

addEventListener("popstate", arrive);
addEventListener("hashchange", arrive);
addEventListener("pagehide", () => {
  layBy(fragmentNow());
  if (isPending) writeAddress();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (!link) return;
  if (isPending) writeAddress();
  follow(event, link);
  clearWay(link);
});
