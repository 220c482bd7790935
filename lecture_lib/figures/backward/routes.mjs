// The backward pass of one step of an LSTM or a GRU, taken apart into its routes, any of which can be
// cut: the mirror of lstm_routes and gru_routes in Python. With none cut the gradients are those of
// cells.mjs.

/**
 * @typedef {object} Step
 * @property {Float64Array} dh what reaches h (H), from later steps and from the loss
 * @property {Float64Array} [dc] what reaches c (H)
 * @property {Float64Array} [h] the state before the step (H)
 * @property {Float64Array} [c] the cell state before it (H)
 * @property {Record<string, Float64Array>} gates the step's, by name (H)
 * @property {Float64Array} weightHh that of the cell
 * @property {(route: string) => boolean} cut whether a route is cut
 */

/**
 * @param {Step} step
 * @returns {Record<string, Float64Array>} each route by name; "via f" …, what a gate sends to δh_{t−1};
 *   dc, all that reaches c; dhBefore and dcBefore
 */
export function lstmRoutes({ dh, dc, c, gates: { i, f, g, o }, weightHh, cut }) {
  const H = dh.length;
  const uncut = (name) => (cut(name) ? 0 : 1);
  const each = (of) => Float64Array.from({ length: H }, (_, k) => of(k));
  const tanhC = each((k) => Math.tanh(f[k] * c[k] + i[k] * g[k]));
  const read = each((k) => uncut("read") * dh[k] * o[k] * (1 - tanhC[k] ** 2));
  const all = each((k) => dc[k] + read[k]);
  const routes = {
    read,
    dc: all,
    belt: each((k) => uncut("belt") * all[k] * f[k]),
    i: each((k) => uncut("i") * all[k] * g[k] * i[k] * (1 - i[k])),
    f: each((k) => uncut("f") * all[k] * c[k] * f[k] * (1 - f[k])),
    g: each((k) => uncut("g") * all[k] * i[k] * (1 - g[k] ** 2)),
    o: each((k) => uncut("o") * dh[k] * tanhC[k] * o[k] * (1 - o[k])),
  };
  ["i", "f", "g", "o"].forEach((name, block) => {
    const share = throughWeights(weightHh, block, routes[name]);
    routes[`via ${name}`] = each((k) => uncut("h") * share[k]);
  });
  routes.h = each((k) =>
    ["i", "f", "g", "o"].reduce((sum, name) => sum + routes[`via ${name}`][k], 0),
  );
  return { ...routes, dhBefore: routes.h, dcBefore: routes.belt };
}

/**
 * @param {Step} step
 * @returns {Record<string, Float64Array>} as lstmRoutes, without c
 */
export function gruRoutes({ dh, h, gates: { r, z, n }, weightHh, cut }) {
  const H = dh.length;
  const uncut = (name) => (cut(name) ? 0 : 1);
  const each = (of) => Float64Array.from({ length: H }, (_, k) => of(k));
  const routes = {
    belt: each((k) => uncut("belt") * dh[k] * (1 - z[k])),
    n: each((k) => uncut("n") * dh[k] * z[k] * (1 - n[k] ** 2)),
    z: each((k) => uncut("z") * dh[k] * (n[k] - h[k]) * z[k] * (1 - z[k])),
  };
  const recall = throughWeights(weightHh, 2, routes.n); // reaches r ⊙ h_{t−1}
  routes.r = each((k) => uncut("r") * recall[k] * h[k] * r[k] * (1 - r[k]));
  const [byR, byZ] = ["r", "z"].map((name, block) => throughWeights(weightHh, block, routes[name]));
  routes["via z"] = each((k) => uncut("h") * byZ[k]);
  routes["via n"] = each((k) => uncut("h") * recall[k] * r[k]);
  routes["via r"] = each((k) => uncut("h") * byR[k]);
  routes.h = each((k) => routes["via z"][k] + routes["via n"][k] + routes["via r"][k]);
  return { ...routes, dhBefore: each((k) => routes.belt[k] + routes.h[k]) };
}

// U_blockᵀ · d, for the block-th H rows of weightHh.
function throughWeights(weightHh, block, d) {
  const H = d.length;
  return Float64Array.from({ length: H }, (_, k) =>
    d.reduce((sum, value, row) => sum + weightHh[(block * H + row) * H + k] * value, 0),
  );
}
