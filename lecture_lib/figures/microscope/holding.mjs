// Gates that are held, of any layer and direction that there is.
import { html } from "../../web/kit/dom.mjs";
import { createHolds } from "../../web/parts/holds.mjs";
import { GATES, MOST_HOLDS } from "./__init__.py";

const SIGNED = "gn";
const sign = (direction) => (direction === "back" ? " ←" : "");
const cellOf = ({ layer, direction }) => `${layer} ${direction}`;

/**
 * What a schema cannot say of a hold.
 * @param {object} hold
 * @returns {boolean}
 */
export const holdAllowed = ({ from, to, gate, value }) =>
  from <= to && (value >= 0 || SIGNED.includes(gate));

// The gates that a network has, and those of holds that it has not.
function gatesOf(network, holds) {
  const many = network.layers.length > 1;
  const gates = network.layers.flatMap((layer, k) =>
    Object.keys(layer.cells).flatMap((direction) =>
      [...GATES[layer.kind]].map((gate) => ({
        cell: cellOf({ layer: k + 1, direction }),
        gate,
        name: (many ? `${layer.name}: ` : "") + gate + sign(direction),
        low: SIGNED.includes(gate) ? -1 : 0,
      })),
    ),
  );
  for (const hold of holds) {
    const [cell, gate] = [cellOf(hold), hold.gate];
    if (gates.some((one) => one.cell === cell && one.gate === gate)) continue;
    const low = SIGNED.includes(gate) ? -1 : 0;
    gates.push({ cell, gate, name: `layer ${hold.layer}: ${gate}, not there`, low });
  }
  return gates;
}

/**
 * @param {(values: object) => void} change
 * @returns {object} `draw(view, holds)`
 */
export function createHolding(change) {
  const root = html("div", { class: "live-holding-place" });
  let [key, part, view] = ["", null, null];

  // As the model has them: the cell of a row is a layer and a direction.
  function take(rows) {
    const before = view.holds;
    const holds = rows.map(({ cell, gate, unit, from, to, value }, k) => {
      const [layer, direction] = cell.split(" ");
      const moved = before[k]?.from !== from;
      const ends = from <= to ? { from, to } : moved ? { from, to: from } : { from: to, to };
      return { layer: Number(layer), direction, gate, unit, ...ends, value };
    });
    change({ holds });
  }
  function suggest() {
    const { number, side, layer, step, unit, T, network } = view;
    const [gate] = GATES[layer.kind];
    const own = { cell: cellOf({ layer: number + 1, direction: side }), gate, unit: unit + 1 };
    // A layer without gates: the first one that there is, in all units.
    const place = gate ? own : { ...gatesOf(network, [])[0], unit: 0 };
    return {
      cell: place.cell,
      gate: place.gate,
      unit: place.unit,
      from: step + 1,
      to: T,
      value: 1,
    };
  }
  function draw(newView, holds) {
    view = { ...newView, holds };
    const gates = gatesOf(newView.network, holds);
    const newKey = JSON.stringify(gates);
    if (newKey !== key) {
      key = newKey;
      part = createHolds({ gates, most: MOST_HOLDS, change: take, suggest });
      root.replaceChildren(part.root);
    }
    part.root.hidden = !gates.length;
    const rows = holds.map((hold) => ({ ...hold, cell: cellOf(hold) }));
    part.draw({ holds: rows, units: newView.H, steps: newView.T });
  }
  return { root, draw };
}
