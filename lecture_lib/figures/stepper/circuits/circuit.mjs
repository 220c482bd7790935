// A circuit of one cell: what is a wire here is an arrow in the equations, and each part of it can be
// chosen.
import { html, put, svg, write } from "../../../web/kit/dom.mjs";
import { createPiece } from "./pieces.mjs";

const SIZE = { width: 340, top: 28, height: 266 };
const LARGEST_SCALE = 1.25;
const THINNEST = 1.5;
const THICKEST = 6;

/**
 * @param {object} plan of a cell: its name, its phases in words, and its parts by id
 * @param {(id: string) => void} choose called for a part that is clicked, or reached by arrow keys
 * @returns {{root: Element, layout: (width: number) => void, draw: (view: object) => void}}
 */
export function createCircuit(plan, choose) {
  const parts = Object.entries(plan.parts).map(([id, part]) =>
    createPart(id, part, () => choose(id)),
  );
  const drawing = svg(
    "svg",
    {
      class: "live-schema",
      role: "group",
      viewBox: `0 ${SIZE.top} ${SIZE.width} ${SIZE.height}`,
      "aria-label": `${plan.name} circuit: arrow keys go from part to part`,
    },
    ...parts.map((part) => part.root),
  );
  const phase = html("p", { class: "live-phase" });
  const root = html("div", {}, html("p", { class: "live-cell-name" }, plan.name), phase, drawing);

  drawing.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const there = parts.filter((part) => part.there);
    const from = there.findIndex((part) => part.root === event.target);
    if (!by || from < 0) return;
    event.preventDefault();
    const next = there[(from + by + there.length) % there.length];
    choose(next.id);
    next.root.focus();
  });

  function layout(width) {
    const scale = Math.min(LARGEST_SCALE, width / SIZE.width);
    put(drawing, { width: SIZE.width * scale, height: SIZE.height * scale });
  }

  // `values` by part, each { value, scale, text, held }; `chosen`: a part's id, or null; `phase`
  // 0 … 4; `variants`: which pieces are drawn, such as ["write", "before"].
  function draw({ values, chosen, phase: lit, variants }) {
    put(drawing, { "data-phase": lit });
    write(phase, plan.phases[lit]);
    for (const part of parts) part.vary(variants);
    const stop = parts.find((part) => part.there && part.id === chosen) ?? parts[0];
    for (const part of parts) part.draw(values[part.id], part.id === chosen, part === stop);
  }

  return { root, layout, draw };
}

function createPart(id, { colour, title, pieces }, choose) {
  const drawn = pieces.map(createPiece);
  const root = svg(
    "g",
    {
      class: `live-part live-${colour}`,
      role: "button",
      onclick: choose,
      onkeydown: (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose();
      },
    },
    ...drawn.map((piece) => piece.root),
  );
  const self = { id, root, there: true, vary, draw };
  let varied = "";

  function vary(variants) {
    if (varied === variants.join()) return;
    varied = variants.join();
    const stands = pieces.map(({ variant }) => !variant || variants.includes(variant));
    drawn.forEach((piece, k) => {
      piece.root.style.display = stands[k] ? "" : "none";
    });
    self.there = stands.includes(true);
  }

  function draw({ value, scale, text, held }, chosen, stop) {
    const thickness = THINNEST + (THICKEST - THINNEST) * Math.min(1, Math.abs(value) / scale);
    for (const piece of drawn) piece.draw(thickness, value < 0, text);
    put(root, {
      "aria-label": `${title}: ${text}${held ? ", held" : ""}`,
      "aria-pressed": chosen,
      tabindex: stop ? 0 : -1,
    });
    root.classList.toggle("live-held", held);
  }
  return self;
}
