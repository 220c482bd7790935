// The page's host: what Jupyter does for a figure, done with native inputs. It mounts a `.live-figure`
// as it comes near the window, builds its controls, and keeps its state in the URL's fragment:
//     #gate-lab?t=7&f=0.25;gate-lab-2?tab=1
import { fixed, html, whenSettled, write } from "./dom.mjs";

class PageModel {
  constructor(state, settle) {
    this.state = state;
    this.settle = settle;
    this.listeners = new Map();
  }
  get(name) {
    return this.state[name];
  }
  set(name, value) {
    if (JSON.stringify(value) === JSON.stringify(this.state[name])) return;
    this.state[name] = value;
    for (const listener of [...(this.listeners.get(`change:${name}`) ?? [])]) listener();
  }
  on(event, listener) {
    if (!this.listeners.has(event)) this.listeners.set(event, new Set());
    this.listeners.get(event).add(listener);
  }
  off(event, listener) {
    this.listeners.get(event)?.delete(listener);
  }
  save_changes() {
    this.settle();
  }
}

function buildControl(control, model, anchor) {
  const id = `${anchor}-${control.name}`;
  const label = html("label", { for: id }, control.label);
  const common = { id, name: control.name, autocomplete: "off" };
  const colour = control.colour ? ` live-${control.colour}` : "";
  const root = html("div", { class: `live-control live-${control.kind}${colour}` });
  const { nodes, show, value } = BUILDERS[control.kind](control, common, label);
  root.append(...nodes);
  root.addEventListener("input", () => {
    model.set(control.name, value());
    model.save_changes();
  });
  const follow = () => show(model.get(control.name));
  model.on(`change:${control.name}`, follow);
  follow();
  const turn = () => { root.hidden = control.tab !== undefined && control.tab !== model.get("tab"); };
  model.on("change:tab", turn);
  turn();
  return root;
}

// A control's nodes in order; how it shows a value; the value it has.
const BUILDERS = {
  range(control, common, label) {
    const { min, max, step } = control;
    const digits = step < 1 ? 2 : 0;
    const input = html("input", { type: "range", min, max, step, ...common });
    const output = html("output", { for: common.id, "aria-hidden": "true" });
    const show = (value) => {
      if (input.valueAsNumber !== value) input.value = value;
      input.style.setProperty("--part", (value - min) / (max - min));
      const reading = control.reads.replace("{value}", value.toFixed(digits));
      input.setAttribute("aria-valuetext", reading.replace("{percent}", Math.round(100 * value)));
      write(output, fixed(value, digits));
    };
    return { nodes: [label, output, input], show, value: () => input.valueAsNumber };
  },
  checkbox(control, common, label) {
    const input = html("input", { type: "checkbox", ...common });
    return { nodes: [input, label], show: (value) => { input.checked = value; }, value: () => input.checked };
  },
  select(control, common, label) {
    const options = control.options.map(([value, words]) => html("option", { value }, words));
    const input = html("select", common, ...options);
    return { nodes: [label, input], show: (value) => { input.value = value; }, value: () => control.options[input.selectedIndex][0] };
  },
};

// What the fragment says of one figure; a value that does not fit is left out.
function readState(anchor, module, controls, state) {
  const part = location.hash.slice(1).split(";").find((p) => p.split("?")[0] === anchor);
  const found = {};
  if (!part?.includes("?")) return found;
  for (const [name, text] of new URLSearchParams(part.slice(anchor.length + 1))) {
    let value;
    try {
      value = JSON.parse(text);
    } catch {
      continue;
    }
    const control = controls.find((c) => c.name === name);
    if (module.saved.includes(name) && (control ? fits(control, value) : module.accepts(name, value, state))) found[name] = value;
  }
  return found;
}

function fits(control, value) {
  if (control.kind === "checkbox") return typeof value === "boolean";
  if (control.kind === "select") return control.options.some(([known]) => known === value);
  const whole = control.step < 1 || Number.isInteger(value);
  return Number.isFinite(value) && whole && control.min <= value && value <= control.max;
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
  const { controls, state } = JSON.parse(twin.querySelector("script").textContent);
  const given = readState(twin.id, module, controls, state);
  const model = new PageModel({ ...state, initial: state, ...given }, whenSettled(writeFragment, 300));
  const view = html("div");
  twin.replaceChildren(view);
  module.render({ model, el: view });
  const form = html("form", { class: "live-controls", "aria-label": "Controls", onsubmit: (e) => e.preventDefault() },
    ...controls.map((control) => buildControl(control, model, twin.id)));
  view.querySelector(".live-slot").replaceWith(form);
  const copy = html("button", { type: "button", class: "live-button", onclick: () => share(copy) }, "Copy link");
  view.querySelector(".live-tools").prepend(copy);
  mounted.set(twin, { model, names: module.saved });
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
  if (bottom < 0) scrollBy({ top: twin.getBoundingClientRect().bottom - bottom, behavior: "instant" });
}

const observer = window.IntersectionObserver && new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) wake(target);
}, { rootMargin: "100% 0%" });

// A link within the page leads where it should if what lies on the way has its full height.
function clearWay({ target }) {
  const link = target.closest('a[href^="#"]');
  const aim = link && document.getElementById(link.hash.slice(1));
  for (const twin of aim ? [...waiting] : []) {
    if (twin === aim || twin.compareDocumentPosition(aim) & Node.DOCUMENT_POSITION_FOLLOWING) wake(twin);
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
const parts = location.hash.slice(1).split(";").map((part) => part.split("?")[0]);
const named = twins.filter(({ id }) => parts.includes(id));
// Who comes back to a page comes back to a height of it.
const again = performance.getEntriesByType("navigation").some(({ type }) => type !== "navigate");
(again || !observer ? twins : named).forEach(wake);
named.at(-1)?.scrollIntoView({ behavior: "instant" });
document.addEventListener("click", clearWay);
