// The gates and the cell state under the words of a sentence, a column a word: the unit that knows
// most of the subject with its numbers, the others as a heat map below it. A sentence too long for
// the page scrolls in its own box.
import { fixed, html, put, svg, write } from "../../web/kit/dom.mjs";
import { onThemeChange, rgb, themeColours } from "../../web/kit/theme.mjs";

const STRIP_HEAD = 26;
const MEMORY_ROWS = ["f", "i", "g", "o", "c"];
const MEMORY_ROW = 27;
const OTHER_ROWS = ["f", "i", "o", "c"];
const OTHERS_TOP = STRIP_HEAD + MEMORY_ROWS.length * MEMORY_ROW + 26;
const BLOCK = 49;
const BLOCK_GAP = 7;
const STRIP_TALL = OTHERS_TOP + OTHER_ROWS.length * (BLOCK + BLOCK_GAP);
const LEAST_COLUMN = 40;
const STRIP_SHADES = 64;
const NAMES = { f: "forget", i: "input", g: "candidate", o: "output", c: "cell" };

// `choose(t)` is asked for the word at t, from 0.
export function createSentenceStrip({ choose, signal }) {
  const canvas = html("canvas", { "aria-hidden": "true" });
  const here = html("div", { class: "live-columns-here" });
  const sheet = html("div", { class: "live-columns-sheet" }, canvas, here);
  const box = html(
    "div",
    {
      class: "live-columns-box",
      tabindex: 0,
      role: "group",
      "aria-label": "Gates and cell state, a column a word; the numbers are in the table below",
    },
    sheet,
  );
  const gutter = svg("svg", {
    class: "live-columns-gutter",
    height: STRIP_TALL,
    role: "img",
    "aria-label":
      "Rows: the gates f, i, o, the candidate g and the cell state c of the memory unit; below them f, i, o and c of the other units, in the order of η²",
  });
  const reading = html("p", { class: "live-heat-reading" });
  const root = html("div", {}, html("div", { class: "live-columns" }, gutter, box), reading);
  const brush = canvas.getContext("2d");
  let colours = null;
  let width = 600;
  let view = null;
  let columns = []; // { x, wide } of each word
  let pointed = null;

  const rowNames = MEMORY_ROWS.map((kind, k) => {
    const name = svg("tspan", { class: "live-columns-word", dx: 5 }, NAMES[kind]);
    return svg(
      "text",
      { class: `live-columns-name live-${kind}`, x: 2, y: STRIP_HEAD + (k + 0.5) * MEMORY_ROW + 5 },
      svg("tspan", { class: "live-columns-letter" }, kind),
      name,
    );
  });
  const memoryName = svg("text", { class: "live-columns-title", x: 2, y: 15 });
  const etaName = svg(
    "text",
    { class: "live-columns-title", y: OTHERS_TOP - 8, "text-anchor": "end" },
    "η²",
  );
  const othersName = svg("text", { class: "live-columns-title", x: 2, y: OTHERS_TOP - 8 });
  const blockNames = OTHER_ROWS.map((kind, k) =>
    svg(
      "text",
      {
        class: `live-columns-name live-${kind}`,
        x: 2,
        y: OTHERS_TOP + k * (BLOCK + BLOCK_GAP) + BLOCK / 2 + 5,
      },
      svg("tspan", { class: "live-columns-letter" }, kind),
    ),
  );
  const knowing = OTHER_ROWS.map(() => svg("path", { class: "live-columns-know" }));
  gutter.append(memoryName, othersName, etaName, ...rowNames, ...blockNames, ...knowing);

  function layout(newWidth) {
    width = newWidth;
    colours = null; // Jupyter draws first, and only then attaches to where the colours are known.
    if (view) draw(view);
  }

  // `order`: the units, the one that knows most of the subject first, `eta` how much each of these
  // knows; trace and free as from cells.mjs; `held`: {gate: T × H, NaN where free}.
  function draw(newView) {
    view = newView;
    const narrow = width < 480;
    const side = narrow ? 44 : 104;
    const room = width - side;
    put(gutter, {
      width: side,
      viewBox: `0 0 ${side} ${STRIP_TALL}`,
      class: `live-columns-gutter${narrow ? " live-brief" : ""}`,
    });
    write(memoryName, narrow ? "unit 1" : "memory unit");
    write(othersName, narrow ? "" : `${view.order.length - 1} others`);
    put(etaName, { x: side - 6 });
    drawKnowing(side, narrow);
    placeColumns(room);
    const tall = STRIP_TALL;
    const last = columns.at(-1);
    const wide = last.x + last.wide;
    const ratio = devicePixelRatio;
    const size = { width: Math.round(wide * ratio), height: Math.round(tall * ratio) };
    if (canvas.width !== size.width || canvas.height !== size.height) {
      put(canvas, size);
      for (const node of [canvas, sheet])
        Object.assign(node.style, { width: `${wide}px`, height: `${tall}px` });
    }
    paint(ratio, wide, tall);
    const { x, wide: column } = columns[view.t];
    Object.assign(here.style, { width: `${column - 2}px`, transform: `translate(${x + 1}px, 0)` });
    if (x < box.scrollLeft) box.scrollLeft = x;
    else if (x + column > box.scrollLeft + room) box.scrollLeft = x + column - room;
    if (pointed && pointed.t >= view.words.length) pointed = null;
    read();
  }

  function drawKnowing(side, narrow) {
    const row = BLOCK / (view.order.length - 1);
    const room = narrow ? 20 : 40;
    knowing.forEach((bars, k) => {
      const top = OTHERS_TOP + k * (BLOCK + BLOCK_GAP);
      put(bars, {
        "stroke-width": Math.max(1.5, row - 2),
        d: view.eta
          .slice(1)
          .map(
            (eta, n) =>
              `M${side - 6 - eta * room},${(top + (n + 0.5) * row).toFixed(1)}H${side - 6}`,
          )
          .join(""),
      });
    });
  }

  // Each as wide as its word; what room is left is shared out.
  function placeColumns(room) {
    brush.font = "600 13px system-ui, sans-serif";
    const wanted = view.words.map((word) =>
      Math.max(LEAST_COLUMN, brush.measureText(word).width + 10),
    );
    const more = Math.max(0, room - wanted.reduce((sum, wide) => sum + wide)) / wanted.length;
    let x = 0;
    columns = wanted.map((wide) => {
      const column = { x, wide: Math.floor(wide + more) };
      x += column.wide;
      return column;
    });
  }

  // The colours of the theme; and, for each row, the shades of −1 … 1, those under numbers paler.
  function mixColours() {
    const theme = themeColours(root, [...MEMORY_ROWS, "soft", "ground", "ink"]);
    const shades = (kind, part) =>
      Array.from({ length: 2 * STRIP_SHADES + 1 }, (_, n) => {
        const pole = n < STRIP_SHADES ? theme.soft : theme[kind];
        const share = 0.05 + (part * Math.abs(n - STRIP_SHADES)) / STRIP_SHADES;
        return rgb(theme.ground.map((tone, k) => Math.round(tone + (pole[k] - tone) * share)));
      });
    const each = (part) =>
      Object.fromEntries(MEMORY_ROWS.map((kind) => [kind, shades(kind, part)]));
    return {
      ink: rgb(theme.ink),
      soft: rgb(theme.soft),
      ground: rgb(theme.ground),
      pale: each(0.57),
      full: each(0.95),
    };
  }
  const shade = (shades, value) =>
    shades[STRIP_SHADES + Math.round(STRIP_SHADES * Math.max(-1, Math.min(1, value)))];

  function paint(ratio, wide, tall) {
    colours ??= mixColours();
    const { words, order, trace, free, held, t: now } = view;
    const units = order.length;
    const scale = Math.max(1, ...trace.c.subarray(0, words.length * units).map(Math.abs));
    const part = (kind, value) => (kind === "c" ? value / scale : value);
    brush.setTransform(ratio, 0, 0, ratio, 0, 0);
    brush.clearRect(0, 0, wide, tall);
    brush.textAlign = "center";
    brush.textBaseline = "middle";
    words.forEach((word, t) => {
      const { x, wide: column } = columns[t];
      brush.font = `${t === now ? 700 : 500} 13px system-ui, sans-serif`;
      brush.fillStyle = t === now ? colours.ink : colours.soft;
      brush.fillText(word, x + column / 2, 13);
      MEMORY_ROWS.forEach((kind, k) =>
        paintMemory(kind, t, x + 1.5, STRIP_HEAD + k * MEMORY_ROW + 1.5, column - 3),
      );
      OTHER_ROWS.forEach((kind, k) =>
        paintOthers(kind, t, x + 0.5, OTHERS_TOP + k * (BLOCK + BLOCK_GAP), column - 1),
      );
    });

    function paintMemory(kind, t, x, y, across) {
      const s = t * units + order[0];
      const [value, was] = [trace[kind][s], free[kind][s]];
      const down = MEMORY_ROW - 3;
      brush.fillStyle = shade(colours.pale[kind], part(kind, value));
      brush.beginPath();
      brush.roundRect(x, y, across, down, 4);
      brush.fill();
      if (Math.abs(value - was) > 0.005) {
        brush.save();
        brush.clip();
        brush.fillStyle = shade(colours.full[kind], part(kind, was));
        brush.fillRect(x, y + down - 5, across, 5);
        brush.restore();
      }
      brush.fillStyle = colours.ink;
      brush.font = `${t === now ? 700 : 400} 12px system-ui, sans-serif`;
      brush.fillText(
        fixed(value),
        x + across / 2,
        y + down / 2 + (Math.abs(value - was) > 0.005 ? -1.5 : 0.5),
      );
      if (held[kind] && !Number.isNaN(held[kind][s])) clampOver(x, y, across, down);
    }

    // A clamp: two jaws that close on the cell from the left and the right.
    function clampOver(x, y, across, down) {
      brush.strokeStyle = colours.ink;
      brush.lineWidth = 2;
      brush.beginPath();
      for (const [edge, inward] of [
        [x + 3.5, 4],
        [x + across - 3.5, -4],
      ]) {
        brush.moveTo(edge + inward, y + 2);
        brush.lineTo(edge, y + 2);
        brush.lineTo(edge, y + down - 2);
        brush.lineTo(edge + inward, y + down - 2);
      }
      brush.stroke();
    }

    function paintOthers(kind, t, x, y, across) {
      const row = BLOCK / (units - 1);
      const gap = row > 5 ? 1 : 0.5;
      for (let n = 1; n < units; n += 1) {
        const s = t * units + order[n];
        const value = part(kind, trace[kind][s]);
        const top = y + (n - 1) * row;
        brush.fillStyle = shade(colours.full[kind], value);
        brush.fillRect(x, top, across, row - gap);
        if (value < -0.1) {
          brush.fillStyle = colours.ground;
          brush.fillRect(x + 0.3 * across, top + row / 2 - 1, 0.4 * across, 1.2);
        }
        if (held[kind] && !Number.isNaN(held[kind][s])) {
          brush.fillStyle = colours.ink;
          brush.fillRect(x, top, 3, row);
          brush.fillRect(x + across - 3, top, 3, row);
        }
      }
    }
  }

  function read() {
    const { kind, rank, t } = pointed ?? { kind: "f", rank: 0, t: view.t };
    const s = t * view.order.length + view.order[rank];
    const [value, was] = [view.trace[kind][s], view.free[kind][s]];
    const fast = view.held[kind] && !Number.isNaN(view.held[kind][s]) ? ", held" : "";
    const free = Math.abs(value - was) > 0.00005 ? `, free ${fixed(was, 4)}` : "";
    write(
      reading,
      `${kind} of unit ${rank + 1} (η² ${fixed(view.eta[rank])}) at “${view.words[t]}”: ${fixed(value, 4)}${fast}${free}`,
    );
  }

  function under(event) {
    const place = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - place.left, event.clientY - place.top];
    const t = columns.findLastIndex((column) => column.x <= Math.max(0, x));
    const k = Math.floor((y - STRIP_HEAD) / MEMORY_ROW);
    if (k >= 0 && k < MEMORY_ROWS.length) return { t, rank: 0, kind: MEMORY_ROWS[k] };
    const block = Math.floor((y - OTHERS_TOP) / (BLOCK + BLOCK_GAP));
    if (block < 0 || block >= OTHER_ROWS.length) return { t, rank: 0, kind: "f" };
    const inside = (y - OTHERS_TOP - block * (BLOCK + BLOCK_GAP)) / BLOCK;
    return {
      t,
      kind: OTHER_ROWS[block],
      rank: Math.min(view.order.length - 1, 1 + Math.floor(inside * (view.order.length - 1))),
    };
  }
  sheet.addEventListener("pointermove", (event) => {
    pointed = under(event);
    read();
  });
  sheet.addEventListener("pointerleave", () => {
    pointed = null;
    read();
  });
  sheet.addEventListener("click", (event) => choose(under(event).t));
  box.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    choose(Math.max(0, Math.min(view.words.length - 1, view.t + by)));
    event.preventDefault();
  });
  onThemeChange(() => {
    colours = null;
    if (view) draw(view);
  }, signal);

  return { root, layout, draw };
}
