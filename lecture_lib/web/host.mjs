// The page's host: what Jupyter does for a figure, done with native inputs. It mounts every
// `.live-figure`, builds its controls, and keeps its state in the URL's fragment:
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

const mounted = new Map();

function writeFragment() {
  const parts = [];
  for (const [anchor, { model, names }] of mounted) {
    const query = new URLSearchParams();
    const initial = model.get("initial");
    for (const name of names) {
      const text = JSON.stringify(model.get(name));
      if (text !== JSON.stringify(initial[name])) query.set(name, text);
    }
    if (query.size) parts.push(`${anchor}?${query}`);
  }
  const ours = [...mounted.keys()].some((anchor) => location.hash.startsWith(`#${anchor}?`));
  if (parts.length) history.replaceState(null, "", `#${parts.join(";")}`);
  else if (ours) history.replaceState(null, "", location.href.split("#")[0]);
}

function mount(twin) {
  const kind = twin.dataset.figure;
  const module = window.liveFigures?.[kind];
  if (!module) return;
  const { controls, state } = JSON.parse(twin.querySelector("script").textContent);
  const twins = [...mounted.keys()].filter((name) => name.replace(/-\d+$/, "") === kind).length;
  const anchor = twins ? `${kind}-${twins + 1}` : kind;
  const given = readState(anchor, module, controls, state);
  const model = new PageModel({ ...state, initial: state, ...given }, whenSettled(writeFragment, 300));
  mounted.set(anchor, { model, names: module.saved });
  const view = html("div");
  twin.id = anchor;
  twin.replaceChildren(view);
  module.render({ model, el: view });
  const form = html("form", { class: "live-controls", "aria-label": "Controls", onsubmit: (e) => e.preventDefault() },
    ...controls.map((control) => buildControl(control, model, anchor)));
  view.querySelector(".live-slot").replaceWith(form);
  const copy = html("button", { type: "button", class: "live-button", onclick: () => share(copy) }, "Copy link");
  view.querySelector(".live-tools").prepend(copy);
  if (Object.keys(given).length) twin.scrollIntoView();
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

for (const twin of document.querySelectorAll("div.live-figure[data-figure]")) {
  const fallback = [...twin.childNodes];
  try {
    mount(twin);
  } catch (error) {
    twin.replaceChildren(...fallback);
    console.error(error);
  }
}
