// One step of a GRU cell as a conveyor belt. The state rides alone; the update gate is two valves on
// one rod, what it takes off the belt it writes from the candidate; the reset gate stands where the
// candidate looks back at the state. Every stream is as wide as the value it carries.
import {
  createBin,
  createEach,
  createGlide,
  createLabel,
  createPill,
  createStreams,
  createSum,
  createTanh,
  createTitle,
  createTrack,
  createValve,
  SMALL,
  stream,
  upright,
  WIDE,
} from "../../web/charts/plumbing.mjs";
import { fixed, put, signed, svg, write } from "../../web/kit/dom.mjs";
import { WEIGHT } from "./__init__.py";

const STREAM = 38; // px of stream for 1
const STREAMS = {
  kept: "h",
  new: "h",
  seen: "h",
  recalled: "r",
  dropped: "z",
  input: "x",
  candidate: "n",
  written: "z",
};

// Where things stand, in px, for a drawing `width` wide; y counts from the middle of the belt.
function placesOf(width) {
  const wide = width >= WIDE;
  const at = (part) => Math.round(width * part);
  return {
    width,
    wide,
    radius: wide ? 27 : 22,
    pill: wide ? 66 : width < SMALL ? 44 : 48,
    belt: wide ? 124 : 150,
    height: wide ? 354 : 448,
    old: at(0.085),
    tap: at(wide ? 0.2 : 0.205),
    keep: at(wide ? 0.4 : 0.385),
    kept: at(wide ? 0.53 : 0.525),
    write: at(wide ? 0.665 : 0.69),
    out: at(wide ? 0.845 : 0.8),
    now: at(wide ? 0.93 : 0.92),
    reset: wide ? 92 : 116,
    bin: wide ? 54 : 66,
    update: wide ? 78 : 92,
    row: wide ? 144 : 192,
    input: wide ? 192 : 262,
  };
}

function createParts() {
  const streams = createStreams(STREAMS);
  const title = (kind, full, short, lines, narrow = lines) =>
    createTitle(kind, { full, short, purpose: (width) => (width >= WIDE ? lines : narrow) });
  return {
    streams,
    titles: {
      r: title(
        "r",
        "Reset gate",
        "Reset",
        ["decides what the", "candidate sees of h"],
        ["decides what the", "candidate", "sees of h"],
      ),
      z: title("z", "Update gate", "Update", ["decides how much", "of h to replace"]),
      h: title("soft", "No output gate", "No output", ["the whole state", "is shown"]),
    },
    track: createTrack([streams.paths.kept, streams.paths.new]),
    wire: svg("path", { class: "live-lane" }),
    rod: svg("path", { class: "live-rod live-z" }),
    rodName: svg("text", { class: "live-says live-z", "text-anchor": "middle" }, "one gate"),
    bin: createBin("z", { rim: 17, foot: 13, depth: 36, rib: 5, inset: 10 }),
    inputs: createSum("soft", 13),
    tanh: createTanh(),
    sum: createSum("z", 14),
    tap: svg("circle", { class: "live-tap live-r", r: 7 }),
    out: svg("path", { class: "live-out live-h" }),
    outTap: svg("circle", { class: "live-tap live-h", r: 7 }),
    valves: createEach(createValve, { r: "r", keep: "z", write: "z" }),
    pills: createEach(createPill, { old: "h", kept: "h", now: "h", n: "n", x: "x" }),
    labels: createEach(createLabel, {
      old: "h",
      now: "h",
      dropped: "z",
      written: "z",
      n: "n",
      x: "x",
      recalled: "r",
    }),
  };
}

function arrange(parts, p) {
  const { titles, track, wire, rod, rodName, bin, inputs, tanh, sum, tap, out, outTap } = parts;
  const { belt: y, radius: r, wide, width } = p;
  const between = (p.keep + p.write) / 2;
  track.layout(width, y);
  titles.r.layout(wide ? p.tap : width * 0.17, width);
  titles.z.layout(wide ? between : width * 0.5, width);
  titles.h.layout(wide ? p.out : width * 0.84, width);
  put(rod, { d: `M${p.keep + r * 0.8},${y + r * 0.8}L${p.write - r - 3},${y + p.update - 5}` });
  put(rodName, {
    x: between - (wide ? 8 : 6),
    y: y + p.update / 2 + (wide ? 36 : 40),
    visibility: width < SMALL ? "hidden" : "visible",
  });
  put(bin.root, { transform: `translate(${p.keep},${y + p.bin})` });
  put(sum, { transform: `translate(${p.write},${y})` });
  put(inputs, { transform: `translate(${p.keep},${y + p.row})` });
  put(tanh, { transform: `translate(${p.kept},${y + p.row})` });
  put(wire, { d: `M${p.keep + 13},${y + p.row}H${p.kept - 27}` });
  put(tap, { cx: p.tap, cy: y });
  put(outTap, { cx: p.out, cy: y });
  put(out, { d: `M${p.out},${y + 7}V${y + (wide ? 114 : 56)}m-6,-7l6,7l6,-7` });
  arrangeValues(parts, p);
}

