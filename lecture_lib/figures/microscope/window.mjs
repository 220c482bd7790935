// What of a map is seen: the steps of a span, the units in their order, and where there are more of
// them than pixels, means over those that share one.

/**
 * @param {object} map `values`, and maybe `ghost` and `held`, each T × H
 * @param {{ units: number, order: Int32Array, span: [number, number] }} view
 * @param {{ width: number, height: number }} size in device pixels
 * @param {{ window: object, from: number, to: number } | null} [news] the window before, from which alone
 *   the steps from … to differ; it is changed in place
 * @returns {object} values, units, steps, and ghost and held where cells are large enough to show them;
 *   with news, the columns `changed`, the second left out
 */
export function windowOf({ values, ghost, held }, { units: H, order, span }, size, news) {
  const [from, to] = span;
  const columns = to - from;
  const isFine = columns <= size.width && H <= size.height;
  const [steps, units] = isFine ? [columns, H] : [columns, H].map(atMost(size));
  const columnOf = (t) => Math.floor(((t - from) * steps) / columns);
  const changed = news && changedOf(news, span, columnOf);
  const [first, end] = changed ?? [0, steps];
  const into = news?.window.values ?? new Float64Array(steps * units);
  if (!isFine) {
    bin(values, { H, order, from, columns, first, end }, { steps, units, into });
    return { values: into, units, steps, changed };
  }
  const cut = (array, cells = new Float64Array(columns * H), [start, last] = [0, columns]) => {
    for (let t = start, s = start * H; t < last; t += 1)
      for (let k = 0; k < H; k += 1, s += 1) cells[s] = array[(from + t) * H + order[k]];
    return cells;
  };
  const isLarge = size.width / columns >= 9 && size.height / H >= 9;
  return {
    values: cut(values, into, [first, end]),
    units,
    steps,
    ghost: ghost && isLarge ? (news?.window.ghost ?? cut(ghost)) : undefined,
    held: held && cut(held),
    changed,
  };
}

const atMost =
  ({ width, height }) =>
  (count, k) =>
    Math.min(count, k ? height : width);

// The columns in which steps of the span are new.
function changedOf({ from, to }, [low, high], columnOf) {
  const [first, last] = [Math.max(from, low), Math.min(to, high) - 1];
  return first > last ? [0, 0] : [columnOf(first), columnOf(last) + 1];
}

// Means of the columns first … end of all that share a pixel.
function bin(values, { H, order, from, columns, first, end }, { steps, units, into: sums }) {
  const [across, down] = [new Uint32Array(steps), new Uint32Array(units)];
  const rows = Int32Array.from(order, (_, k) => Math.floor((k * units) / H));
  for (const row of rows) down[row] += 1;
  sums.fill(0, first * units, end * units);
  // The first step of a column.
  const stepOf = (column) => Math.ceil((column * columns) / steps);
  for (let t = stepOf(first); t < stepOf(end); t += 1) {
    const column = Math.floor((t * steps) / columns);
    across[column] += 1;
    const [place, start] = [column * units, (from + t) * H];
    for (let k = 0; k < H; k += 1) sums[place + rows[k]] += values[start + order[k]];
  }
  for (let s = first * units; s < end * units; s += 1)
    sums[s] /= across[Math.floor(s / units)] * down[s % units];
}
