// One step of an LSTM cell as a conveyor belt with three valves. Every width is a number: a
// stream is as wide as the value it carries, so what reaches a valve and what leaves it can be
// compared by eye. Negative values are hatched.
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
import { fixed, put, signed, svg } from "../../web/kit/dom.mjs";

const STREAM = 40; // px of stream for the largest value
const STREAMS = {
  kept: "c",
  new: "c",
  dropped: "f",
  candidate: "g",
  written: "i",
  copy: "c",
  read: "c",
  shown: "h",
};

// Where things stand, in px, for a drawing `width` wide.
function placesOf(width) {
  const wide = width >= WIDE;
  const small = width < SMALL;
  const at = (part) => Math.round(width * part);
  return {
    width,
    wide,
    small,
    radius: wide ? 27 : small ? 20 : 22,
    pill: wide ? 66 : small ? 44 : 48,
    belt: wide ? 124 : 158,
    height: wide ? 330 : 398,
    // Below the middle of the belt.
    gate: wide ? 82 : 98,
    candidate: wide ? 144 : 174,
    tanh: wide ? 58 : 68,
    show: wide ? 102 : 126,
    shown: wide ? 160 : 196,
    bin: wide ? 100 : 132,
    old: at(0.085),
    forget: at(0.25),
    kept: at(wide ? 0.385 : 0.395),
    input: at(wide ? 0.52 : 0.51),
    output: at(wide ? 0.765 : 0.745),
    now: at(wide ? 0.915 : 0.92),
  };
}

// What a gate decides, in as many lines as a width asks for.
function titleOf(kind, full, verb, ...object) {
  const purpose = (width) => {
    if (width >= 780) return [[verb, ...object].join(" ")];
    return width >= WIDE ? [verb, object.join(" ")] : [verb, ...object];
  };
  return createTitle(kind, { full, short: full.split(" ")[0], purpose });
}

function createParts() {
  const streams = createStreams(STREAMS);
  return {
    streams,
    titles: {
      f: titleOf("f", "Forget gate", "decides what", "to discard"),
      i: titleOf("i", "Input gate", "decides what", "new info", "to store"),
      o: titleOf("o", "Output gate", "decides what", "to output", "now"),
    },
    track: createTrack([streams.paths.kept, streams.paths.new]),
    valves: createEach(createValve, { f: "f", i: "i", o: "o" }),
    pills: createEach(createPill, { old: "c", kept: "c", now: "c", g: "g", h: "h" }),
    labels: createEach(createLabel, {
      old: "c",
      kept: "c",
      now: "c",
      dropped: "f",
      written: "i",
      g: "g",
      h: "h",
    }),
    bin: createBin("f", { rim: 19, foot: 14, depth: 44, rib: 6, inset: 12 }),
    sum: createSum("i", 14),
    tap: svg("circle", { class: "live-tap live-o", r: 7 }),
    tanh: createTanh(),
    out: svg("path", { class: "live-out live-h" }),
  };
}

// The parts of each gate, which step back together.
function groupsOf({ streams: { paths }, valves, pills, labels, bin, tap, tanh, out }) {
  return {
    f: svg("g", {}, paths.dropped, bin.root, valves.f.root),
    i: svg("g", {}, paths.candidate, paths.written, valves.i.root, pills.g.root, labels.g.root),
    o: svg(
      "g",
      {},
      paths.copy,
      paths.read,
      paths.shown,
      tap,
      tanh,
      valves.o.root,
      out,
      pills.h.root,
      labels.h.root,
    ),
  };
}

function arrange({ titles, track, valves, pills, labels, bin, sum, tap, tanh, out }, p) {
  const { belt: y, radius: r, wide } = p;
  track.layout(p.width, y);
  titles.f.layout(p.forget, p.width);
  titles.i.layout(p.input, p.width);
  titles.o.layout(p.output, p.width);
  valves.f.place(p.forget, y, r, { x: 0, y: -r - 12, "text-anchor": "middle" });
  valves.i.place(
    p.input,
    y + p.gate,
    r,
    wide ? undefined : { x: -r - 9, y: 5, "text-anchor": "end" },
  );
  valves.o.place(p.output, y + p.show, r);
  put(bin.root, { transform: `translate(${p.forget},${y + p.bin})` });
  put(sum, { transform: `translate(${p.input},${y})` });
  put(tap, { cx: p.output, cy: y });
  put(tanh, { transform: `translate(${p.output},${y + p.tanh})` });
  pills.old.place(p.old, y, p.pill);
  pills.kept.place(p.kept, y, p.pill);
  pills.now.place(p.now, y, p.pill);
  pills.g.place(p.input, y + p.candidate, p.pill);
  pills.h.place(p.output, y + p.shown, p.pill);
  const side = p.output + p.pill / 2;
  put(out, { d: `M${side + 6},${y + p.shown}H${Math.min(p.width - 4, side + 46)}m-7,-6l7,6l-7,6` });
  const under = y + 49;
  labels.old.place({ x: p.old, y: under }, wide ? "before" : "", "c", "t−1");
  labels.kept.place({ x: p.kept, y: under }, "kept");
  labels.now.place({ x: p.now, y: under }, wide ? "after" : "", "c", "t");
  labels.g.place({ x: p.input, y: y + p.candidate + 35 }, wide ? "candidate g" : "candidate");
  labels.h.place({ x: p.output, y: y + p.shown + 34 }, "what the cell shows", "h", "t");
  labels.dropped.place({ x: p.forget, y: y + p.bin + (wide ? 64 : 59) });
  const aside = wide ? { x: p.input + 27, y: y + 50 } : { x: p.input + 24, y: y + 46 };
  labels.written.place({ ...aside, "text-anchor": "start" });
}