function arrangeValues({ valves, pills, labels }, p) {
  const { belt: y, radius: r, wide } = p;
  valves.r.place(
    p.tap,
    y + p.reset,
    r,
    wide ? { x: -r - 9, y: 5, "text-anchor": "end" } : { x: r + 3, y: 33, "text-anchor": "start" },
  );
  valves.keep.place(p.keep, y, r, { x: 0, y: -r - 12, "text-anchor": "middle" });
  valves.write.place(p.write, y + p.update, r);
  pills.old.place(p.old, y, p.pill);
  pills.kept.place(p.kept, y, p.pill);
  pills.now.place(p.now, y, p.pill);
  pills.n.place(p.write, y + p.row, p.pill);
  pills.x.place(p.keep, y + p.input, p.pill);
  labels.old.place({ x: p.old, y: y - 40 }, wide ? "before" : "", "h", "t−1");
  labels.now.place({ x: p.out, y: y + (wide ? 134 : 75) }, wide ? "after, and out" : "", "h", "t");
  labels.n.place({ x: p.write, y: y + p.row + 35 }, wide ? "candidate n" : "candidate");
  labels.x.place({ x: p.keep, y: y + p.input + 33 }, `input, × ${WEIGHT}`, "x", "t");
  labels.dropped.place({ x: p.keep, y: y + p.bin + 52 });
  labels.written.place({
    x: p.write + 26,
    y: y + 51,
    "text-anchor": "start",
    visibility: wide ? "visible" : "hidden",
  });
  labels.recalled.place({ x: p.keep - (wide ? 42 : 24), y: y + p.row + 38, "text-anchor": "end" });
}

function paintStep({ streams: { paint }, valves, bin }, p, v) {
  const y = p.belt;
  const row = y + p.row;
  const half = (value) => (Math.abs(value) * STREAM) / 2;
  const kept = (1 - v.z) * v.before;
  const replaced = v.z * v.before;
  const recalled = v.r * v.before;
  const fall = (name, value, x, from, to) => paint(name, value, upright(x, from, to, half(value)));
  paint("kept", v.before, stream(0, p.keep, p.write, y, half(v.before), half(kept)));
  paint("new", v.h, stream(p.write, p.write + 26, p.width, y, half(kept), half(v.h)));
  fall("dropped", replaced, p.keep, y + p.radius, y + p.bin);
  fall("seen", v.before, p.tap, y + 7, y + p.reset);
  // Down from the reset gate, and round the corner to the sum.
  const a = half(recalled);
  const corner = `V${row - a}Q${p.tap - a},${row + a} ${p.tap + a},${row + a}`;
  paint(
    "recalled",
    recalled,
    `M${p.tap - a},${y + p.reset}${corner}H${p.keep}V${row - a}H${p.tap + a}V${y + p.reset}Z`,
  );
  fall("input", v.x, p.keep, row, y + p.input);
  // From the tanh to the right, and round the corner up to the update gate.
  const b = half(v.n);
  const turn = `V${row}Q${p.write + b},${row + b} ${p.write},${row + b}`;
  paint(
    "candidate",
    v.n,
    `M${p.kept + 27},${row - b}H${p.write - b}V${y + p.update}H${p.write + b}${turn}H${p.kept + 27}Z`,
  );
  fall("written", v.z * v.n, p.write, y, y + p.update);
  valves.r.turn(v.r, 90);
  valves.keep.turn(1 - v.z, 0);
  valves.write.turn(v.z, 90);
  bin.lift(Math.abs(replaced));
}

function writeStep(root, { valves, pills, labels }, { wide }, v) {
  const kept = (1 - v.z) * v.before;
  const recalled = v.r * v.before;
  valves.r.write(fixed(v.r));
  valves.write.write(fixed(v.z));
  write(valves.keep.text, `1 − z ${fixed(1 - v.z)}`);
  pills.old.write(fixed(v.before));
  pills.kept.write(fixed(kept));
  pills.now.write(fixed(v.h));
  pills.n.write(signed(v.n));
  pills.x.write(signed(v.x));
  labels.dropped.write(`${signed(kept - v.before)}${wide ? " replaced" : ""}`);
  labels.written.write(signed(v.z * v.n));
  labels.recalled.write(wide ? `r × h = ${fixed(recalled)}, × ${WEIGHT}` : fixed(recalled));
  root.setAttribute(
    "aria-label",
    `Conveyor belt. Old state ${fixed(v.before)}; the reset gate at ${fixed(v.r)} lets ${fixed(recalled)} of it into the candidate, ` +
      `which with the input ${fixed(v.x)} becomes ${fixed(v.n)}; the update gate at ${fixed(v.z)} keeps ${fixed(kept)} of the old state ` +
      `and writes ${fixed(v.z * v.n)}; new state ${fixed(v.h)}.`,
  );
}

/**
 * The belt of a GRU's hidden state, with its gates as valves.
 * @returns {object} `layout(width)`, `draw(v, moving)`
 */
export function createConveyor() {
  const parts = createParts();
  const { titles, track, streams, valves, pills, labels } = parts;
  const { paths } = streams;
  const root = svg(
    "svg",
    { class: "live-belt", role: "img" },
    streams.defs,
    svg("text", { class: "live-heading", x: 0, y: 13 }, "Hidden state · the only memory"),
    ...Object.values(titles).map((title) => title.root),
    track.root,
    ...Object.values(paths).slice(2),
    ...["wire", "rod", "rodName"].map((name) => parts[name]),
    parts.bin.root,
    ...["inputs", "tanh", "sum", "tap", "out", "outTap"].map((name) => parts[name]),
    ...[valves, pills, labels].flatMap(Object.values).map((part) => part.root),
  );
  let places = placesOf(640);
  let step = null;
  const paint = (v) => paintStep(parts, places, v);
  const glide = createGlide(paint, track.marks);

  function layout(width) {
    places = placesOf(width);
    put(root, { width, height: places.height, viewBox: `0 0 ${width} ${places.height}` });
    arrange(parts, places);
    if (!step) return;
    writeStep(root, parts, places, step);
    paint(step);
  }

  // `v` has before, r, z, x, n and h, all in [−1, 1]. With `moving` the streams and valves glide to
  // it; the numbers are exact at once.
  function draw(v, moving) {
    step = v;
    writeStep(root, parts, places, v);
    glide(v, moving);
  }

  return { root, layout, draw };
}
