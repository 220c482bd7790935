/* The backward pass of one step of an LSTM or a GRU, taken apart into its routes, any of which can be
   cut: the mirror of lstm_routes and gru_routes in lecture_lib/figures/backward.py. With none cut the
   gradients are those of cells.mjs. */

// Each route by name, and "via f" …, what a gate sends to δh_{t−1}: arrays of H numbers. `gates` and
// the states h, c before the step are arrays of H, weightHh is that of the cell; `cut(name)` says
// whether a route is cut.
export function lstmRoutes({ dh, dc, c, gates: { i, f, g, o }, weightHh, cut }) {
  const H = dh.length;
  const open = (name) => (cut(name) ? 0 : 1);
  const each = (of) => Float64Array.from({ length: H }, (_, k) => of(k));
  const tanhC = each((k) => Math.tanh(f[k] * c[k] + i[k] * g[k]));
  const read = each((k) => open("read") * dh[k] * o[k] * (1 - tanhC[k] ** 2));
  const all = each((k) => dc[k] + read[k]);
  const routes = {
    read,
    dc: all,
    belt: each((k) => open("belt") * all[k] * f[k]),
    i: each((k) => open("i") * all[k] * g[k] * i[k] * (1 - i[k])),
    f: each((k) => open("f") * all[k] * c[k] * f[k] * (1 - f[k])),
    g: each((k) => open("g") * all[k] * i[k] * (1 - g[k] ** 2)),
    o: each((k) => open("o") * dh[k] * tanhC[k] * o[k] * (1 - o[k])),
  };
  ["i", "f", "g", "o"].forEach((name, block) => {
    const share = throughWeights(weightHh, block, routes[name]);
    routes[`via ${name}`] = each((k) => open("h") * share[k]);
  });
  routes.h = each((k) =>
    ["i", "f", "g", "o"].reduce((sum, name) => sum + routes[`via ${name}`][k], 0),
  );
  return { ...routes, dhBefore: routes.h, dcBefore: routes.belt };
}

export function gruRoutes({ dh, h, gates: { r, z, n }, weightHh, cut }) {
  const H = dh.length;
  const open = (name) => (cut(name) ? 0 : 1);
  const each = (of) => Float64Array.from({ length: H }, (_, k) => of(k));
  const routes = {
    belt: each((k) => open("belt") * dh[k] * (1 - z[k])),
    n: each((k) => open("n") * dh[k] * z[k] * (1 - n[k] ** 2)),
    z: each((k) => open("z") * dh[k] * (n[k] - h[k]) * z[k] * (1 - z[k])),
  };
  const recall = throughWeights(weightHh, 2, routes.n); // reaches r ⊙ h_{t−1}
  routes.r = each((k) => open("r") * recall[k] * h[k] * r[k] * (1 - r[k]));
  const [byR, byZ] = ["r", "z"].map((name, block) => throughWeights(weightHh, block, routes[name]));
  routes["via z"] = each((k) => open("h") * byZ[k]);
  routes["via n"] = each((k) => open("h") * recall[k] * r[k]);
  routes["via r"] = each((k) => open("h") * byR[k]);
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