function paintStep({ streams, valves, bin }, p, v) {
  const { paint, paths } = streams;
  const y = p.belt;
  const half = (value) => (Math.abs(value) * STREAM) / (2 * v.scale);
  const kept = v.f * v.before;
  const dropped = v.before - kept;
  const written = v.i * v.g;
  const read = Math.tanh(v.c);
  const fall = (name, value, x, from, to) => paint(name, value, upright(x, from, to, half(value)));
  paint("kept", v.before, stream(0, p.forget, p.input, y, half(v.before), half(kept)));
  // Across the sum the stream keeps its width when nothing is added.
  paint("new", v.c, stream(p.input, p.input + 26, p.width, y, half(kept), half(v.c)));
  fall("dropped", dropped, p.forget, y + p.radius, y + p.bin + 2);
  fall("candidate", v.g, p.input, y + p.gate, y + p.candidate - 16);
  fall("written", written, p.input, y, y + p.gate);
  put(paths.copy, { d: `M${p.output},${y}V${y + p.tanh - 12}` });
  fall("read", read, p.output, y + p.tanh + 12, y + p.show);
  fall("shown", v.h, p.output, y + p.show, y + p.shown - 16);
  valves.f.turn(v.f, 0);
  valves.i.turn(v.i, 90);
  valves.o.turn(v.o, 90);
  bin.lift(Math.abs(dropped) / v.scale);
}

// On a pill: four digits at most.
const brief = (value) => fixed(value, Math.abs(value) < 9.995 ? 2 : 1);

function writeStep(root, { valves, pills, labels }, { small }, v) {
  const kept = v.f * v.before;
  for (const gate in valves) valves[gate].write(fixed(v[gate]));
  pills.old.write(brief(v.before));
  pills.kept.write(brief(kept));
  pills.now.write(brief(v.c));
  pills.g.write(signed(v.g));
  pills.h.write(fixed(v.h));
  labels.dropped.write(`${signed(kept - v.before)}${small ? "" : " discarded"}`);
  labels.written.write(signed(v.i * v.g));
  root.setAttribute(
    "aria-label",
    `Conveyor belt. Old memory ${fixed(v.before)}; the forget gate at ${fixed(v.f)} keeps ${fixed(kept)}; ` +
      `the input gate at ${fixed(v.i)} adds ${fixed(v.i * v.g)} of the candidate ${fixed(v.g)}; ` +
      `new memory ${fixed(v.c)}. The output gate at ${fixed(v.o)} shows h ${fixed(v.h)}.`,
  );
}

/**
 * The belt of an LSTM's cell state, with its gates as valves.
 * @returns {object} `layout(width)`, `draw(v, moving)`, `focus(letters)`, before which the other
 *   gates step back
 */
export function createConveyor() {
  const parts = createParts();
  const { titles, pills, labels, track, sum } = parts;
  const groups = groupsOf(parts);
  const root = svg(
    "svg",
    { class: "live-belt", role: "img" },
    parts.streams.defs,
    svg("text", { class: "live-heading", x: 0, y: 13 }, "Cell state · long-term memory"),
    ...Object.values(titles).map((title) => title.root),
    track.root,
    ...Object.values(groups),
    sum,
    ...["old", "kept", "now"].map((name) => pills[name].root),
    ...["old", "kept", "now", "dropped", "written"].map((name) => labels[name].root),
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

  // `v` has before, f, i, g, o, c, h and scale, the largest value a stream may carry. With
  // `moving` the streams and valves glide to it; the numbers are exact at once.
  function draw(v, moving) {
    step = v;
    writeStep(root, parts, places, v);
    glide(v, moving);
  }

  function focus(letters) {
    for (const gate in groups) {
      const aside = !letters.includes(gate) && !(gate === "i" && letters.includes("g"));
      for (const node of [groups[gate], titles[gate].root])
        node.classList.toggle("live-aside", aside);
    }
  }

  return { root, layout, draw, focus };
}
