// A figure outside Jupyter: a model in the page, and native inputs for its controls.
import { fixed, html, write } from "../kit/dom.mjs";
import { readingOf } from "../parts/handle.mjs";
import { createStage } from "./stage.mjs";

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
    // A copy: a listener may take itself off while it is told.
    const listeners = Array.from(this.listeners.get(`change:${name}`) ?? []);
    for (const listener of listeners) listener();
  }
  // All of `values`. One may bring others along, so what a listener has changed is set once more.
  assign(values) {
    for (let pass = 0; pass < 2; pass += 1) for (const name in values) this.set(name, values[name]);
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

// A control lights the gate whose letter is its name, or ends it as in `hold_f`; else that of its colour.
function letterClasses({ name, colour }) {
  const [, letter = colour] = /(?:^|_)([a-z])$/.exec(name) ?? [];
  return colour ? ` live-like-${colour} live-${letter}` : "";
}

function buildControl(control, model, anchor) {
  const id = `${anchor}-${control.name}`;
  const label = html("label", { for: id }, control.label);
  const common = { id, name: control.name, autocomplete: "off" };
  const root = html("div", { class: `live-control live-${control.kind}${letterClasses(control)}` });
  const { nodes, show, value } = BUILDERS[control.kind](control, common, label);
  root.append(...nodes);
  root.addEventListener("input", () => {
    model.set(control.name, value());
    model.save_changes();
  });
  const follow = () => show(model.get(control.name));
  model.on(`change:${control.name}`, follow);
  follow();
  const turn = () => {
    root.hidden = control.tab !== undefined && control.tab !== model.get("tab");
  };
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
      input.setAttribute("aria-valuetext", readingOf(control, value));
      write(output, fixed(value, digits));
    };
    return { nodes: [label, output, input], show, value: () => input.valueAsNumber };
  },
  checkbox(control, common, label) {
    const input = html("input", { type: "checkbox", ...common });
    return {
      nodes: [input, label],
      show: (value) => {
        input.checked = value;
      },
      value: () => input.checked,
    };
  },
  select(control, common, label) {
    const options = control.options.map(([value, words]) => html("option", { value }, words));
    const input = html("select", common, ...options);
    return {
      nodes: [label, input],
      show: (value) => {
        input.value = value;
      },
      value: () => control.options[input.selectedIndex][0],
    };
  },
};

/**
 * Renders a figure.
 * @param {Element} view where it is drawn
 * @param {object} module of the figure
 * @param {object} data of its twin
 * @param {object} options what is `given` in place of its own state; `settle()`, called after each
 *   change; `prefix` tells its inputs' ids from those of other figures
 * @returns {{ model: PageModel, stage: object }}
 */
export function mountFigure(view, module, { controls, state }, { given, settle, prefix }) {
  const model = new PageModel({ ...state, initial: state, ...given }, settle);
  module.render({ model, el: view });
  const form = html(
    "form",
    { class: "live-controls", "aria-label": "Controls", onsubmit: (e) => e.preventDefault() },
    ...controls.map((control) => buildControl(control, model, prefix)),
  );
  view.querySelector(".live-slot").replaceWith(form);
  const stage = createStage(view, module.title, settle);
  view.querySelector(".live-tools").prepend(stage.toggle);
  return { model, stage };
}
