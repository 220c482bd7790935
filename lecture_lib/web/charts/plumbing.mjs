// What conveyor belts are made of: streams as wide as the value they carry, valves that open with a
// gate, values on pills, hatching for what is negative, and the glide from one drawing to the next.
import { ownId, still, svg } from "../kit/dom.mjs";

// A horizontal stream whose half-width goes from a to b around x = bend.
export function stream(from, bend, to, y, a, b) {
  const l = bend - 24;
  const r = bend + 24;
  return (
    `M${from},${y - a}H${l}C${bend},${y - a} ${bend},${y - b} ${r},${y - b}H${to}` +
    `V${y + b}H${r}C${bend},${y + b} ${bend},${y + a} ${l},${y + a}H${from}Z`
  );
}

export function valve(gate) {
  const dial = svg("circle", { class: "live-dial", pathLength: 1 });
  const blade = svg("g", {}, svg("line", { class: "live-blade" }), svg("circle", { r: 4.5 }));
  const value = svg("text", { class: "live-value" });
  const letter = svg("tspan", { "font-style": "italic" }, gate);
  const number = svg("tspan", { dx: 5 });
  value.append(letter, number);
  const body = svg("circle", { class: "live-body" });
  const node = svg("g", { class: `live-valve live-${gate}` }, body, dial, blade, value);
  return { node, body, dial, blade, number, value };
}

export function pill(kind) {
  const rect = svg("rect", { rx: 17, height: 34 });
  const text = svg("text", { "text-anchor": "middle" });
  const node = svg("g", { class: `live-pill live-${kind}` }, rect, text);
  return { node, rect, text };
}

// One striped pattern a kind: `fill(kind, value)` is the kind's colour, hatched where negative.
export function createHatching(kinds) {
  const name = ownId("live-hatch");
  const patterns = kinds.map((kind) =>
    svg(
      "pattern",
      {
        id: `${name}-${kind}`,
        class: `live-${kind}`,
        width: 7,
        height: 7,
        patternUnits: "userSpaceOnUse",
        patternTransform: "rotate(45)",
      },
      svg("rect", { width: 7, height: 7, class: "live-stripe-ground" }),
      svg("rect", { width: 3, height: 7, class: "live-stripe" }),
    ),
  );
  const fill = (kind, value) => (value < 0 ? `url(#${name}-${kind})` : `var(--live-${kind})`);
  return { name, patterns, fill };
}

// `draw(v, moving)` paints the numbers of `v`, or glides to them from those last painted.
export function createGlide(paint, chevrons) {
  let drawn = null;
  let frame = 0;
  const show = (v) => {
    drawn = v;
    paint(v);
  };
  return (v, moving) => {
    cancelAnimationFrame(frame);
    const from = drawn;
    if (!moving || !from || still()) return show(v);
    chevrons.getAnimations().forEach((running) => running.cancel());
    chevrons.animate([{ transform: "none" }, { transform: "translateX(28px)" }], {
      duration: 520,
      easing: "ease-in-out",
    });
    const start = performance.now();
    const glide = (time) => {
      const part = Math.min(1, Math.max(0, (time - start) / 420));
      const eased = part * part * (3 - 2 * part);
      const between = {};
      for (const key in v) between[key] = from[key] + (v[key] - from[key]) * eased;
      show(part < 1 ? between : v);
      if (part < 1) frame = requestAnimationFrame(glide);
    };
    frame = requestAnimationFrame(glide);
  };
}
