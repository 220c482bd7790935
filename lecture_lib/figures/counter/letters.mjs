// The word that is read: its letters, or, where they would be too small, its runs with their lengths.
import { put, svg, write } from "../../web/kit/dom.mjs";
import { walkByKeys } from "../../web/parts/keys.mjs";
import { MAX_LETTERS } from "./__init__.py";
import { chooseByClick, placeColumns } from "./columns.mjs";

const HEIGHT = 40;
const LEAST_COLUMN = 11; // px, to show a letter in it
const ROOM_FOR_LENGTH = 34;
const ROOM_FOR_LETTER = 9;

/**
 * @param {(t: number) => void} choose asked for a letter, from 1
 * @returns {{root: Element, layout: (width: number) => void, draw: (view: object) => void}}
 */
export function createLetters(choose) {
  const runs = Array.from({ length: MAX_LETTERS }, () => ({
    bed: svg("rect", { class: "live-run", y: 6, height: 26, rx: 4 }),
    name: svg("text", { class: "live-sequence-letter", "text-anchor": "middle", y: 24 }),
  }));
  const here = svg("rect", {
    class: "live-sequence-here live-letter-here",
    y: 2,
    height: 34,
    rx: 5,
  });
  const root = svg(
    "svg",
    {
      class: "live-sequence",
      role: "slider",
      tabindex: 0,
      height: HEIGHT,
      "aria-valuemin": 1,
      "aria-label": "Letters: left and right choose one",
    },
    ...runs.map(({ bed }) => bed),
    here,
    ...runs.map(({ name }) => name),
  );
  let width = 600;
  let view = null;
  chooseByClick(root, () => ({ ...view, width }), choose);
  walkByKeys(root, (by) => {
    const { letters, now } = view;
    if (letters.length) choose(Math.max(1, Math.min(letters.length, now + by)));
  });

  function layout(newWidth) {
    width = newWidth;
    put(root, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
    if (view) draw(view);
  }
  function draw(newView) {
    view = newView;
    const { letters, now, columns } = view;
    const column = placeColumns(width, columns);
    const found = runsOf(letters, column.width >= LEAST_COLUMN);
    runs.forEach(({ bed, name }, k) => {
      const run = found[k];
      for (const node of [bed, name]) put(node, { visibility: run ? "visible" : "hidden" });
      if (!run) return;
      const [x, wide] = [column.left(run.from), run.length * column.width];
      put(bed, { x: x + 0.5, width: wide - 1, class: `live-run live-run-${run.letter}` });
      put(name, { x: x + wide / 2 });
      write(name, nameOf(run, wide));
      name.classList.toggle("live-now", run.from <= now && now < run.from + run.length);
    });
    put(here, {
      x: column.left(now) - 0.5,
      width: column.width + 1,
      visibility: now ? "visible" : "hidden",
    });
    put(root, {
      "aria-valuemax": Math.max(1, letters.length),
      "aria-valuenow": Math.max(1, now),
      "aria-valuetext": now
        ? `letter ${now} of ${letters.length}: ${letters[now - 1]}`
        : "no letter yet",
    });
  }
  return { root, layout, draw };
}

// The letters in a row, each for itself where there is room.
function runsOf(letters, areSingle) {
  const runs = [];
  letters.forEach((letter, t) => {
    const last = runs.at(-1);
    if (areSingle || last?.letter !== letter) runs.push({ letter, from: t + 1, length: 1 });
    else last.length += 1;
  });
  return runs;
}

function nameOf({ letter, length }, width) {
  if (length > 1 && width > ROOM_FOR_LENGTH) return `${length} ${letter}’s`;
  return width > ROOM_FOR_LETTER ? letter : "";
}
