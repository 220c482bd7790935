// The page's host: what Jupyter does for a figure, done with native inputs. It mounts a `.live-figure`
// as it comes near the window, builds its controls, and keeps its state in the address.
import { html, whenSettled, write } from "../kit/dom.mjs";
import { createLight } from "../kit/light.mjs";
import { isStaged, readFragment, readSettings, writePart } from "./address.mjs";
import { createFormulas } from "./formulas.mjs";
import { begin, layBy, readdress, recall, remember, takeUp } from "./history.mjs";
import { mountFigure } from "./native.mjs";
import { bringIntoView, inWords, linkOf, mark, nearestTo, partsOf, watch } from "./prose.mjs";

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
  const { settings: given, refused } = read(wanted.get(twin.id) ?? "");
  const view = html("div");
  twin.replaceChildren(view);
  const told = createTold();
  const change = () => {
    told.say("");
    settle();
  };
  const options = { given, settle: change, prefix: twin.id };
  const { model, stage } = mountFigure(view, module, data, options);
  stage.set(!refused && isStaged(wanted.get(twin.id) ?? ""));
  const copy = html(
    "button",
    { type: "button", class: "live-button", onclick: () => share(copy) },
    "Copy link",
  );
  view.querySelector(".live-tools").prepend(copy);
  view.prepend(told.root);
  told.refuse(refused);
  const part = () => writePart(twin.id, module, model, stage.isOpen());
  // What the query does not say is as it was at first. What has changed is marked; a query that does
  // not fit is refused, and leaves all as it is.
  function restore(query) {
    const { settings, refused } = read(query);
    if (refused) return told.refuse(refused);
    const initial = model.get("initial");
    const names = Object.keys(module.contract);
    const changed = watch(model, [...names, ...Object.keys(module.shorthand)]);
    model.assign({
      ...Object.fromEntries(names.map((name) => [name, initial[name]])),
      ...settings,
    });
    stage.set(isStaged(query));
    const inputs = [...view.querySelector(".live-controls").elements];
    const moved = changed();
    const controls = inputs.filter(({ name }) => moved.includes(name));
    if (moved.length) {
      told.say("");
      mark([twin, ...controls.map((input) => input.closest(".live-control"))]);
    }
    return true;
  }
  // As a link of the prose asks.
  function follow(query) {
    if (!restore(query)) return false;
    mark([twin]);
    told.say(inWords(module.title, data.controls, query));
    return true;
  }
  mounted.set(twin, { part, restore, follow });
}

// What a link has done, for screen readers; what it may not do, for all.
function createTold() {
  const root = html("p", { class: "live-told", "aria-live": "polite" });
  function say(text) {
    root.classList.remove("live-unfit");
    write(root, text);
  }
  function refuse(sentence) {
    write(root, sentence);
    root.classList.toggle("live-unfit", Boolean(sentence));
    return false;
  }
  return { root, say, refuse };
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

const places = twins.map((twin) => [twin.dataset.figure, twin]);
// The figures that a link of this page sets, `#gate-lab?t=5`: of each name the nearest.
const aimsOf = (link) =>
  partsOf(link)
    .map(([name, query]) => ({ query, twin: nearestTo(link, name, places) }))
    .filter(({ twin }) => twin);

// Who opens such a link elsewhere is led to the figure that is meant here.
function address({ target }) {
  const link = target.closest?.("a.live-link");
  const aims = link ? aimsOf(link) : [];
  const parts = aims.map(({ twin, query }) => `${twin.id}?${query}`);
  if (aims.length) link.setAttribute("href", `#${parts.join(";")}`);
}

function follow(event, link) {
  const aims = aimsOf(link);
  if (!aims.length) return;
  event.preventDefault();
  writeAddress();
  for (const { twin } of aims) wake(twin);
  const followed = aims.map(({ twin, query }) => mounted.get(twin)?.follow(query));
  // One that finds the figure so already has an entry, too: the back button returns to the text.
  if (followed.includes(true)) begin(fragmentNow());
  // Once it is drawn: another tab may have another drawing.
  requestAnimationFrame(() => bringIntoView(aims.at(-1).twin));
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
for (const link of document.querySelectorAll('a[href^="#"][href*="?"]'))
  if (aimsOf(link).length) link.classList.add("live-link");
document.addEventListener("pointerdown", address);
document.addEventListener("click", (event) => {
  const link = linkOf(event);
  if (!link) return;
  if (isPending) writeAddress();
  follow(event, link);
  clearWay(link);
});
