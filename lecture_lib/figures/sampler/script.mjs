// The letters that the network was given and wrote, each coloured by a state of one unit, and the key
// to the colours.
import { fixed, html, put, write } from "../../web/kit/dom.mjs";
import { walkByKeys } from "../../web/parts/keys.mjs";
import { MAX_PREFIX, MAX_WRITTEN } from "./__init__.py";

const SCALE = { c: 3, h: 1 }; // the |value| of full colour
const MAX_LETTERS = MAX_PREFIX + MAX_WRITTEN;
const CLEARLY_BELOW = -0.1;
const AT_ONCE = 54; // letters that are coloured in one frame of a slow machine

/**
 * A letter in words.
 * @param {string} letter
 * @returns {string}
 */
export const nameOf = (letter) => (letter === " " ? "a space" : `“${letter}”`);

/**
 * Whose state colours the letters, and how.
 * @returns {{root: Element, draw: (view: {shows: "c" | "h", unit: number, value: number}) => void}}
 */
export function createKey() {
  const name = html("span", { class: "live-heat-name" });
  const [least, most] = [html("span"), html("span")];
  const scale = html(
    "span",
    { class: "live-heat-key live-heat-state", "aria-hidden": "true" },
    least,
    html("i"),
    most,
  );
  const root = html("div", { class: "live-heat-head" }, name, scale);
  function draw({ shows, unit, value }) {
    root.className = `live-heat-head live-${shows}`;
    write(name, `${shows} of unit ${unit}: ${fixed(value)}`);
    write(least, `underlined: ${fixed(-SCALE[shows], 0)}`);
    write(most, `+${SCALE[shows]}`);
  }
  return { root, draw };
}

/**
 * The letters: a state's own colour above 0, grey and underlined below.
 * @param {object} options `choose(t)` is called for a letter clicked or walked to, `peek(t)` for one
 *   that is pointed at, null when none is
 * @returns {{root: Element, draw: (view: object) => Generator<void>}}
 */
export function createScript({ choose, peek }) {
  const spans = Array.from({ length: MAX_LETTERS }, () => html("span"));
  const root = html(
    "div",
    {
      class: "live-script",
      role: "slider",
      tabindex: 0,
      "aria-label": "Letters: left and right choose one",
      "aria-valuemin": 1,
    },
    ...spans,
  );
  const shares = [];
  let view = null;
  const placeOf = (event) => spans.indexOf(event.target);
  root.addEventListener("click", (event) => placeOf(event) >= 0 && choose(placeOf(event)));
  root.addEventListener("pointerover", (event) => placeOf(event) >= 0 && peek(placeOf(event)));
  root.addEventListener("pointerleave", () => peek(null));
  walkByKeys(root, (by) => choose(Math.max(0, Math.min(view.letters.length - 1, view.now + by))), {
    PageUp: -10,
    PageDown: 10,
  });

  // In parts. `begun`: how many of the letters were given; `value(t)`: the state after letter t;
  // `sentence`: what follows the letter looked at, `now`.
  function* draw(newView) {
    view = newView;
    put(root, { class: `live-script live-${view.shows}` });
    for (let t = 0; t < MAX_LETTERS; t += 1) {
      if (t % AT_ONCE === AT_ONCE - 1) yield;
      colour(t);
    }
    const { letters, now, sentence } = view;
    put(root, {
      "aria-valuemax": letters.length,
      "aria-valuenow": now + 1,
      "aria-valuetext": `letter ${now + 1}, ${nameOf(letters[now])}. ${sentence}`,
    });
  }

  // Of the view as it is, which may be a later one than that of the part before.
  function colour(t) {
    const { letters, begun, now, value, shows } = view;
    const span = spans[t];
    span.hidden = t >= letters.length;
    if (span.hidden) return;
    write(span, letters[t]);
    const part = value(t) / SCALE[shows];
    const looks = [
      part < CLEARLY_BELOW && "live-script-minus",
      t < begun && "live-script-given",
      t === now && "live-script-now",
      part < 0 && "live-script-below",
    ];
    put(span, { class: looks.filter(Boolean).join(" ") });
    const share = Math.min(1, Math.abs(part)).toFixed(2);
    // What is set anew is styled anew, though it be the same.
    if (shares[t] !== share) span.style.setProperty("--part", share);
    shares[t] = share;
  }
  return { root, draw };
}
