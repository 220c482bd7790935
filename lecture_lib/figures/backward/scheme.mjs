// One step of the backward pass as pipes, as wide as the gradient that they carry.
import { put, sub, svg, write } from "../../web/kit/dom.mjs";
import { short } from "./words.mjs";

const HEIGHT = 292;
const BOX = { y: 142, height: 44, width: 58 };

function createPipes(pipes) {
  const nodes = pipes.map(({ kind }) => ({
    line: svg("path", { class: `live-pipe live-${kind}` }),
    cross: svg("path", { class: "live-pipe-cut" }),
  }));
  function layout(x) {
    pipes.forEach(({ way, cross: up = 8 }, k) => {
      const { line, cross } = nodes[k];
      const points = way.map(([at, y]) => `${x(at).toFixed(1)},${y}`);
      put(line, { d: `M${points.join("L")}` });
      const [[x1, y1], [x2, y2]] = way;
      const [cx, cy] = [(x(x1) + x(x2)) / 2, y1 === y2 ? y1 : (y1 + y2) / 2 - up];
      put(cross, { d: `M${cx - 6},${cy - 6}l12,12m0,-12l-12,12` });
    });
  }
  function draw(row, k, cuts) {
    const most = Math.max(1e-300, ...pipes.map(({ of }) => Math.abs(row[of][k])));
    pipes.forEach(({ of, route, part }, n) => {
      const { line, cross } = nodes[n];
      const isCut = cuts.includes(route);
      const share = Math.abs(row[of][k]) / most;
      line.style.strokeWidth = `${isCut ? 1.5 : 1 + 9 * Math.sqrt(share)}px`;
      line.classList.toggle("live-pipe-closed", isCut);
      line.classList.toggle("live-pipe-minus", row[of][k] < 0);
      put(cross, { visibility: isCut && !part ? "visible" : "hidden" });
    });
  }
  return { nodes: nodes.flatMap(({ line, cross }) => [line, cross]), layout, draw };
}

// The gates with what reaches each, and below them what each sends to h.
function createBoxes(boxes) {
  const middle = { "text-anchor": "middle" };
  const gates = boxes.map(({ name }) => {
    const label = svg("text", { class: "live-gate-name", ...middle, y: BOX.y + 17 }, name);
    const value = svg("text", { class: "live-gate-value", ...middle, y: BOX.y + 35 });
    const back = svg("text", { class: "live-route-number live-h", y: 224 });
    const box = svg("rect", { ...BOX, rx: 10 });
    const root = svg("g", { class: `live-gate-box live-${name}` }, box, label, value);
    return { root, box, label, value, back };
  });
  function layout(x, width) {
    boxes.forEach(({ x: at }, k) => {
      const { box, label, value, back } = gates[k];
      const wide = Math.min(BOX.width, 0.145 * width);
      put(box, { x: x(at) - wide / 2, width: wide });
      for (const text of [label, value]) put(text, { x: x(at) });
      put(back, { x: x(at) + 7 });
    });
  }
  function draw(row, k) {
    boxes.forEach(({ name }, n) => {
      write(gates[n].value, short(row[name][k]));
      write(gates[n].back, short(row[`via ${name}`][k]));
    });
  }
  const nodes = [...gates.map(({ root }) => root), ...gates.map(({ back }) => back)];
  return { nodes, layout, draw };
}

// The numbers beside pipes, and the names of what comes in at the right and goes out at the left.
function createNumbers(numbers, ends) {
  const texts = numbers.map(({ kind, anchor = "middle", y, words }) => {
    const looks = { "text-anchor": anchor };
    const below = words && anchor === "start" ? y + 15 : y + 32;
    return {
      value: svg("text", { class: `live-route-number live-${kind}`, y, ...looks }),
      words: svg("text", { class: "live-route-word", y: below, ...looks }, words ?? ""),
    };
  });
  const names = ends.map(({ of, y, before }) => {
    const anchor = before ? "start" : "end";
    return svg("text", { class: `live-route-end live-${of.at(-1)}`, y, "text-anchor": anchor });
  });
  function layout(x, width) {
    numbers.forEach((number, k) => {
      for (const node of Object.values(texts[k])) put(node, { x: x(number.x) });
    });
    ends.forEach(({ before }, k) => put(names[k], { x: before ? 2 : width - 2 }));
  }
  function draw(row, k, t) {
    numbers.forEach(({ of }, n) => write(texts[n].value, short(row[of][k])));
    ends.forEach(({ of, before }, n) =>
      names[n].replaceChildren(...sub(of, `${before ? t - 1 : t}`)),
    );
  }
  const nodes = [...texts.flatMap(({ value, words }) => [value, words]), ...names];
  return { nodes, layout, draw };
}

/**
 * @param {object} scheme one of schemes.json: `pipes`, each `of` a route, with its `way` in fractions
 *   of the width and px from the top, the `route` whose cut cuts it, `part` if it is not all of that
 *   route; `boxes`, the gates; `numbers` beside pipes; `ends`, what comes in and goes out; `weights`,
 *   where the matrix is named
 * @returns {object} `layout(width)`, `draw({ row, k, t, cuts })`: the routes of step t, the unit
 *   from 0, the names of the routes that are cut
 */
export function createScheme({ pipes, boxes, joint, numbers, ends, weights }) {
  const [lines, gates] = [createPipes(pipes), createBoxes(boxes)];
  const values = createNumbers(numbers, ends);
  const plus = svg(
    "g",
    { class: "live-joint-plus" },
    svg("circle", { r: 9 }),
    svg("path", { d: "M-4.5,0H4.5M0,-4.5V4.5" }),
  );
  const matrix = svg(
    "text",
    { class: "live-route-word", y: HEIGHT - 12, "text-anchor": "middle" },
    "back through W_hh to h",
  );
  const root = svg("svg", { class: "live-routes", role: "img", height: HEIGHT });
  root.append(...lines.nodes, plus, matrix, ...gates.nodes, ...values.nodes);
  let last = null;

  function layout(width) {
    const x = (part) => 4 + part * (width - 8);
    put(root, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    for (const part of [lines, gates, values]) part.layout(x, width);
    put(plus, { transform: `translate(${x(joint.x)},${joint.y})` });
    put(matrix, { x: x(weights) });
    if (last) draw(last);
  }
  function draw(view) {
    last = view;
    const { row, k, t, cuts } = view;
    lines.draw(row, k, cuts);
    gates.draw(row, k);
    values.draw(row, k, t);
    const routes = Object.keys(row)
      .filter((name) => !name.startsWith("d"))
      .map((name) => `${name} ${short(row[name][k])}`);
    put(root, {
      "aria-label": `The gradient through step ${t}, unit ${k + 1}: ${routes.join(", ")}.`,
    });
  }
  return { root, layout, draw };
}
