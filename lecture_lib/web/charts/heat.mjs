// A heat map of units × time on a canvas: a gate, 0 … 1, in its own colour; a state, or a candidate,
// in its own colour above 0 and in grey with a dash below. Hover, or arrow keys, read out a cell.
import { fixed, html, put, write } from "../kit/dom.mjs";
import { onThemeChange, rgb, themeColours } from "../kit/theme.mjs";

const SHADES = 64;
const HEAT_MOVES = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  Home: [-Infinity, 0],
  End: [Infinity, 0],
};

// `name` heads the map; `of` says whose it is to those who do not see where it stands; `colour` is a
// letter of the palette; `kind` is "gate" or "state"; `choose(t, unit)`, both from 0, is called for
// a cell that is clicked, or chosen with Enter.
export function createHeat({ name, of = "", colour, kind = "gate", choose = () => {}, signal }) {
  const canvas = html("canvas");
  const here = html("div", { class: "live-heat-here" });
  const cursor = html("div", { class: "live-heat-cursor", hidden: true });
  const plate = html(
    "div",
    {
      class: "live-heat-plate",
      role: "slider",
      tabindex: 0,
      "aria-label": `${of} ${name}, cells of the heat map`.trim(),
      "aria-valuemin": 1,
    },
    canvas,
    here,
    cursor,
  );
  const reading = html("p", { class: "live-heat-reading" });
  const [least, most] = [html("span"), html("span")];
  const key = html(
    "span",
    { class: `live-heat-key live-heat-${kind}`, "aria-hidden": "true" },
    least,
    html("i"),
    most,
  );
  const head = html(
    "div",
    { class: "live-heat-head" },
    html("span", { class: "live-heat-name" }, name),
    key,
  );
  const root = html("div", { class: `live-heat live-${colour}` }, head, plate, reading);

  const brush = canvas.getContext("2d");
  const small = document.createElement("canvas"); // a cell is one pixel, or 3 × 3 around its ghost
  const smallBrush = small.getContext("2d");
  let image = null;
  let palette = null;
  let width = 300;
  let shown = null;
  let pointed = null; // the cell under the pointer or the keyboard's cursor: { t, unit }

  function layout(newWidth) {
    width = newWidth;
    palette = null; // Jupyter draws first, and only then attaches to where the colours are known.
    if (shown) draw({ ...shown, version: undefined });
  }

  // `values`: steps × units, row by row, as in cells.mjs. `t`, `unit`: the step to mark and the unit
  // to read out, from 0. `scale`: the |value| of full colour. `ghost`: values to compare with, seen
  // in the middle, or at the foot, of each cell that differs. `held`: NaN where free; the rest is outlined.
  // `version`: while it stays the same the values have not changed; without it all is painted.
  function draw(view) {
    const stale = !shown || view.version === undefined || view.version !== shown.version;
    shown = { scale: 1, ...view };
    if (stale) paint();
    if (pointed && (pointed.t >= shown.steps || pointed.unit >= shown.units)) leave();
    place(here, shown.t, 0, shown.units);
    read();
  }

  const rowHeight = () => Math.max(7, Math.min(24, Math.floor(112 / shown.units)));
  const hasRoom = () => width / shown.steps >= 37 && rowHeight() >= 15;

  function place(box, t, unit, rows) {
    const column = width / shown.steps;
    Object.assign(box.style, {
      width: `${column}px`,
      height: `${rows * rowHeight()}px`,
      transform: `translate(${t * column}px, ${unit * rowHeight()}px)`,
    });
  }

  function mixColours() {
    const theme = themeColours(root, ["own", "soft", "ground", "ink"]);
    const shades = Array.from({ length: 2 * SHADES + 1 }, (_, k) => {
      const pole = k < SHADES ? theme.soft : theme.own;
      const part = 0.05 + (0.95 * Math.abs(k - SHADES)) / SHADES;
      return theme.ground.map((tone, c) => Math.round(tone + (pole[c] - tone) * part));
    });
    const packed = Uint32Array.from(shades, ([r, g, b]) => (255 << 24) | (b << 16) | (g << 8) | r);
    const inks = shades.map((shade) =>
      rgb(contrast(shade, theme.ink) > contrast(shade, theme.ground) ? theme.ink : theme.ground),
    );
    return { ink: rgb(theme.ink), ground: rgb(theme.ground), packed, inks };
  }

  const shade = (value) =>
    SHADES + Math.round(SHADES * Math.max(-1, Math.min(1, value / shown.scale)));

  function paint() {
    const { units, steps, scale } = shown;
    palette ??= mixColours();
    const ratio = devicePixelRatio;
    const size = {
      width: Math.round(width * ratio),
      height: Math.round(units * rowHeight() * ratio),
    };
    if (canvas.width !== size.width || canvas.height !== size.height) {
      put(canvas, size);
      Object.assign(plate.style, { width: `${width}px`, height: `${units * rowHeight()}px` });
    }
    fillCells();
    brush.imageSmoothingEnabled = false;
    brush.drawImage(small, 0, 0, size.width, size.height);
    brush.setTransform(ratio, 0, 0, ratio, 0, 0);
    const column = width / steps;
    const row = rowHeight();
    const gap = 1 / ratio;
    if (column >= 5)
      for (let t = 1; t < steps; t += 1)
        brush.clearRect(Math.round(t * column * ratio) / ratio - gap, 0, gap, units * row);
    for (let k = 1; k < units; k += 1) brush.clearRect(0, k * row - gap, width, gap);
    if (hasRoom()) printValues(column, row);
    else if (kind === "state") dashNegatives(column, row);
    if (shown.held) outlineHeld(column, row);
    brush.setTransform(1, 0, 0, 1, 0, 0);
    const digits = Number.isInteger(scale) ? 0 : 1;
    write(least, kind === "gate" ? "0" : fixed(-scale, digits));
    write(most, fixed(scale, digits));
  }

  function fillCells() {
    const { values, units, steps, ghost } = shown;
    const grain = ghost ? 3 : 1;
    const columns = steps * grain;
    if (!image || image.width !== columns || image.height !== units * grain) {
      put(small, { width: columns, height: units * grain });
      image = smallBrush.createImageData(columns, units * grain);
    }
    const pixels = new Uint32Array(image.data.buffer);
    const foot = hasRoom(); // where the value is printed, its ghost lies under it
    for (let s = 0; s < steps * units; s += 1) {
      const first = Math.floor(s / units) * grain + (s % units) * grain * columns;
      const colour = palette.packed[shade(values[s])];
      for (let y = 0; y < grain; y += 1)
        pixels.fill(colour, first + y * columns, first + y * columns + grain);
      if (!ghost || !differ(values[s], ghost[s])) continue;
      const was = palette.packed[shade(ghost[s])];
      if (foot) pixels.fill(was, first + 2 * columns, first + 2 * columns + 3);
      else pixels[first + columns + 1] = was;
    }
    smallBrush.putImageData(image, 0, 0);
  }

  function printValues(column, row) {
    Object.assign(brush, {
      font: "11px system-ui, sans-serif",
      textAlign: "center",
      textBaseline: "middle",
    });
    shown.values.subarray(0, shown.steps * shown.units).forEach((value, s) => {
      brush.fillStyle = palette.inks[shade(value)];
      brush.fillText(
        fixed(value),
        (Math.floor(s / shown.units) + 0.5) * column,
        ((s % shown.units) + 0.5) * row,
      );
    });
  }

  // A sign does not rest on colour alone.
  function dashNegatives(column, row) {
    const { values, units, steps, scale } = shown;
    brush.fillStyle = palette.ground;
    for (let s = 0; s < steps * units; s += 1) {
      if (values[s] < -0.1 * scale)
        brush.fillRect(
          (Math.floor(s / units) + 0.3) * column,
          ((s % units) + 0.5) * row - 1,
          0.4 * column,
          1.5,
        );
    }
  }

  // One box for what is held of several units over the same steps.
  function outlineHeld(column, row) {
    const { held, units, steps } = shown;
    const boxes = [];
    for (let k = 0; k < units; k += 1) {
      for (let t = 0, from = 0; t <= steps; t += 1) {
        if (t < steps && !Number.isNaN(held[t * units + k])) continue;
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

  function read() {
    const { values, units, ghost, held } = shown;
    const { t, unit } = pointed ?? shown;
    const s = t * units + unit;
    const was = ghost && differ(values[s], ghost[s]) ? `, free ${fixed(ghost[s], 4)}` : "";
    const fast = held && !Number.isNaN(held[s]) ? ", held" : "";
    write(reading, `unit ${unit + 1}, step ${t + 1}: ${fixed(values[s], 4)}${fast}${was}`);
    put(plate, {
      "aria-valuemax": units * shown.steps,
      "aria-valuenow": unit * shown.steps + t + 1,
      "aria-valuetext": reading.textContent,
    });
  }

  function look(t, unit) {
    pointed = { t, unit };
    cursor.hidden = false;
    place(cursor, t, unit, 1);
    read();
  }
  function leave() {
    pointed = null;
    cursor.hidden = true;
    read();
  }
  const within = (k, count) => Math.max(0, Math.min(count - 1, k));
  function under(event) {
    const box = plate.getBoundingClientRect();
    const part = (offset, size, count) => within(Math.floor((offset / size) * count), count);
    return [
      part(event.clientX - box.left, box.width, shown.steps),
      part(event.clientY - box.top, box.height, shown.units),
    ];
  }
  function press(event) {
    const { t, unit } = pointed ?? shown;
    const move = HEAT_MOVES[event.key];
    if (move) look(within(t + move[0], shown.steps), within(unit + move[1], shown.units));
    else if (event.key === "Enter" || event.key === " ") choose(t, unit);
    else return;
    event.preventDefault();
  }
  plate.addEventListener("pointermove", (event) => look(...under(event)));
  plate.addEventListener("pointerleave", leave);
  plate.addEventListener("click", (event) => choose(...under(event)));
  plate.addEventListener("keydown", press);
  plate.addEventListener("blur", leave);
  onThemeChange(() => {
    palette = null;
    if (shown) paint();
  }, signal);

  return { root, layout, draw };
}

const differ = (a, b) => Math.abs(a - b) > 0.005;

// The ratio of contrast of two colours, at least 1 (WCAG 2).
function contrast(a, b) {
  const linear = (tone) => (tone <= 10 ? tone / 3295 : ((tone / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b) + 0.05;
  const ratio = light(a) / light(b);
  return Math.max(ratio, 1 / ratio);
}
