// What holds change, as it comes.

const arraysOf = ({ gates, h, c }) => ({ ...gates, h, ...(c && { c }) });

// The steps from … to become those of another trace, which has all steps or those alone.
function takeRows(trace, other, [from, to], H) {
  const others = arraysOf(other);
  for (const [letter, array] of Object.entries(arraysOf(trace))) {
    const isAll = others[letter].length === array.length;
    array.set(isAll ? others[letter].subarray(from * H, to * H) : others[letter], from * H);
  }
}
function copyOf({ gates, h, c }) {
  const copies = Object.entries(gates).map(([letter, array]) => [letter, array.slice()]);
  return { gates: Object.fromEntries(copies), h: h.slice(), ...(c && { c: c.slice() }) };
}

/**
 * A held run with a part of a newer one in it: what is not yet known anew stays as it was. The run is
 * changed in place.
 * @param {object | null} held the run before, if there is one
 * @param {object} free
 * @param {object} part as the engine gives it
 * @param {number} H units of its layer
 * @returns {object}
 */
export function withPart(held, free, { name, side, from, to, first, ...news }, H) {
  const run = held ?? { layers: free.layers.map((layer) => ({ name: layer.name })) };
  const layerOf = ({ layers }) => layers.find((layer) => layer.name === name);
  const [entry, own] = [layerOf(run), layerOf(free)[side]];
  entry[side] ??= copyOf(own);
  const before = side === "back" ? [to, own.h.length / H] : [0, from];
  if (first) {
    takeRows(entry[side], own, before, H);
    entry[side].held = news.held;
  }
  takeRows(entry[side], news, [from, to], H);
  return run;
}
