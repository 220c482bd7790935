// A figure in Jupyter follows the links of the notebook's prose and lights its gates, as in the book.
// Each figure is a module of its own there, so each hears every click, and only the one meant answers.
import { html, write } from "../kit/dom.mjs";
import { createLight } from "../kit/light.mjs";
import { readSettings } from "./address.mjs";
import { bringIntoView, inWords, linkOf, mark, nearestTo, partsOf, watch } from "./prose.mjs";

const KIND = "data-live";

// Sets all that the query does not say as it was at first. Setting one may bring others along.
function assign(model, names, settings) {
  const initial = model.get("initial");
  const values = { ...Object.fromEntries(names.map((name) => [name, initial[name]])), ...settings };
  for (let pass = 0; pass < 2; pass += 1) for (const name in values) model.set(name, values[name]);
  model.save_changes();
}

// The ipywidgets of the panel whose labels are those of the controls `names`.
function widgetsOf(el, controls, names) {
  const labels = controls.filter(({ name }) => names.includes(name)).map(({ label }) => label);
  const rows = el.closest(".widget-vbox")?.querySelectorAll(".widget-inline-hbox") ?? [];
  const labelOf = (row) => row.querySelector(".widget-label, .widget-label-basic")?.textContent;
  return [...rows].filter((row) => labels.includes(labelOf(row)?.trim()));
}

function answer(model, el, module, query, told) {
  const { contract, controls, title } = module;
  const { settings, refused } = readSettings(query, module, { state: model.get("initial") });
  if (!refused) {
    const names = Object.keys(contract);
    const changed = watch(model, [...names, ...Object.keys(module.shorthand)]);
    assign(model, names, settings);
    mark([el, ...widgetsOf(el, controls, changed())]);
  }
  told.classList.toggle("live-unfit", Boolean(refused));
  write(told, refused || inWords(title, controls, query));
  // Once it is drawn: another tab may have another drawing.
  requestAnimationFrame(() => bringIntoView(el.closest(".widget-vbox") ?? el));
}

function listen({ model, el }, module) {
  const told = html("p", { class: "live-told", "aria-live": "polite" });
  el.setAttribute(KIND, module.kind);
  el.prepend(told);
  function hear(event) {
    const link = linkOf(event);
    const room = link?.closest(".jp-Notebook") ?? document;
    for (const [name, query] of link ? partsOf(link) : []) {
      const figures = [...room.querySelectorAll(`[${KIND}]`)];
      const named = figures.map((node) => [node.getAttribute(KIND), node]);
      if (nearestTo(link, name, named) !== el) continue;
      // The notebook would look for a heading of that name.
      event.preventDefault();
      event.stopPropagation();
      answer(model, el, module, query, told);
    }
  }
  window.addEventListener("click", hear, true);
  return () => window.removeEventListener("click", hear, true);
}

/**
 * @param {object} module of a figure, with what its class says
 * @returns {object} the module, which listens to links and lights gates wherever it is rendered
 */
export function listening(module) {
  function render(host) {
    const stop = module.render(host);
    const unlisten = listen(host, module);
    // A notebook has no host that lights: all its figures are lit together.
    const light = new AbortController();
    createLight(host.el, document.documentElement, light.signal);
    return () => {
      light.abort();
      unlisten();
      stop?.();
    };
  }
  return { ...module, render };
}
