// Holds as the figure keeps them, as the engine takes them: only what is there can be held.
import { GATES } from "./__init__.py";

/**
 * @param {{ network: object, input: object | null }} session
 * @returns {object} `asked(holds)`, those that can be; `whyNot(hold)`, why one cannot, or ""
 */
export function createHoldings(session) {
  function whyNot({ layer: number, direction, gate, unit, from }) {
    const layer = session.network.layers[number - 1];
    if (!layer) return `there is no layer ${number}`;
    if (!layer.cells[direction]) return `${layer.name} does not read that way`;
    if (!GATES[layer.kind].includes(gate)) return `${layer.name} has no gate ${gate}`;
    if (unit > layer.hiddenSize) return `${layer.name} has no unit ${unit}`;
    return from > (session.input?.T ?? Infinity) ? `there is no step ${from}` : "";
  }
  const asked = (holds) =>
    holds
      .filter((hold) => !whyNot(hold))
      .map(({ layer, direction, gate, unit, from, to, value }) => ({
        layer: session.network.layers[layer - 1].name,
        direction,
        gate,
        units: unit ? [unit - 1] : null,
        from: from - 1,
        to: Math.min(to, session.input.T),
        value,
      }));
  return { asked, whyNot };
}
