// One unit of a vanilla RNN: its state over time, and the map that each step goes through.
import { fixed, html, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { createRNN } from "../../web/numbers/cells.mjs";
import { seededUniform } from "../../web/numbers/seeded.mjs";
import { createPlayer } from "../../web/parts/player.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { EDGES, FADED, GRID, LONGEST, NOISE_STREAM, SECOND_PULSE, STEPS } from "./__init__.py";
import { createMap, stability } from "./map.mjs";
import { createTimes } from "./times.mjs";

const FOLLOWED = ["w", "u", "b", "input", "t"];

const noise = seededUniform(0, NOISE_STREAM, STEPS);
const INPUTS = {
  impulse: (t) => (t === 0 ? 1 : 0),
  pulses: (t) => (t === 0 ? 1 : t === SECOND_PULSE ? -1 : 0),
  steady: () => 1,
  noise: (t) => noise[t],
};

// The h with h = tanh(w h + b), from the least, and the map's slope there.
function findFixedPoints(w, b) {
  const excess = (h) => Math.tanh(w * h + b) - h;
  const [least, most] = EDGES;
  const at = (k) => least + ((most - least) * k) / GRID;
  const found = [];
  for (let k = 0; k < GRID; k += 1) {
    let [low, high] = [at(k), at(k + 1)];
    if (excess(low) * excess(high) > 0) continue;
    for (let n = 0; n < 60; n += 1) {
      const middle = (low + high) / 2;
      if (excess(low) * excess(middle) > 0) low = middle;
      else high = middle;
    }
    found.push({ h: low, slope: w * (1 - low ** 2) });
  }
  return found;
}

function createUnit() {
  const [weightIh, weightHh, bias] = [1, 1, 1].map((n) => new Float64Array(n));
  const maxSteps = LONGEST + 1;
  const cell = createRNN({ inputSize: 1, hiddenSize: 1, weightIh, weightHh, bias, maxSteps });
  const impulse = new Float64Array(maxSteps);
  const quiet = new Float64Array(maxSteps);

  function set({ w, u, b }) {
    [weightIh[0], weightHh[0], bias[0]] = [u, w, b];
  }

  // Steps until what an impulse of 1 changes has faded, or null.
  function fadeTime() {
    impulse[0] = 0;
    quiet.set(cell.forward(impulse, maxSteps).h);
    impulse[0] = 1;
    const { h } = cell.forward(impulse, maxSteps);
    const first = Math.abs(h[0] - quiet[0]);
    for (let k = LONGEST; k >= 0; k -= 1) {
      if (Math.abs(h[k] - quiet[k]) > FADED * first) return k < LONGEST ? k + 1 : null;
    }
    return null;
  }

  return { set, fadeTime, run: (x) => cell.forward(x, STEPS).h };
}

function fadingOf(u, steps) {
  const part = `${100 * FADED} %`;
  if (u === 0) return "With u = 0 nothing comes in.";
  return steps === null
    ? `What an impulse changes has not faded to ${part} after ${LONGEST} steps.`
    : `What an impulse changes fades to ${part} in ${steps} step${steps === 1 ? "" : "s"}.`;
}

function render({ model, el, signal }) {
  const frame = createFrame({
    model,
    el,
    draw,
    follows: FOLLOWED,
    fit: (width) => {
      el.classList.toggle("live-narrow", width <= 560);
      // On the stage they stand one below the other, however wide it is.
      const room = ({ root }) => root.parentElement.clientWidth || width;
      times.layout(room(times));
      map.layout(Math.min(room(map), 340));
    },
  });
  const go = (t) => frame.change({ t: t + 1 });
  const player = createPlayer(STEPS, go, signal);
  const unit = createUnit();
  const equation = html("p", { class: "live-unit-sum" });
  const times = createTimes(go);
  const map = createMap();
  const story = html("p", { class: "live-story live-measured" });
  const table = createTable(["t", "x", "h"], STEPS);
  const titled = (title, root) =>
    html("div", {}, html("p", { class: "live-heading" }, title), root);
  el.append(
    html("div", { class: "live-head" }, player.root, frame.tools),
    equation,
    html(
      "div",
      { class: "live-unit live-breaks" },
      titled("over time", times.root),
      titled("the map of one step", map.root),
    ),
    html("div", { class: "live-slot" }),
    story,
    table.root,
    frame.caption,
    frame.voice,
  );

  function draw() {
    const [w, u, b, input, step] = FOLLOWED.map((name) => model.get(name));
    const t = step - 1;
    unit.set({ w, u, b });
    const fading = fadingOf(u, unit.fadeTime());
    const x = Float64Array.from({ length: STEPS }, (_, k) => INPUTS[input](k));
    const h = unit.run(x);
    const points = findFixedPoints(w, b);
    player.draw(t);
    writeSum(equation, { w, u, b, x: x[t], before: t ? h[t - 1] : 0, h: h[t] });
    times.draw({ h, x, t });
    map.draw({ w, u, b, h, x, t, points });
    table.draw((row, k) => (k ? fixed(k === 1 ? x[row] : h[row], 6) : `${row + 1}`));
    const rests = points
      .map((point) => `${fixed(point.h)} (slope ${fixed(point.slope)}, ${stability(point)})`)
      .join(", ");
    write(story, `${fading} Without input, h stays at ${rests}.`);
    frame.say(`Step ${step}: h ${fixed(h[t])}. ${fading} Fixed points ${rests}.`);
  }
  return frame.start();
}

function writeSum(node, { w, u, b, x, before, h }) {
  const number = (kind, value) =>
    html("b", { class: `live-${kind}` }, value < 0 ? `(${fixed(value)})` : fixed(value));
  node.replaceChildren(
    "h = tanh(",
    number("like-h", w),
    " · ",
    number("soft", before),
    " + ",
    number("like-i", u),
    " · ",
    number("soft", x),
    " + ",
    number("like-g", b),
    ") = ",
    number("h", h),
  );
}

export default { render };
