// Held gates, one row each: which gate, of which unit, from which step to which, at what value.
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { button } from "../../web/kit/parts.mjs";

// `gates`: [{ cell, gate, name, low }], low being the least value, −1 or 0; `most` is how many
// holds there may be; `change(holds)` gets the new list; `suggest()` gives a first hold.
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

  const edit = (k, part) =>
    change(shown.holds.map((hold, j) => (j === k ? { ...hold, ...part } : hold)));

  function createRow(k) {
    const gate = html(
      "select",
      {
        "aria-label": `Hold ${k + 1}: gate`,
        onchange: () => {
          const { cell, gate: letter, low } = gates[gate.selectedIndex];
          edit(k, { cell, gate: letter, value: Math.max(low, shown.holds[k].value) });
        },
      },
      ...gates.map(({ name }) => html("option", {}, name)),
    );
    const unit = html("select", {
      "aria-label": `Hold ${k + 1}: unit`,
      onchange: () => edit(k, { unit: unit.selectedIndex }),
    });
    const step = (name, says) => {
      const input = html("input", {
        type: "number",
        min: 1,
        step: 1,
        "aria-label": `Hold ${k + 1}: ${says}`,
        onchange: () => {
          const wanted = Math.round(input.valueAsNumber);
          edit(k, {
            [name]: wanted ? Math.max(1, Math.min(shown.steps, wanted)) : shown.holds[k][name],
          });
          draw(shown);
        },
      });
      return input;
    };
    const [from, to] = [step("from", "from step"), step("to", "to step")];
    const value = html("input", {
      type: "range",
      max: 1,
      step: 0.01,
      "aria-label": `Hold ${k + 1}: value`,
      oninput: () => edit(k, { value: value.valueAsNumber }),
    });
    const reading = html("output", { "aria-hidden": "true" });
    const remove = button(
      "×",
      () => {
        change(shown.holds.filter((_, j) => j !== k));
        add.focus();
      },
      { "aria-label": `Remove hold ${k + 1}` },
    );
    const item = html(
      "li",
      {},
      gate,
      unit,
      html("span", {}, "steps ", from, " to ", to),
      html("span", { class: "live-holds-value" }, "at ", value, reading),
      remove,
    );

    function draw({ holds, units, steps }) {
      const hold = holds[k];
      const which = gates.findIndex(
        ({ cell, gate: letter }) => cell === hold.cell && letter === hold.gate,
      );
      gate.selectedIndex = which;
      if (unit.length !== Math.max(units, hold.unit) + 1) {
        unit.replaceChildren(
          ...Array.from({ length: Math.max(units, hold.unit) + 1 }, (_, j) =>
            html("option", {}, j ? `unit ${j}` : "all units"),
          ),
        );
      }
      unit.selectedIndex = hold.unit;
      for (const [input, number] of [
        [from, hold.from],
        [to, hold.to],
      ]) {
        input.max = steps;
        if (input.valueAsNumber !== number) input.value = number;
      }
      value.min = gates[which].low;
      if (value.valueAsNumber !== hold.value) value.value = hold.value;
      write(reading, fixed(hold.value));
      item.dataset.cell = hold.cell;
    }
    return { item, draw };
  }

  function draw(view) {
    shown = view;
    while (rows.length < shown.holds.length) rows.push(createRow(rows.length));
    if (list.childElementCount !== shown.holds.length)
      list.replaceChildren(...rows.slice(0, shown.holds.length).map((row) => row.item));
    shown.holds.forEach((_, k) => rows[k].draw(shown));
    write(
      note,
      shown.holds.length
        ? "Outlined: held. Inside a cell, and dotted: the free run."
        : "No gate is held: this is the free run.",
    );
    add.disabled = shown.holds.length >= most;
  }

  return { root, draw };
}
