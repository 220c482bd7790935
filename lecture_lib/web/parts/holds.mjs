// Held gates, one row each: which gate, of which unit, from which step to which, at what value.
import { fixed, html, write } from "../kit/dom.mjs";
import { button } from "./button.mjs";

/**
 * @param {object} options `gates`: [{ cell, gate, name, low }], low being the least value, −1 or 0;
 *   `most` is how many holds there may be; `change(holds)` gets the new list; `suggest()` gives a
 *   first hold
 * @returns {{root: Element, draw: (view: {holds: object[], units: number, steps: number}) => void}}
 */
export function createHolds({ gates, most, change, suggest }) {
  const list = html("ul", { class: "live-holds" });
  const add = button("+ Hold a gate", () => change([...shown.holds, suggest()]));
  const note = html("span", { class: "live-advice" });
  const root = html(
    "section",
    { class: "live-holding", "aria-label": "Held gates" },
    list,
    html("p", {}, add, note),
  );
  const rows = [];
  let shown = { holds: [], units: 1, steps: 1 };

  function edit(k, part) {
    change(shown.holds.map((hold, j) => (j === k ? { ...hold, ...part } : hold)));
  }
  function remove(k) {
    change(shown.holds.filter((_, j) => j !== k));
    add.focus();
  }

  function draw(view) {
    shown = view;
    const { holds } = view;
    while (rows.length < holds.length) {
      const k = rows.length;
      rows.push(
        createRow(
          k,
          gates,
          (part) => edit(k, part),
          () => remove(k),
        ),
      );
    }
    if (list.childElementCount !== holds.length)
      list.replaceChildren(...rows.slice(0, holds.length).map((row) => row.root));
    holds.forEach((hold, k) => rows[k].draw(hold, view));
    write(
      note,
      holds.length
        ? "Outlined: held. Inside a cell, and dotted: the free run."
        : "No gate is held: this is the free run.",
    );
    add.disabled = holds.length >= most;
  }

  return { root, draw };
}

// One hold as inputs; `edit(part)` is asked for what is to be another, `remove()` to let it go.
function createRow(k, gates, edit, remove) {
  const name = (part) => ({ "aria-label": `Hold ${k + 1}: ${part}` });
  let shown;
  const gate = html(
    "select",
    {
      ...name("gate"),
      onchange: () => {
        const { cell, gate: letter, low } = gates[gate.selectedIndex];
        edit({ cell, gate: letter, value: Math.max(low, shown.hold.value) });
      },
    },
    ...gates.map((one) => html("option", {}, one.name)),
  );
  const unit = html("select", {
    ...name("unit"),
    onchange: () => edit({ unit: unit.selectedIndex }),
  });
  const ends = ["from", "to"].map((end) => {
    const input = html("input", {
      type: "number",
      min: 1,
      step: 1,
      ...name(`${end} step`),
      onchange: () => {
        const step = Math.round(input.valueAsNumber);
        edit({ [end]: step ? Math.max(1, Math.min(shown.steps, step)) : shown.hold[end] });
        draw(shown.hold, shown);
      },
    });
    return { end, input };
  });
  const value = html("input", {
    type: "range",
    max: 1,
    step: 0.01,
    ...name("value"),
    oninput: () => edit({ value: value.valueAsNumber }),
  });
  const reading = html("output", { "aria-hidden": "true" });
  const root = html(
    "li",
    {},
    gate,
    unit,
    html("span", {}, "steps ", ends[0].input, " to ", ends[1].input),
    html("span", { class: "live-holds-value" }, "at ", value, reading),
    button("×", remove, { "aria-label": `Remove hold ${k + 1}` }),
  );

  function draw(hold, { units, steps }) {
    shown = { hold, units, steps };
    gate.selectedIndex = gates.findIndex((one) => one.cell === hold.cell && one.gate === hold.gate);
    const names = ["all units"];
    for (let j = 1; j <= Math.max(units, hold.unit); j += 1) names.push(`unit ${j}`);
    if (unit.length !== names.length)
      unit.replaceChildren(...names.map((words) => html("option", {}, words)));
    unit.selectedIndex = hold.unit;
    for (const { end, input } of ends) {
      input.max = steps;
      if (input.valueAsNumber !== hold[end]) input.value = hold[end];
    }
    value.min = gates[gate.selectedIndex].low;
    if (value.valueAsNumber !== hold.value) value.value = hold.value;
    write(reading, fixed(hold.value));
    root.dataset.cell = hold.cell;
  }
  return { root, draw };
}
