// Holding gates at the word in hand: a switch and a slider for each gate, the units it is for, and
// the list of all that is held.
import { fixed, html, put, write } from "../../web/kit/dom.mjs";
import { button } from "../../web/kit/parts.mjs";

export const HELD_GATES = ["f", "i", "o"];
const GATE_WORDS = { f: "forget", i: "input", o: "output" };
const AT_FIRST = { f: 1, i: 0, o: 0 };

// A hold is { t, f, i, o, units }: at word t, from 1, each gate that is given is held at its value,
// of the units listed, 1 being the one that knows most of the subject, or of all where none is.
export function createClampDesk({ change, scope }) {
  const title = html("p", { class: "live-desk-title" });
  const advice = html(
    "span",
    { class: "live-advice" },
    "free: the memory unit’s own; units by what they know, η²",
  );
  const gates = HELD_GATES.map((gate) => {
    const hold = html("input", {
      type: "checkbox",
      name: `hold_${gate}`,
      "aria-label": `hold ${gate}, the ${GATE_WORDS[gate]} gate`,
      autocomplete: "off",
      onchange: () => set(gate, hold.checked ? value.valueAsNumber : undefined),
    });
    const value = html("input", {
      type: "range",
      name: `held_${gate}`,
      min: 0,
      max: 1,
      step: 0.01,
      value: AT_FIRST[gate],
      autocomplete: "off",
      "aria-label": `hold ${gate}, the ${GATE_WORDS[gate]} gate, at`,
      oninput: () => set(gate, value.valueAsNumber),
    });
    const says = html("output", { "aria-hidden": "true" });
    const label = html("label", {}, hold, html("span", {}, "hold ", html("b", {}, gate)));
    return {
      gate,
      hold,
      value,
      says,
      root: html("div", { class: `live-control live-clamp live-${gate}` }, label, says, value),
    };
  });
  const all = button("all units", () => choose([]));
  const units = [];
  const choices = html("div", {
    class: "live-units",
    role: "group",
    "aria-label": "Units that are held",
  });
  const chips = html("div", { class: "live-chips", role: "group", "aria-label": "What is held" });
  const none = html("span", { class: "live-advice" }, "Nothing is held: this is the free run.");
  const clear = button("Let all go", () => change([]));
  const root = html(
    "section",
    { class: "live-desk", "aria-label": "Hold gates at a word" },
    html("div", { class: "live-desk-head" }, title, advice),
    html("div", { class: "live-controls" }, ...gates.map((gate) => gate.root)),
    choices,
    chips,
  );
  let view = null;
  let listed = "";

  const here = () => view.holds.find((hold) => hold.t === view.t + 1);
  const chosen = () => here()?.units ?? view.units;

  function replace(hold) {
    const others = view.holds.filter(({ t }) => t !== view.t + 1);
    change([...others, ...(hold ? [hold] : [])].sort((a, b) => a.t - b.t));
  }
  function set(gate, value) {
    const { [gate]: _, ...rest } = here() ?? { t: view.t + 1, units: view.units };
    const hold = value === undefined ? rest : { ...rest, [gate]: value };
    replace(HELD_GATES.some((name) => name in hold) && hold);
  }
  // The units are those of every gate that is held at this word, and of those held next.
  function choose(list) {
    scope(list);
    if (here()) replace({ ...here(), units: list });
  }
  function toggle(rank) {
    const was = chosen();
    const now = was.includes(rank)
      ? was.filter((k) => k !== rank)
      : [...was, rank].sort((a, b) => a - b);
    choose(now.length === view.eta.length ? [] : now);
  }

  // `values`: the gates of the memory unit at this word; `eta`: what each unit knows.
  function draw(newView) {
    const same = view && view.eta === newView.eta;
    view = newView;
    if (!same) {
      units.length = 0;
      view.eta.forEach((eta, k) =>
        units.push(
          button(`${k + 1}`, () => toggle(k + 1), {
            "aria-label": `unit ${k + 1}, η² ${fixed(eta)}`,
            title: `unit ${k + 1}: η² = ${fixed(eta)}`,
          }),
        ),
      );
      units.forEach((unit, k) =>
        unit.append(html("small", {}, fixed(view.eta[k]).replace("0.", "."))),
      );
      choices.replaceChildren(html("span", { class: "live-advice" }, "in"), all, ...units);
    }
    const hold = here();
    write(title, `At “${view.word}”`);
    for (const { gate, hold: box, value, says, root: row } of gates) {
      const held = hold?.[gate];
      box.checked = held !== undefined;
      if (held !== undefined && value.valueAsNumber !== held) value.value = held;
      value.style.setProperty("--part", value.valueAsNumber);
      row.classList.toggle("live-free", held === undefined);
      write(says, held === undefined ? `free: ${fixed(view.values[gate])}` : `= ${fixed(held)}`);
    }
    const list = chosen();
    put(all, { "aria-pressed": list.length === 0 });
    units.forEach((unit, k) => put(unit, { "aria-pressed": list.includes(k + 1) }));
    const tags = view.holds.flatMap((held) =>
      HELD_GATES.filter((gate) => gate in held).map((gate) => ({ gate, held })),
    );
    const now = JSON.stringify([view.holds, view.words]);
    if (now !== listed)
      chips.replaceChildren(...(tags.length ? [...tags.map(createChip), clear] : [none]));
    listed = now;
  }

  function createChip({ gate, held }) {
    const which = held.units?.length
      ? `unit${held.units.length > 1 ? "s" : ""} ${held.units.join(", ")}`
      : "all units";
    const where = view.words[held.t - 1] ? `“${view.words[held.t - 1]}”` : `word ${held.t}`;
    const drop = () => {
      const { [gate]: _, ...rest } = held;
      const left = HELD_GATES.some((name) => name in rest) ? [rest] : [];
      change([...view.holds.filter((other) => other !== held), ...left].sort((a, b) => a.t - b.t));
      (chips.querySelector("button") ?? gates[0].hold).focus();
    };
    return button(`${gate} = ${fixed(held[gate])}, ${which}, at ${where} ✕`, drop, {
      class: `live-chip live-${gate}`,
      "aria-label": `Let go: ${gate} = ${fixed(held[gate])}, ${which}, at ${where}`,
    });
  }

  return { root, draw };
}
