// The cells of the strip, painted: the memory unit's with their numbers, the other units' in blocks.
import { fixed, put } from "../../web/kit/dom.mjs";
import { zoomOf } from "../../web/kit/place.mjs";
import { divergingShades, rgb, shadeOf, themeColours } from "../../web/kit/theme.mjs";
import {
  BLOCK,
  BLOCKS,
  HEIGHT,
  MEMORY_ROW,
  MEMORY_ROWS,
  blockTop,
  memoryTop,
} from "./strip_layout.mjs";

const PALE = 0.62; // of full colour, under numbers
const DIFFERS = 0.005; // from the free run, to be seen

const font = (weight, size) => `${weight} ${size}px system-ui, sans-serif`;
const isClamped = (clamp, s) => clamp !== undefined && !Number.isNaN(clamp[s]);

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Element} root where the colours of the theme are known
 * @returns {object} `measure(word)`, its width; `paint(view, columns)`, which returns the width in
 *   px; and `forget()`, for other colours
 */
export function createPainter(canvas, root) {
  const brush = canvas.getContext("2d");
  let colours = null;

  function measure(word) {
    brush.font = font(600, 13);
    return brush.measureText(word).width;
  }

  function paint(view, columns) {
    colours ??= mixColours(root);
    const last = columns.at(-1);
    const width = last.x + last.width;
    const ratio = devicePixelRatio * zoomOf(root);
    const size = { width: Math.round(width * ratio), height: Math.round(HEIGHT * ratio) };
    if (canvas.width !== size.width || canvas.height !== size.height) put(canvas, size);
    brush.setTransform(ratio, 0, 0, ratio, 0, 0);
    brush.clearRect(0, 0, width, HEIGHT);
    brush.textAlign = "center";
    brush.textBaseline = "middle";
    const { words, order, trace } = view;
    const states = trace.c.subarray(0, words.length * order.length).map(Math.abs);
    const sheet = { ...view, brush, colours, scale: Math.max(1, ...states) };
    words.forEach((word, t) => paintColumn(sheet, word, t, columns[t]));
    return width;
  }
  const forget = () => {
    colours = null;
  };
  return { measure, paint, forget };
}

// The colours of the theme; and, for each row, the shades of −1 … 1, those under numbers paler.
function mixColours(root) {
  const theme = themeColours(root, [...MEMORY_ROWS, "soft", "ground", "ink"]);
  const { ink, soft, ground } = theme;
  const shades = (kind, most) =>
    divergingShades({ ground, low: soft, high: theme[kind] }, most).map(rgb);
  const all = (most) => Object.fromEntries(MEMORY_ROWS.map((kind) => [kind, shades(kind, most)]));
  const plain = { ink: rgb(ink), soft: rgb(soft), ground: rgb(ground) };
  return { ...plain, pale: all(PALE), full: all(1) };
}

const partOf = (kind, value, scale) => (kind === "c" ? value / scale : value);

function paintColumn(sheet, word, t, { x, width }) {
  const { brush, colours } = sheet;
  const isNow = t === sheet.t;
  brush.font = font(isNow ? 700 : 500, 13);
  brush.fillStyle = isNow ? colours.ink : colours.soft;
  brush.fillText(word, x + width / 2, 13);
  MEMORY_ROWS.forEach((kind, k) =>
    paintMemory(sheet, kind, t, { x: x + 1.5, y: memoryTop(k) + 1.5, width: width - 3 }),
  );
  BLOCKS.forEach((kind, k) =>
    paintBlock(sheet, kind, t, { x: x + 0.5, y: blockTop(k), width: width - 1 }),
  );
}

function paintMemory(sheet, kind, t, { x, y, width }) {
  const { brush, colours, order, trace, free, held, scale } = sheet;
  const s = t * order.length + order[0];
  const [value, before] = [trace[kind][s], free[kind][s]];
  const differs = Math.abs(value - before) > DIFFERS;
  const height = MEMORY_ROW - 3;
  brush.fillStyle = shadeOf(colours.pale[kind], partOf(kind, value, scale));
  brush.beginPath();
  brush.roundRect(x, y, width, height, 4);
  brush.fill();
  if (differs) {
    brush.save();
    brush.clip();
    brush.fillStyle = shadeOf(colours.full[kind], partOf(kind, before, scale));
    brush.fillRect(x, y + height - 5, width, 5);
    brush.restore();
  }
  brush.fillStyle = colours.ink;
  brush.font = font(t === sheet.t ? 700 : 400, 12);
  brush.fillText(fixed(value), x + width / 2, y + height / 2 + (differs ? -1.5 : 0.5));
  if (isClamped(held[kind], s)) paintClamp(sheet, x, y, width, height);
}

// Two jaws that close on the cell from the left and the right.
function paintClamp({ brush, colours }, x, y, width, height) {
  brush.strokeStyle = colours.ink;
  brush.lineWidth = 2;
  brush.beginPath();
  for (const [edge, inward] of [
    [x + 3.5, 4],
    [x + width - 3.5, -4],
  ]) {
    brush.moveTo(edge + inward, y + 2);
    brush.lineTo(edge, y + 2);
    brush.lineTo(edge, y + height - 2);
    brush.lineTo(edge + inward, y + height - 2);
  }
  brush.stroke();
}

function paintBlock({ brush, colours, order, trace, held, scale }, kind, t, { x, y, width }) {
  const row = BLOCK / (order.length - 1);
  const gap = row > 5 ? 1 : 0.5;
  for (let n = 1; n < order.length; n += 1) {
    const s = t * order.length + order[n];
    const value = partOf(kind, trace[kind][s], scale);
    const top = y + (n - 1) * row;
    brush.fillStyle = shadeOf(colours.full[kind], value);
    brush.fillRect(x, top, width, row - gap);
    if (value < -0.1) {
      brush.fillStyle = colours.ground;
      brush.fillRect(x + 0.3 * width, top + row / 2 - 1, 0.4 * width, 1.2);
    }
    if (!isClamped(held[kind], s)) continue;
    brush.fillStyle = colours.ink;
    brush.fillRect(x, top, 3, row);
    brush.fillRect(x + width - 3, top, 3, row);
  }
}
