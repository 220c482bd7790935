// What the backward figure says, and its numbers as short as a drawing needs.

const ROUTE_WORDS = { read: "read-out", belt: "belt", h: "way back through h" };

/**
 * "−0.012", and "3e−5" where that says more.
 * @param {number} value
 * @returns {string}
 */
export function short(value) {
  const size = Math.abs(value);
  const text =
    size === 0
      ? "0"
      : size >= 0.00095
        ? size.toFixed(size < 0.0095 ? 3 : size < 9.95 ? 2 : 1)
        : size.toExponential(0).replace("e-", "e−");
  return value < 0 ? `−${text}` : text;
}

/**
 * What is left at the step before t and at step 0, and of how much, if routes are cut.
 * @param {{ steps: number, t: number, left: object, uncut: object, cuts: string[], every: number }} view
 * @returns {string}
 */
export function storyOf({ steps, t, left, uncut, cuts, every }) {
  const each = (words) =>
    ["c", "h"]
      .filter((state) => left[state])
      .map((state) => `‖δ${state}‖ = ${words(state)}`)
      .join(", ");
  const before = each((state) => short(left[state][t - 1]));
  const start = each((state) => short(left[state][0]));
  if (!cuts.length) {
    const idle = every > 1 ? ` No route is cut, so M = ${every} changes nothing.` : "";
    return `Sent back through step ${t}, there is left ${before} at step ${t - 1}. At step 0, ${steps} steps back, ${start}.${idle}`;
  }
  const share = each((state) => `${short(left[state][0])} of ${short(uncut[state][0])}`);
  const named = cuts.map((name) => ROUTE_WORDS[name] ?? `way through ${name}`).join(", ");
  const where = every > 1 ? `, once in ${every} steps` : "";
  return `Cut: ${named}${where}. At step 0 there is left ${share}.`;
}
