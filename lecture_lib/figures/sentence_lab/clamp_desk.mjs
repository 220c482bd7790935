// Holding gates at the word in hand: a switch and a slider for each gate, the units it is for, and
// the list of all that is held.
import { fixed, html, put, write } from "../../web/kit/dom.mjs";
import { button } from "../../web/parts/button.mjs";
import { GATES, TABLE } from "./__init__.py";

const GATE_WORDS = { f: "forget", i: "input", o: "output" };

const isHeld = (hold) => GATES.some((gate) => gate in hold);
const inOrder = (holds) => [...holds].sort((a, b) => a.t - b.t);

/**
 * A hold is { t, f, i, o, units }: at word t, from 1, each gate that is given is held at its value,
 * of the units listed, 1 being the one that knows most of the subject, or of all where none is.
 * @param {object} options `change(holds)` gets the new list, `scope(units)` the units of the next
 * @returns {{root: Element, draw: (view: object) => void}}
 */
export function createClampDesk({ change, scope }) {
  const title = html("p", { class: "live-desk-title" });
  const advice = html(
    "span",
    { class: "live-advice" },
    "free: the memory unit’s own; units by what they know, η²",
  );
  const gates = GATES.map((gate) => createGate(gate, (value) => set(gate, value)));
  const units = createUnits(choose);
  const chips = createChips(change, () => gates[0].focus());
  const root = html(
    "section",
    { class: "live-desk", "aria-label": "Hold gates at a word" },
    html("div", { class: "live-desk-head" }, title, advice),
    html("div", { class: "live-controls" }, ...gates.map((gate) => gate.root)),
    units.root,
    chips.root,
  );
  let view = null;
  const here = () => view.holds.find((hold) => hold.t === view.t + 1);

  function replace(hold) {
    const others = view.holds.filter(({ t }) => t !== view.t + 1);
    change(inOrder([...others, ...(isHeld(hold) ? [hold] : [])]));
  }
  function set(gate, value) {
    const { [gate]: _, ...rest } = here() ?? { t: view.t + 1, units: view.units };
    replace(value === undefined ? rest : { ...rest, [gate]: value });
  }
  // The units are those of every gate that is held at this word, and of those held next.
  function choose(list) {
    scope(list);
    if (here()) replace({ ...here(), units: list });
  }

  // `values`: the gates of the memory unit at this word; `eta`: what each unit knows.
  function draw(newView) {
    view = newView;
    const hold = here();
    write(title, `At “${view.word}”`);
    gates.forEach((gate, k) => gate.draw(hold?.[GATES[k]], view.values[GATES[k]]));
    units.draw(view.eta, hold?.units ?? view.units);
    chips.draw(view.holds, view.words);
  }
  return { root, draw };
}

// `set(value)` is asked for the value at which the gate is held, undefined to let it go.
function createGate(gate, set) {
  const box = html("input", {
    type: "checkbox",
    name: `hold_${gate}`,
    "aria-label": `hold ${gate}, the ${GATE_WORDS[gate]} gate`,
    autocomplete: "off",
    onchange: () => set(box.checked ? slider.valueAsNumber : undefined),
  });
  const slider = html("input", {
    type: "range",
    name: `held_${gate}`,
    min: 0,
    max: 1,
    step: 0.01,
    value: TABLE[gate] ?? 0,
    autocomplete: "off",
    "aria-label": `hold ${gate}, the ${GATE_WORDS[gate]} gate, at`,
    oninput: () => set(slider.valueAsNumber),
  });
  const reading = html("output", { "aria-hidden": "true" });
  const label = html("label", {}, box, html("span", {}, "hold ", html("b", {}, gate)));
  const root = html(
    "div",
    { class: `live-control live-clamp live-${gate}` },
    label,
    reading,
    slider,
  );

  function draw(held, free) {
    const isFree = held === undefined;
    box.checked = !isFree;
    if (!isFree && slider.valueAsNumber !== held) slider.value = held;
    slider.style.setProperty("--part", slider.valueAsNumber);
    root.classList.toggle("live-free", isFree);
    write(reading, isFree ? `free: ${fixed(free)}` : `= ${fixed(held)}`);
  }
  return { root, draw, focus: () => box.focus() };
}

// Which units a hold is for: a button each, [] for all.
function createUnits(choose) {
  const all = button("all units", () => choose([]));
  const root = html("div", {
    class: "live-units",
    role: "group",
    "aria-label": "Units that are held",
  });
  let buttons = [];
  let known = null;
  let chosen = [];

  function toggle(rank) {
    const others = chosen.filter((k) => k !== rank);
    const list = chosen.includes(rank) ? others : [...others, rank].sort((a, b) => a - b);
    choose(list.length === known.length ? [] : list);
  }
  const createUnit = (eta, k) => {
    const unit = button(`${k + 1}`, () => toggle(k + 1), {
      "aria-label": `unit ${k + 1}, η² ${fixed(eta)}`,
      title: `unit ${k + 1}: η² = ${fixed(eta)}`,
    });
    unit.append(html("small", {}, fixed(eta).replace("0.", ".")));
    return unit;
  };

  function draw(eta, list) {
    chosen = list;
    if (known !== eta) {
      known = eta;
      buttons = eta.map(createUnit);
      root.replaceChildren(html("span", { class: "live-advice" }, "in"), all, ...buttons);
    }
    put(all, { "aria-pressed": list.length === 0 });
    buttons.forEach((unit, k) => put(unit, { "aria-pressed": list.includes(k + 1) }));
  }
  return { root, draw };
}

// All that is held, a button each that lets it go; `focus()` is where the focus goes from the last.
function createChips(change, focus) {
  const root = html("div", { class: "live-chips", role: "group", "aria-label": "What is held" });
  const none = html("span", { class: "live-advice" }, "Nothing is held: this is the free run.");
  const clear = button("Let all go", () => change([]));
  let listed = "";

  function createChip(gate, hold, holds, words) {
    const which = hold.units?.length
      ? `unit${hold.units.length > 1 ? "s" : ""} ${hold.units.join(", ")}`
      : "all units";
    const where = words[hold.t - 1] ? `“${words[hold.t - 1]}”` : `word ${hold.t}`;
    const drop = () => {
      const { [gate]: _, ...rest } = hold;
      const others = holds.filter((other) => other !== hold);
      change(inOrder([...others, ...(isHeld(rest) ? [rest] : [])]));
      const next = root.querySelector("button");
      if (next) next.focus();
      else focus();
    };
    const sentence = `${gate} = ${fixed(hold[gate])}, ${which}, at ${where}`;
    return button(`${sentence} ✕`, drop, {
      class: `live-chip live-${gate}`,
      "aria-label": `Let go: ${sentence}`,
    });
  }

  function draw(holds, words) {
    const list = JSON.stringify([holds, words]);
    if (list === listed) return;
    listed = list;
    const chips = holds.flatMap((hold) =>
      GATES.filter((gate) => gate in hold).map((gate) => createChip(gate, hold, holds, words)),
    );
    root.replaceChildren(...(chips.length ? [...chips, clear] : [none]));
  }
  return { root, draw };
}
