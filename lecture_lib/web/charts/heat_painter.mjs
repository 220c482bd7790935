// What a heat map paints: cells, ghosts, numbers where there is room, dashes, frames.
import { fixed, html, put } from "../kit/dom.mjs";
import { zoomOf } from "../kit/place.mjs";
import { divergingShades, pixel, readableOn, rgb, shadeOf, themeColours } from "../kit/theme.mjs";

const LEAST = 5; // px of a row or column that has gaps and dashes

/**
 * Whether two values differ enough for the ghost to be seen.
 * @param {number} a
 * @param {number} b
 * @returns {boolean}
 */
export const differ = (a, b) => Math.abs(a - b) > 0.005;
/**
 * Whether a cell is held.
 * @param {Float64Array | undefined} held NaN where free
 * @param {number} s the cell's place in the array
 * @returns {boolean}
 */
export const isHeld = (held, s) => Boolean(held) && !Number.isNaN(held[s]);

function mixColours(node) {
  const { own, soft, ground, ink } = themeColours(node, ["own", "soft", "ground", "ink"]);
  const shades = divergingShades({ ground, low: soft, high: own });
  return {
    ink: rgb(ink),
    ground: rgb(ground),
    pixels: Uint32Array.from(shades, pixel),
    inks: shades.map((shade) => rgb(readableOn(shade, ink, ground))),
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {"gate" | "state"} kind
 * @returns {object} `paint(view, { width, row, root })`: a HeatView, the width and a row's height
 *   in px, and the node whose colours are used; `forgetColours()`, when they have changed
 */
export function createHeatPainter(canvas, kind) {
  const brush = canvas.getContext("2d");
  const small = html("canvas"); // a cell is one pixel, or 3 × 3 around its ghost
  const smallBrush = small.getContext("2d");
  let image = null;
  let palette = null;

  function paint(view, { width, row, root }) {
    palette ??= mixColours(root);
    const ratio = devicePixelRatio * zoomOf(canvas);
    const column = width / view.steps;
    const hasRoom = column >= 37 && row >= 15;
    fillCells(view, hasRoom);
    brush.imageSmoothingEnabled = false;
    brush.drawImage(small, 0, 0, canvas.width, canvas.height);
    brush.setTransform(ratio, 0, 0, ratio, 0, 0);
    clearGaps(brush, view, column, row, ratio);
    if (hasRoom) printValues(brush, view, palette, column, row);
    else if (kind === "state" && Math.min(row, column) >= LEAST)
      dashNegatives(brush, view, palette, column, row);
    if (view.held) outlineHeld(brush, view, palette, column, row);
    brush.setTransform(1, 0, 0, 1, 0, 0);
  }

  // All cells, or those of the columns that have changed.
  function fillCells({ values, units, steps, scale, ghost, changed }, hasRoom) {
    const grain = ghost ? 3 : 1;
    const columns = steps * grain;
    if (!image || image.width !== columns || image.height !== units * grain) {
      put(small, { width: columns, height: units * grain });
      image = smallBrush.createImageData(columns, units * grain);
    }
    const pixels = new Uint32Array(image.data.buffer);
    const [from, to] = changed ?? [0, steps];
    for (let s = from * units; s < to * units; s += 1) {
      const first = Math.floor(s / units) * grain + (s % units) * grain * columns;
      const colour = shadeOf(palette.pixels, values[s] / scale);
      if (!ghost) {
        pixels[first] = colour;
        continue;
      }
      for (let y = 0; y < grain; y += 1)
        pixels.fill(colour, first + y * columns, first + y * columns + grain);
      if (!differ(values[s], ghost[s])) continue;
      const below = shadeOf(palette.pixels, ghost[s] / scale);
      // Where the value is printed, its ghost lies under it.
      if (hasRoom) pixels.fill(below, first + 2 * columns, first + 2 * columns + 3);
      else pixels[first + columns + 1] = below;
    }
    smallBrush.putImageData(image, 0, 0, from * grain, 0, (to - from) * grain, units * grain);
  }

  function forgetColours() {
    palette = null;
  }
  return { paint, forgetColours };
}

function clearGaps(brush, { units, steps }, column, row, ratio) {
  const gap = 1 / ratio;
  if (column >= LEAST)
    for (let t = 1; t < steps; t += 1)
      brush.clearRect(Math.round(t * column * ratio) / ratio - gap, 0, gap, units * row);
  for (let k = 1; k < units && row >= LEAST; k += 1)
    brush.clearRect(0, k * row - gap, steps * column, gap);
}

function printValues(brush, { values, units, steps, scale }, palette, column, row) {
  Object.assign(brush, {
    font: "11px system-ui, sans-serif",
    textAlign: "center",
    textBaseline: "middle",
  });
  for (let s = 0; s < steps * units; s += 1) {
    brush.fillStyle = shadeOf(palette.inks, values[s] / scale);
    const [x, y] = [(Math.floor(s / units) + 0.5) * column, ((s % units) + 0.5) * row];
    brush.fillText(fixed(values[s]), x, y);
  }
}

// A sign does not rest on colour alone.
function dashNegatives(brush, { values, units, steps, scale }, palette, column, row) {
  brush.fillStyle = palette.ground;
  for (let s = 0; s < steps * units; s += 1) {
    const [x, y] = [(Math.floor(s / units) + 0.3) * column, ((s % units) + 0.5) * row - 1];
    if (values[s] < -0.1 * scale) brush.fillRect(x, y, 0.4 * column, 1.5);
  }
}

// One box for what is held of several units over the same steps.
function outlineHeld(brush, { held, units, steps }, palette, column, row) {
  const boxes = [];
  for (let k = 0; k < units; k += 1) {
    for (let t = 0, from = 0; t <= steps; t += 1) {
      if (t < steps && isHeld(held, t * units + k)) continue;
      const above = boxes.find((box) => box.from === from && box.to === t && box.bottom === k);
      if (above) above.bottom = k + 1;
      else if (from < t) boxes.push({ from, to: t, top: k, bottom: k + 1 });
      from = t + 1;
    }
  }
  Object.assign(brush, { strokeStyle: palette.ink, lineWidth: 1.5 });
  for (const { from, to, top, bottom } of boxes)
    brush.strokeRect(
      from * column + 1,
      top * row + 1,
      (to - from) * column - 3,
      (bottom - top) * row - 3,
    );
}
