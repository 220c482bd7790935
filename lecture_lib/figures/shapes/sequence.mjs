// x, h and c as T sheets one behind another.
import { put, svg, write } from "../../web/kit/dom.mjs";
import { MOST_STEPS } from "./__init__.py";

const HEIGHT = 128;
const BEHIND = MOST_STEPS - 1; // sheets behind the front one

/**
 * The arrays of a whole sequence, a sheet for each step.
 * @returns {object} `layout(width)`, `draw(s, cell)`: the sizes D, H, N, T, and { isGRU }
 */
export function createSequence() {
  const root = svg("svg", { class: "live-sequence", role: "img" });
  const stacks = ["x", "h", "c"].map((kind) => ({
    kind,
    sheets: Array.from({ length: BEHIND }, () =>
      svg("rect", { class: `live-sheets live-${kind}` }),
    ),
    front: svg("rect", { class: `live-sheet live-${kind}` }),
    name: svg("text", { class: `live-tag live-${kind}` }),
    shape: svg("text", { class: "live-mark" }),
  }));
  root.append(
    ...stacks.flatMap(({ sheets, front, name, shape }) => [...sheets, front, name, shape]),
  );
  let width = 640;
  let last = null;

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` });
    if (last) draw(...last);
  }

  function draw(s, cell) {
    last = [s, cell];
    const { D, H, N, T } = s;
    const third = width / 3;
    const step = Math.min(4, 52 / T);
    const u = Math.min(9, 52 / N, Math.min(76, third - 74) / Math.max(D, H));
    stacks.forEach(({ kind, sheets, front, name, shape }, k) => {
      const shown = kind !== "c" || !cell.isGRU;
      for (const node of [front, name, shape])
        put(node, { visibility: shown ? "visible" : "hidden" });
      const w = (kind === "x" ? D : H) * u;
      const h = N * u;
      const [x, y] = [k * third + 4, 122 - h];
      sheets.forEach((sheet, back) => {
        const t = BEHIND - back; // the last step lies at the back
        put(sheet, {
          visibility: shown && t < T ? "visible" : "hidden",
          x: x + t * step,
          y: y - t * step,
          width: w,
          height: h,
        });
      });
      put(front, { x, y, width: w, height: h });
      put(name, { x: k * third + 4, y: 14 });
      name.replaceChildren(kind);
      put(shape, { x: k * third + 16, y: 14 });
      write(shape, `(${T}, ${N}, ${kind === "x" ? D : H})`);
    });
    root.setAttribute(
      "aria-label",
      `x is ${T} by ${N} by ${D}; h${!cell.isGRU ? " and c are" : " is"} ${T} by ${N} by ${H}: a sheet for each step.`,
    );
  }
  return { root, layout, draw };
}
