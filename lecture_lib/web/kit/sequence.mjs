// The input sequence: bars that can be drawn over, or the letters of a word; and the text of it.
import { fixed, html, put, svg, write } from "./dom.mjs";

const SEQUENCE_HEIGHT = 92;
const SEQUENCE_GUTTER = 30;

// `edit(t, value)` is asked for another number at step t, from 0, `choose(t)` for the step; `maxSteps`
// is the longest sequence, `largest` the largest number that may be drawn.
export function createSequence({ edit, choose, maxSteps, largest }) {
  const middle = SEQUENCE_HEIGHT / 2 - 8;
  const zero = svg("line", { class: "live-zero", x1: SEQUENCE_GUTTER, y1: middle, y2: middle });
  const [high, low] = [13, 2 * middle - 5].map((y) =>
    svg("text", { x: SEQUENCE_GUTTER - 7, y, "text-anchor": "end" }),
  );
  const axis = svg(
    "g",
    { class: "live-tick" },
    zero,
    high,
    low,
    svg("text", { x: SEQUENCE_GUTTER - 7, y: middle + 4, "text-anchor": "end" }, "0"),
  );
  const here = svg("rect", {
    class: "live-sequence-here",
    y: 1,
    height: SEQUENCE_HEIGHT - 2,
    rx: 6,
  });
  const columns = Array.from({ length: maxSteps }, () => ({
    bar: svg("rect", { class: "live-sequence-bar", rx: 2 }),
    letter: svg("text", { class: "live-sequence-letter", y: middle + 10, "text-anchor": "middle" }),
    mark: svg("text", { class: "live-mark", y: SEQUENCE_HEIGHT - 7, "text-anchor": "middle" }),
  }));
  const root = svg(
    "svg",
    {
      class: "live-sequence",
      role: "slider",
      tabindex: 0,
      height: SEQUENCE_HEIGHT,
      "aria-valuemin": 1,
    },
    here,
    axis,
    ...columns.flatMap(({ bar, letter, mark }) => [bar, letter, mark]),
  );
  let width = 600;
  let shown = null;
  let drawing = false;

  const column = () => (width - SEQUENCE_GUTTER - 4) / shown.count;
  const top = () => Math.max(1, ...shown.values);
  const reach = () => Math.max(1, -Math.min(...shown.values), top());
  const round = (value) => Math.round(100 * Math.max(-largest, Math.min(largest, value))) / 100;

  function touch(event) {
    const area = root.getBoundingClientRect();
    const t = Math.max(
      0,
      Math.min(
        shown.count - 1,
        Math.floor((event.clientX - area.left - SEQUENCE_GUTTER) / column()),
      ),
    );
    if (shown.letters) choose(t);
    else
      edit(
        t,
        round(
          Math.max(-1, Math.min(1, (middle - (event.clientY - area.top)) / (middle - 8))) * reach(),
        ),
      );
  }
  root.addEventListener("pointerdown", (event) => {
    drawing = true;
    root.setPointerCapture(event.pointerId);
    touch(event);
  });
  root.addEventListener("pointermove", (event) => drawing && touch(event));
  for (const end of ["pointerup", "pointercancel"])
    root.addEventListener(end, () => {
      drawing = false;
    });
  root.addEventListener("keydown", (event) => {
    const aside = { ArrowLeft: -1, ArrowRight: 1, Home: -maxSteps, End: maxSteps }[event.key];
    const up = { ArrowUp: 0.1, ArrowDown: -0.1, PageUp: 0.5, PageDown: -0.5 }[event.key];
    if (aside) choose(Math.max(0, Math.min(shown.count - 1, shown.t + aside)));
    else if (up && shown.values) edit(shown.t, round(shown.values[shown.t] + up));
    else return;
    event.preventDefault();
  });

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${SEQUENCE_HEIGHT}` });
    put(zero, { x2: width - 4 });
    if (shown) draw(shown);
  }

  // `values`, numbers, or `letters`, a text; `count` of them; `t` from 0.
  function draw(view) {
    shown = view;
    const wide = column();
    const size = view.letters ? 1 : reach();
    const every = wide >= 20 ? 1 : wide >= 9 ? 5 : 10;
    put(axis, { visibility: view.letters ? "hidden" : "visible" });
    write(high, fixed(size, Number.isInteger(size) ? 0 : 1));
    write(low, fixed(-size, Number.isInteger(size) ? 0 : 1));
    put(here, { x: SEQUENCE_GUTTER + view.t * wide, width: wide });
    columns.forEach(({ bar, letter, mark }, t) => {
      const there = t < view.count;
      const x = SEQUENCE_GUTTER + (t + 0.5) * wide;
      put(mark, {
        x,
        visibility:
          there &&
          (t === view.t ||
            ((t + 1) % every === 0 && Math.abs(t - view.t) * wide > 18) ||
            every === 1)
            ? "visible"
            : "hidden",
      });
      put(bar, { visibility: there && !view.letters ? "visible" : "hidden" });
      put(letter, { x, visibility: there && view.letters ? "visible" : "hidden" });
      if (!there) return;
      write(mark, `${t + 1}`);
      mark.classList.toggle("live-now", t === view.t);
      if (view.letters) {
        write(letter, view.letters[t]);
        letter.style.fontSize = `${Math.max(9, Math.min(26, 1.5 * wide))}px`;
        letter.classList.toggle("live-now", t === view.t);
        return;
      }
      const tall = (Math.abs(view.values[t]) / size) * (middle - 8);
      const thick = Math.max(2, Math.min(18, 0.6 * wide));
      put(bar, {
        x: x - thick / 2,
        width: thick,
        y: (view.values[t] > 0 ? middle - tall : middle) - 1,
        height: tall + 2,
      });
    });
    const says = view.letters ? `“${view.letters[view.t]}”` : fixed(view.values[view.t]);
    put(root, {
      "aria-label": view.letters
        ? "Letters: left and right choose the step"
        : "Input: left and right choose the step, up and down change its number",
      "aria-valuemax": view.count,
      "aria-valuenow": view.t + 1,
      "aria-valuetext": `step ${view.t + 1}: ${says}`,
    });
  }

  return { root, layout, draw };
}

// A text that is read, with its label: `change(text)` is called at each key.
export function createTextField({ name, label, change }) {
  const input = html("input", {
    type: "text",
    name,
    autocomplete: "off",
    spellcheck: "false",
    autocapitalize: "none",
    oninput: () => change(input.value),
  });
  const root = html("label", { class: "live-text" }, html("span", {}, label), input);
  const draw = (text) => {
    if (input.value !== text) input.value = text;
  };
  return { root, draw };
}
