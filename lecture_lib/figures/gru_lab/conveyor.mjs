// One step of a GRU cell as a conveyor belt. The state rides alone; the update gate is two valves on
// one rod, what it takes off the belt it writes from the candidate; the reset gate stands where the
// candidate looks back at the state. Every stream is as wide as the value it carries.
import { fixed, put, signed, sub, svg, write } from "../../web/kit/dom.mjs";
import { createGlide, createHatching, pill, stream, valve } from "../../web/charts/plumbing.mjs";

const STATE_STREAM = 38; // px of stream for 1
const STATE_BELT = 64;

// Where things stand, in px, for a drawing `width` wide; y counts from the middle of the belt.
function stations(width) {
  const wide = width >= 560;
  const at = (part) => Math.round(width * part);
  return {
    wide,
    radius: wide ? 27 : 22,
    pill: wide ? 66 : 48,
    belt: 150,
    height: 448,
    old: at(0.085),
    tap: at(wide ? 0.2 : 0.205),
    keep: at(wide ? 0.4 : 0.385),
    kept: at(wide ? 0.53 : 0.525),
    write: at(wide ? 0.665 : 0.69),
    out: at(wide ? 0.845 : 0.86),
    now: at(wide ? 0.93 : 0.92),
    reset: 116,
    bin: 66,
    update: 92,
    row: 192,
    input: 262,
  };
}

