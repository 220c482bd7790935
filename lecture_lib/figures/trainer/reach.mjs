// How far back the gradient reaches: training from left to right, the sequence from top to bottom.
import { GUTTER, MARGIN } from "../../web/charts/axes.mjs";
import { html, put, write } from "../../web/kit/dom.mjs";
import { zoomOf } from "../../web/kit/place.mjs";
import { onThemeChange, pixel, rgb, shadesBetween, themeColours } from "../../web/kit/theme.mjs";

const SHADES = 255;
const LEAST = 6; // powers of ten from no colour to full

// 1 in the last shade, 10^-6 and less in the first.
const shadeOf = (pixels, left) =>
  pixels[Math.round(SHADES * Math.max(0, Math.min(1, 1 + Math.log10(left) / LEAST)) || 0)];

// The map on a canvas; the colours are those of the theme at `root`.
function createPainter(canvas, root) {
  const brush = canvas.getContext("2d");
  const small = html("canvas"); // a pixel for each moment and step
  const smallBrush = small.getContext("2d");
  let palette = null;

  function paint({ rows, steps, every, most, colour }, width, height) {
    const key = `${colour} ${root.isConnected}`;
    if (palette?.key !== key) palette = { key, ...mixColours() };
    const ratio = devicePixelRatio * zoomOf(root);
    put(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    put(small, { width: rows.length, height: steps });
    const image = smallBrush.createImageData(rows.length, steps);
    const pixels = new Uint32Array(image.data.buffer);
    rows.forEach((row, k) => {
      for (let t = 0; t < steps; t += 1)
        pixels[t * rows.length + k] = shadeOf(palette.pixels, row[t]);
    });
    smallBrush.putImageData(image, 0, 0);
    brush.fillStyle = palette.ground;
    brush.fillRect(0, 0, canvas.width, canvas.height);
    brush.imageSmoothingEnabled = false;
    const across = ((rows.length * every) / most) * canvas.width;
    brush.drawImage(small, 0, 0, across, canvas.height);
  }
  function mixColours() {
    const { own, ground, raised } = themeColours(root, ["own", "ground", "raised"]);
    const pixels = Uint32Array.from(shadesBetween(raised, own, SHADES), pixel);
    return { pixels, ground: rgb(ground) };
  }
  function forgetColours() {
    palette = null;
  }
  return { paint, forgetColours };
}

/**
 * In full colour where all of the gradient is left, in none where it is 10⁻⁶ or less.
 * @param {object} options
 * @param {number} options.height
 * @param {(update: number, step: number) => void} options.choose is called for a click, the step from 0
 * @param {AbortSignal} [options.signal]
 * @returns {object} `layout(width)`, `draw({ rows, every, most, steps, at, name, colour, label })`:
 *   the moments' arrays of what is left at each step; the updates between two of them; the end of
 *   the axis; the steps; the update looked at; a name; a letter of the palette
 */
export function createReach({ height, choose, signal }) {
  const canvas = html("canvas", { role: "img" });
  const name = html("span", { class: "live-reach-name" });
  const here = html("div", { class: "live-reach-here" });
  const [first, last] = [html("span"), html("span")];
  const plate = html("div", { class: "live-reach-plate", onclick: press }, canvas, here);
  const ends = html("div", { class: "live-reach-ends", "aria-hidden": "true" }, first, last);
  const root = html("div", { class: "live-reach" }, name, ends, plate);
  const painter = createPainter(canvas, root);
  let width = 640;
  let shown = null;

  const across = () => width - GUTTER - MARGIN;
  function layout(newWidth) {
    width = newWidth;
    const place = { marginLeft: `${GUTTER}px`, width: `${across()}px`, height: `${height}px` };
    Object.assign(plate.style, place);
    if (shown) draw(shown);
  }
  function press(event) {
    const box = plate.getBoundingClientRect();
    const part = (offset, size) => Math.max(0, Math.min(1, offset / size));
    choose(
      part(event.clientX - box.left, box.width) * shown.most,
      part(event.clientY - box.top, box.height) * (shown.steps - 1),
    );
  }
  function draw(view) {
    shown = view;
    root.className = `live-reach live-${view.colour}`;
    put(canvas, { "aria-label": view.label });
    painter.paint(view, across(), height);
    const at = Math.min(1, view.at / view.most) * across();
    Object.assign(here.style, { transform: `translateX(${at}px)`, height: `${height}px` });
    write(name, view.name);
    write(first, "1");
    write(last, `${view.steps}`);
  }
  onThemeChange(() => {
    painter.forgetColours();
    if (shown) draw(shown);
  }, signal);

  return { root, layout, draw };
}
