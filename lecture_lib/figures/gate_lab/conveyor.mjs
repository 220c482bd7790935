// One step of an LSTM cell as a conveyor belt with three valves. Every width is a number: a
// stream is as wide as the value it carries, so what reaches a valve and what leaves it can be
// compared by eye. Negative values are hatched.
import { fixed, put, signed, sub, svg, write } from "../../web/kit/dom.mjs";
import { createGlide, createHatching, pill, stream, valve } from "../../web/charts/plumbing.mjs";

const STREAM = 40; // px of stream for the largest value
const BELT = 64;

// Where things stand, in px, for a drawing `width` wide.
function places(width) {
  const wide = width >= 560;
  const at = (part) => Math.round(width * part);
  return {
    wide,
    radius: wide ? 27 : 22,
    pill: wide ? 66 : 48,
    belt: wide ? 150 : 158,
    height: wide ? 390 : 398,
    old: at(wide ? 0.085 : 0.085),
    forget: at(0.25),
    kept: at(wide ? 0.385 : 0.38),
    input: at(wide ? 0.52 : 0.51),
    output: at(wide ? 0.765 : 0.745),
    now: at(wide ? 0.915 : 0.92),
  };
}

export function createBelt() {
  const hatching = createHatching(["f", "i", "g", "c", "h"]);
  const root = svg("svg", { class: "live-belt", role: "img" });
  const title = (gate, first, words) => {
    const name = svg("text", { class: "live-title" }, first);
    const says = svg("text", { class: "live-says" });
    const group = svg("g", { class: `live-${gate}`, "text-anchor": "middle" }, name, says);
    return { group, name, says, first, words };
  };
  const titles = {
    f: title("f", "Forget gate", ["decides what", "to discard"]),
    i: title("i", "Input gate", ["decides what", "new info", "to store"]),
    o: title("o", "Output gate", ["decides what", "to output", "now"]),
  };
  const heading = svg(
    "text",
    { class: "live-heading", x: 0, y: 13 },
    "Cell state · long-term memory",
  );
  const track = svg("rect", { class: "live-track", x: 0.5, height: BELT, rx: BELT / 2 });
  const chevrons = svg("path", { class: "live-chevrons" });
  const streams = {};
  for (const name of ["kept", "new", "dropped", "candidate", "written", "copy", "read", "shown"]) {
    streams[name] = svg("path", { class: `live-stream live-stream-${name}` });
  }
  const valves = { f: valve("f"), i: valve("i"), o: valve("o") };
  const pills = { old: pill("c"), kept: pill("c"), now: pill("c"), g: pill("g"), h: pill("h") };
  const label = (kind) =>
    svg("text", { class: `live-label live-${kind}`, "text-anchor": "middle" });
  const labels = {
    old: label("c"),
    kept: label("c"),
    now: label("c"),
    dropped: label("f"),
    written: label("i"),
    g: label("g"),
    h: label("h"),
  };
  const lid = svg("path", { class: "live-lid" });
  const bin = svg("g", { class: "live-bin live-f" }, svg("path", { class: "live-can" }), lid);
  const plus = svg(
    "g",
    { class: "live-plus live-i" },
    svg("circle", { r: 14 }),
    svg("path", { d: "M-6,0H6M0,-6V6" }),
  );
  const tap = svg("circle", { class: "live-tap live-o", r: 7 });
  const tanh = svg(
    "g",
    { class: "live-tanh" },
    svg("rect", { x: -27, y: -13, width: 54, height: 26, rx: 7 }),
    svg("text", { "text-anchor": "middle", y: 4.5 }, "tanh"),
  );
  const out = svg("path", { class: "live-out live-h" });
  const clip = svg(
    "clipPath",
    { id: `${hatching.name}-clip` },
    svg("rect", { height: BELT, rx: BELT / 2 }),
  );
  const onBelt = svg(
    "g",
    { "clip-path": `url(#${hatching.name}-clip)` },
    streams.kept,
    streams.new,
    chevrons,
  );
  const focusable = {
    f: svg("g", {}, streams.dropped, bin, valves.f.node),
    i: svg("g", {}, streams.candidate, streams.written, valves.i.node, pills.g.node, labels.g),
    o: svg(
      "g",
      {},
      streams.copy,
      streams.read,
      streams.shown,
      tap,
      tanh,
      valves.o.node,
      out,
      pills.h.node,
      labels.h,
    ),
  };
  root.append(
    svg("defs", {}, clip, ...hatching.patterns),
    heading,
    titles.f.group,
    titles.i.group,
    titles.o.group,
    track,
    onBelt,
    focusable.f,
    focusable.i,
    focusable.o,
    plus,
    pills.old.node,
    pills.kept.node,
    pills.now.node,
    ...["old", "kept", "now", "dropped", "written"].map((k) => labels[k]),
  );

  let p = places(640);
  let width = 640;
  let target = null;

  function layout(newWidth) {
    width = newWidth;
    p = places(width);
    put(root, { width, height: p.height, viewBox: `0 0 ${width} ${p.height}` });
    const { belt: y, radius: r } = p;
    put(track, { y: y - BELT / 2, width: width - 1 });
    put(clip.firstChild, { y: y - BELT / 2, width });
    let marks = "";
    for (let x = -56; x < width + 28; x += 28) marks += `M${x},${y - 7}l7,7l-7,7`;
    put(chevrons, { d: marks });
    for (const [gate, x] of [
      ["f", p.forget],
      ["i", p.input],
      ["o", p.output],
    ]) {
      const { name, says, first, words } = titles[gate];
      put(name, { x, y: 40 });
      write(name, p.wide ? first : first.split(" ")[0]);
      const lines =
        width >= 780 ? [words.join(" ")] : p.wide ? [words[0], words.slice(1).join(" ")] : words;
      says.replaceChildren(...lines.map((line, k) => svg("tspan", { x, y: 58 + 14 * k }, line)));
      const v = valves[gate];
      const below = gate === "i" ? 98 : 126;
      const centre = gate === "f" ? y : y + below;
      put(v.node, { transform: `translate(${x},${centre})` });
      put(v.body, { r });
      put(v.dial, { r, transform: "rotate(-90)" });
      put(v.blade.firstChild, { x1: 10 - r, x2: r - 10 });
      if (gate === "f") put(v.value, { x: 0, y: -r - 12, "text-anchor": "middle" });
      else if (gate === "i" && !p.wide) put(v.value, { x: -r - 9, y: 5, "text-anchor": "end" });
      else put(v.value, { x: r + 9, y: 5, "text-anchor": "start" });
    }
    put(bin, { transform: `translate(${p.forget},${y + 132})` });
    put(bin.firstChild, { d: "M-19,2H19L14,44H-14ZM-6,12V34M6,12V34" });
    put(plus, { transform: `translate(${p.input},${y})` });
    put(tap, { cx: p.output, cy: y });
    put(tanh, { transform: `translate(${p.output},${y + 68})` });
    const seat = (which, x, centre) => {
      put(which.rect, { x: x - p.pill / 2, y: centre - 17, width: p.pill });
      put(which.text, { x, y: centre + 5.5 });
    };
    seat(pills.old, p.old, y);
    seat(pills.kept, p.kept, y);
    seat(pills.now, p.now, y);
    seat(pills.g, p.input, y + 174);
    seat(pills.h, p.output, y + 196);
    put(out, {
      d: `M${p.output + p.pill / 2 + 6},${y + 196}H${Math.min(width - 4, p.output + p.pill / 2 + 46)}m-7,-6l7,6l-7,6`,
    });
    const under = y + BELT / 2 + 17;
    const name = (which, x, top, letter, index, words) => {
      put(which, { x, y: top });
      which.replaceChildren(
        ...(letter ? sub(letter, index) : []),
        svg("tspan", letter ? { dy: "-0.22em", dx: 4 } : {}, words),
      );
    };
    name(labels.old, p.old, under, "c", "t−1", p.wide ? "before" : "");
    name(labels.kept, p.kept, under, "", "", "kept");
    name(labels.now, p.now, under, "c", "t", p.wide ? "after" : "");
    name(labels.g, p.input, y + 208, "", "", p.wide ? "candidate g" : "candidate");
    name(labels.h, p.output, y + 230, "h", "t", "what the cell shows");
    put(labels.dropped, { x: p.forget, y: y + 196 });
    put(labels.written, p.wide ? { x: p.input + 27, y: y + 56 } : { x: p.input + 13, y: y + 49 });
    put(labels.written, { "text-anchor": "start" });
    if (target) paint(target);
  }

  function paint(v) {
    const y = p.belt;
    const half = (value) => (Math.abs(value) * STREAM) / (2 * v.scale);
    const band = (path, kind, value, d) => {
      put(path, { d, fill: hatching.fill(kind, value) });
    };
    const column = (x, from, to, value) =>
      `M${x - half(value)},${from}H${x + half(value)}V${to}H${x - half(value)}Z`;
    const kept = v.f * v.before;
    const dropped = v.before - kept;
    const written = v.i * v.g;
    const seen = Math.tanh(v.c);
    band(streams.kept, "c", v.before, stream(0, p.forget, p.input, y, half(v.before), half(kept)));
    // Across the sum the stream keeps its width when nothing is added.
    band(streams.new, "c", v.c, stream(p.input, p.input + 26, width, y, half(kept), half(v.c)));
    band(streams.dropped, "f", dropped, column(p.forget, y + p.radius, y + 134, dropped));
    band(streams.candidate, "g", v.g, column(p.input, y + 98, y + 158, v.g));
    band(streams.written, "i", written, column(p.input, y, y + 98, written));
    put(streams.copy, { d: `M${p.output},${y}V${y + 56}` });
    band(streams.read, "c", seen, column(p.output, y + 80, y + 126, seen));
    band(streams.shown, "h", v.h, column(p.output, y + 126, y + 180, v.h));
    for (const gate of ["f", "i", "o"]) {
      const { dial, blade } = valves[gate];
      put(dial, { "stroke-dasharray": `${v[gate]} 2` });
      // Open, the blade lies along the flow; shut, across it.
      put(blade, { transform: `rotate(${(gate === "f" ? 0 : 90) + (1 - v[gate]) * 90})` });
    }
    const lift = Math.min(1, Math.abs(dropped) / v.scale);
    put(lid, { d: "M-23,0H23M-6,-4H6", transform: `translate(0,-2) rotate(${-34 * lift} -23 0)` });
  }

  function say(v) {
    const kept = v.f * v.before;
    for (const gate of ["f", "i", "o"]) write(valves[gate].number, fixed(v[gate]));
    write(pills.old.text, fixed(v.before));
    write(pills.kept.text, fixed(kept));
    write(pills.now.text, fixed(v.c));
    write(pills.g.text, signed(v.g));
    write(pills.h.text, fixed(v.h));
    write(labels.dropped, `${signed(kept - v.before)} discarded`);
    write(labels.written, signed(v.i * v.g));
    root.setAttribute(
      "aria-label",
      `Conveyor belt. Old memory ${fixed(v.before)}; the forget gate at ${fixed(v.f)} keeps ${fixed(kept)}; ` +
        `the input gate at ${fixed(v.i)} adds ${fixed(v.i * v.g)} of the candidate ${fixed(v.g)}; ` +
        `new memory ${fixed(v.c)}. The output gate at ${fixed(v.o)} shows h ${fixed(v.h)}.`,
    );
  }

  const glide = createGlide(paint, chevrons);

  // `v` has before, f, i, g, o, c, h and scale, the largest value a stream may carry. With
  // `moving` the streams and valves glide to it; the numbers are exact at once.
  function draw(v, moving) {
    say(v);
    target = v;
    glide(v, moving);
  }

  // Gates outside `letters` step back.
  function focus(letters) {
    for (const gate of ["f", "i", "o"]) {
      const off = !letters.includes(gate) && !(gate === "i" && letters.includes("g"));
      focusable[gate].classList.toggle("live-aside", off);
      titles[gate].group.classList.toggle("live-aside", off);
    }
  }

  return { root, layout, draw, focus };
}
