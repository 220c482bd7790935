// What of a map is seen: the steps of a span, the units in their order, and where there are more of
// them than pixels, means over those that share one.

/**
 * @param {object} map `values`, and maybe `ghost` and `held`, each T × H
 * @param {{ units: number, order: Int32Array, span: [number, number] }} view
 * @param {{ width: number, height: number }} size in device pixels
 * @returns {object} values, units, steps, and ghost and held where cells are large enough to show them
 */
export function windowOf({ values, ghost, held }, { units: H, order, span: [from, to] }, size) {
  const columns = to - from;
  if (columns > size.width || H > size.height)
    return binned(values, { H, order, from, columns }, size);
  const cut = (array) => {
    const cells = new Float64Array(columns * H);
    for (let t = 0, s = 0; t < columns; t += 1)
      for (let k = 0; k < H; k += 1, s += 1) cells[s] = array[(from + t) * H + order[k]];
    return cells;
  };
  const isLarge = size.width / columns >= 9 && size.height / H >= 9;
  return {
    values: cut(values),
    units: H,
    steps: columns,
    ghost: ghost && isLarge ? cut(ghost) : undefined,
    held: held && cut(held),
  };
}

function binned(values, { H, order, from, columns }, size) {
  const [steps, units] = [Math.min(columns, size.width), Math.min(H, size.height)];
  const sums = new Float64Array(steps * units);
  const [across, down] = [new Uint32Array(steps), new Uint32Array(units)];
  const rows = Int32Array.from(order, (_, k) => Math.floor((k * units) / H));
  for (const row of rows) down[row] += 1;
  for (let t = 0; t < columns; t += 1) {
    const column = Math.floor((t * steps) / columns);
    across[column] += 1;
    const [first, start] = [column * units, (from + t) * H];
    for (let k = 0; k < H; k += 1) sums[first + rows[k]] += values[start + order[k]];
  }
  for (let s = 0; s < sums.length; s += 1)
    sums[s] /= across[Math.floor(s / units)] * down[s % units];
  return { values: sums, units, steps };
}