export function createGRUBelt() {
  const hatching = createHatching(["f", "o", "g", "h", "x"]);
  const root = svg("svg", { class: "live-belt", role: "img" });
  const title = (kind, first, words) => {
    const name = svg("text", { class: "live-title" }, first);
    const says = svg("text", { class: "live-says" });
    return {
      group: svg("g", { class: `live-${kind}`, "text-anchor": "middle" }, name, says),
      name,
      says,
      first,
      words,
    };
  };
  const titles = {
    r: title("r", "Reset gate", ["decides what the", "candidate sees of h"]),
    z: title("z", "Update gate", ["decides how much", "of h to replace"]),
    h: title("soft", "No output gate", ["the whole state", "is shown"]),
  };
  const heading = svg(
    "text",
    { class: "live-heading", x: 0, y: 13 },
    "Hidden state · the only memory",
  );
  const track = svg("rect", {
    class: "live-track",
    x: 0.5,
    height: STATE_BELT,
    rx: STATE_BELT / 2,
  });
  const chevrons = svg("path", { class: "live-chevrons" });
  const path = (name) => svg("path", { class: `live-stream live-stream-${name}` });
  const streams = Object.fromEntries(
    ["kept", "new", "dropped", "seen", "recalled", "input", "candidate", "written"].map((name) => [
      name,
      path(name),
    ]),
  );
  const valves = { r: valve("r"), keep: valve("z"), write: valve("z") };
  const pills = { old: pill("h"), kept: pill("h"), now: pill("h"), n: pill("n"), x: pill("x") };
  const label = (kind) =>
    svg("text", { class: `live-label live-${kind}`, "text-anchor": "middle" });
  const labels = {
    old: label("h"),
    now: label("h"),
    dropped: label("z"),
    written: label("z"),
    n: label("n"),
    x: label("x"),
    recalled: label("r"),
  };
  const rod = svg("path", { class: "live-rod live-z" });
  const rodSays = svg("text", { class: "live-says live-z", "text-anchor": "middle" }, "one gate");
  const lid = svg("path", { class: "live-lid" });
  const bin = svg("g", { class: "live-bin live-f" }, svg("path", { class: "live-can" }), lid);
  const plus = svg(
    "g",
    { class: "live-plus live-z" },
    svg("circle", { r: 14 }),
    svg("path", { d: "M-6,0H6M0,-6V6" }),
  );
  const sum = svg(
    "g",
    { class: "live-plus live-soft" },
    svg("circle", { r: 13 }),
    svg("path", { d: "M-6,0H6M0,-6V6" }),
  );
  const wire = svg("path", { class: "live-lane" });
  const tanh = svg(
    "g",
    { class: "live-tanh" },
    svg("rect", { x: -27, y: -13, width: 54, height: 26, rx: 7 }),
    svg("text", { "text-anchor": "middle", y: 4.5 }, "tanh"),
  );
  const out = svg("path", { class: "live-out live-h" });
  const tap = svg("circle", { class: "live-tap live-r", r: 7 });
  const outTap = svg("circle", { class: "live-tap live-h", r: 7 });
  const clip = svg(
    "clipPath",
    { id: `${hatching.name}-clip` },
    svg("rect", { height: STATE_BELT, rx: STATE_BELT / 2 }),
  );
  const onBelt = svg(
    "g",
    { "clip-path": `url(#${hatching.name}-clip)` },
    streams.kept,
    streams.new,
    chevrons,
  );
  root.append(
    svg("defs", {}, clip, ...hatching.patterns),
    heading,
    titles.r.group,
    titles.z.group,
    titles.h.group,
    track,
    onBelt,
    streams.seen,
    streams.recalled,
    streams.dropped,
    streams.input,
    streams.candidate,
    streams.written,
    wire,
    rod,
    rodSays,
    bin,
    sum,
    tanh,
    plus,
    tap,
    out,
    outTap,
    valves.r.node,
    valves.keep.node,
    valves.write.node,
    ...Object.values(pills).map((p) => p.node),
    ...Object.values(labels),
  );

  let p = stations(640);
  let width = 640;
  let target = null;

  function layout(newWidth) {
    width = newWidth;
    p = stations(width);
    const { belt: y, radius: r } = p;
    put(root, { width, height: p.height, viewBox: `0 0 ${width} ${p.height}` });
    put(track, { y: y - STATE_BELT / 2, width: width - 1 });
    put(clip.firstChild, { y: y - STATE_BELT / 2, width });
    let marks = "";
    for (let x = -56; x < width + 28; x += 28) marks += `M${x},${y - 7}l7,7l-7,7`;
    put(chevrons, { d: marks });
    const middles = p.wide
      ? { r: p.tap, z: (p.keep + p.write) / 2, h: p.out }
      : { r: width * 0.17, z: width * 0.5, h: width * 0.84 };
    for (const key in titles) {
      const { name, says, first, words } = titles[key];
      put(name, { x: middles[key], y: 40 });
      write(name, p.wide ? first : first.replace(" gate", ""));
      const lines = p.wide
        ? words
        : words.flatMap((line) =>
            line.replace("candidate sees of h", "candidate|sees of h").split("|"),
          );
      says.replaceChildren(
        ...lines.map((line, k) => svg("tspan", { x: middles[key], y: 58 + 14 * k }, line)),
      );
    }
    const place = (which, x, at) => {
      put(which.node, { transform: `translate(${x},${at})` });
      put(which.body, { r });
      put(which.dial, { r, transform: "rotate(-90)" });
      put(which.blade.firstChild, { x1: 10 - r, x2: r - 10 });
      put(which.value, { x: r + 9, y: 5, "text-anchor": "start" });
    };
    place(valves.r, p.tap, y + p.reset);
    place(valves.keep, p.keep, y);
    place(valves.write, p.write, y + p.update);
    put(valves.keep.value, { x: 0, y: -r - 12, "text-anchor": "middle" });
    if (p.wide) put(valves.r.value, { x: -r - 9, y: 5, "text-anchor": "end" });
    else put(valves.r.value, { x: r + 3, y: 33 });
    put(rod, { d: `M${p.keep + r * 0.8},${y + r * 0.8}L${p.write - r - 3},${y + p.update - 5}` });
    put(rodSays, {
      x: (p.keep + p.write) / 2 - (p.wide ? 8 : 6),
      y: y + p.update / 2 + (p.wide ? 36 : 40),
    });
    put(bin, { transform: `translate(${p.keep},${y + p.bin})` });
    put(bin.firstChild, { d: "M-17,2H17L13,36H-13ZM-5,10V28M5,10V28" });
    put(plus, { transform: `translate(${p.write},${y})` });
    put(sum, { transform: `translate(${p.keep},${y + p.row})` });
    put(tanh, { transform: `translate(${p.kept},${y + p.row})` });
    put(wire, { d: `M${p.keep + 13},${y + p.row}H${p.kept - 27}` });
    put(tap, { cx: p.tap, cy: y });
    put(outTap, { cx: p.out, cy: y });
    put(out, { d: `M${p.out},${y + 7}V${y + (p.wide ? 114 : 56)}m-6,-7l6,7l6,-7` });
    const seat = (which, x, centre) => {
      put(which.rect, { x: x - p.pill / 2, y: centre - 17, width: p.pill });
      put(which.text, { x, y: centre + 5.5 });
    };
    seat(pills.old, p.old, y);
    seat(pills.kept, p.kept, y);
    seat(pills.now, p.now, y);
    seat(pills.n, p.write, y + p.row);
    seat(pills.x, p.keep, y + p.input);
    const name = (which, x, top, letter, index, words) => {
      put(which, { x, y: top });
      which.replaceChildren(...sub(letter, index), svg("tspan", { dy: "-0.22em", dx: 4 }, words));
    };
    name(labels.old, p.old, y - STATE_BELT / 2 - 8, "h", "t−1", p.wide ? "before" : "");
    name(labels.now, p.out, y + (p.wide ? 134 : 75), "h", "t", p.wide ? "after, and out" : "");
    name(labels.n, p.write, y + p.row + 35, "", "", p.wide ? "candidate n" : "candidate");
    name(labels.x, p.keep, y + p.input + 33, "x", "t", "input, × 2");
    put(labels.dropped, { x: p.keep, y: y + p.bin + 52 });
    put(labels.written, {
      x: p.write + 26,
      y: y + 51,
      "text-anchor": "start",
      visibility: p.wide ? "visible" : "hidden",
    });
    put(labels.recalled, { x: p.keep - 24, y: y + p.row + 38, "text-anchor": "end" });
    if (target) paint(target);
  }

  function paint(v) {
    const y = p.belt;
    const half = (value) => (Math.abs(value) * STATE_STREAM) / 2;
    const band = (name, kind, value, d) =>
      put(streams[name], { d, fill: hatching.fill(kind, value) });
    const column = (x, from, to, value) =>
      `M${x - half(value)},${from}H${x + half(value)}V${to}H${x - half(value)}Z`;
    const kept = (1 - v.z) * v.before;
    const recalled = v.r * v.before;
    const a = half(recalled);
    const row = y + p.row;
    band("kept", "h", v.before, stream(0, p.keep, p.write, y, half(v.before), half(kept)));
    band("new", "h", v.h, stream(p.write, p.write + 26, width, y, half(kept), half(v.h)));
    band("dropped", "f", v.z * v.before, column(p.keep, y + p.radius, y + p.bin, v.z * v.before));
    band("seen", "h", v.before, column(p.tap, y + 7, y + p.reset, v.before));
    // Down from the reset gate, and round the corner to the sum.
    const corner = `V${row - a}Q${p.tap - a},${row + a} ${p.tap + a},${row + a}`;
    band(
      "recalled",
      "o",
      recalled,
      `M${p.tap - a},${y + p.reset}${corner}H${p.keep}V${row - a}H${p.tap + a}V${y + p.reset}Z`,
    );
    band("input", "x", v.x, column(p.keep, row, y + p.input, v.x));
    // From the tanh to the right, and round the corner up to the update gate.
    const b = half(v.n);
    const turn = `V${row}Q${p.write + b},${row + b} ${p.write},${row + b}`;
    band(
      "candidate",
      "g",
      v.n,
      `M${p.kept + 27},${row - b}H${p.write - b}V${y + p.update}H${p.write + b}${turn}H${p.kept + 27}Z`,
    );
    band("written", "f", v.z * v.n, column(p.write, y, y + p.update, v.z * v.n));
    for (const [which, open, across] of [
      [valves.r, v.r, 90],
      [valves.keep, 1 - v.z, 0],
      [valves.write, v.z, 90],
    ]) {
      put(which.dial, { "stroke-dasharray": `${open} 2` });
      // Open, the blade lies along the flow; shut, across it.
      put(which.blade, { transform: `rotate(${across + (1 - open) * 90})` });
    }
    put(lid, {
      d: "M-21,0H21M-6,-4H6",
      transform: `translate(0,-2) rotate(${-34 * Math.min(1, Math.abs(v.z * v.before))} -21 0)`,
    });
  }

  function say(v) {
    const kept = (1 - v.z) * v.before;
    write(valves.r.number, fixed(v.r));
    write(valves.write.number, fixed(v.z));
    write(valves.keep.value, `1 − z ${fixed(1 - v.z)}`);
    write(pills.old.text, fixed(v.before));
    write(pills.kept.text, fixed(kept));
    write(pills.now.text, fixed(v.h));
    write(pills.n.text, signed(v.n));
    write(pills.x.text, signed(v.x));
    write(labels.dropped, `${signed(kept - v.before)}${p.wide ? " replaced" : ""}`);
    write(labels.written, signed(v.z * v.n));
    write(
      labels.recalled,
      p.wide ? `r × h = ${fixed(v.r * v.before)}, × 2` : fixed(v.r * v.before),
    );
    root.setAttribute(
      "aria-label",
      `Conveyor belt. Old state ${fixed(v.before)}; the reset gate at ${fixed(v.r)} lets ${fixed(v.r * v.before)} of it into the candidate, ` +
        `which with the input ${fixed(v.x)} becomes ${fixed(v.n)}; the update gate at ${fixed(v.z)} keeps ${fixed(kept)} of the old state ` +
        `and writes ${fixed(v.z * v.n)}; new state ${fixed(v.h)}.`,
    );
  }

  const glide = createGlide(paint, chevrons);

  // `v` has before, r, z, x, n and h, all in [−1, 1]. With `moving` the streams and valves glide to
  // it; the numbers are exact at once.
  function draw(v, moving) {
    say(v);
    target = v;
    glide(v, moving);
  }

  return { root, layout, draw };
}
