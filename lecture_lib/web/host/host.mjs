// The page's host: what Jupyter does for a figure, done with native inputs. It mounts a `.live-figure`
// as it comes near the window, builds its controls, and keeps its state in the URL's fragment:
//     #gate-lab?t=7&f=0.25;gate-lab-2?tab=1
import { html, whenSettled, write } from "../kit/dom.mjs";
import { isAllowed, mountFigure } from "./native.mjs";

// What the fragment says of one figure; a value that does not fit is left out.
function readState(anchor, module, data) {
  const part = location.hash
    .slice(1)
    .split(";")
    .find((p) => p.split("?")[0] === anchor);
  const found = {};
  if (!part?.includes("?")) return found;
  for (const [name, text] of new URLSearchParams(part.slice(anchor.length + 1))) {
    let value;
    try {
      value = JSON.parse(text);
    } catch {
      continue;
    }
    if (isAllowed(module, data, name, value)) found[name] = value;
  }
  return found;
}

const twins = [...document.querySelectorAll("div.live-figure[data-figure]")];
const mounted = new Map();

function writeFragment() {
  const parts = [];
  for (const twin of twins.filter((one) => mounted.has(one))) {
    const { model, names } = mounted.get(twin);
    const query = new URLSearchParams();
    const initial = model.get("initial");
    for (const name of names) {
      const text = JSON.stringify(model.get(name));
      if (text !== JSON.stringify(initial[name])) query.set(name, text);
    }
    if (query.size) parts.push(`${twin.id}?${query}`);
  }
  const ours = twins.some(({ id }) => location.hash.startsWith(`#${id}?`));
  if (parts.length) history.replaceState(null, "", `#${parts.join(";")}`);
  else if (ours) history.replaceState(null, "", location.href.split("#")[0]);
}

function mount(twin) {
  const module = window.liveFigures?.[twin.dataset.figure];
  if (!module) return;
  const data = JSON.parse(twin.querySelector("script").textContent);
  const given = readState(twin.id, module, data);
  const view = html("div");
  twin.replaceChildren(view);
  const model = mountFigure(view, module, data, {
    given,
    settle: whenSettled(writeFragment, 300),
    prefix: twin.id,
  });
  const copy = html(
    "button",
    { type: "button", class: "live-button", onclick: () => share(copy) },
    "Copy link",
  );
  view.querySelector(".live-tools").prepend(copy);
  mounted.set(twin, { model, names: Object.keys(module.contract) });
}

async function share(copy) {
  writeFragment();
  try {
    await navigator.clipboard.writeText(location.href);
    write(copy, "Copied");
  } catch {
    write(copy, "It is in the address bar");
  }
  setTimeout(() => write(copy, "Copy link"), 2000);
}

const waiting = new Set(twins);
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

// A link within the page leads where it should if what lies on the way has its full height.
function clearWay({ target }) {
  const link = target.closest('a[href^="#"]');
  const aim = link && document.getElementById(link.hash.slice(1));
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
const parts = location.hash
  .slice(1)
  .split(";")
  .map((part) => part.split("?")[0]);
const named = twins.filter(({ id }) => parts.includes(id));
// Who comes back to a page comes back to a height of it.
const again = performance.getEntriesByType("navigation").some(({ type }) => type !== "navigate");
(again || !observer ? twins : named).forEach(wake);
named.at(-1)?.scrollIntoView({ behavior: "instant" });
document.addEventListener("click", clearWay);
