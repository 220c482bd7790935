// The colours of the theme for what is painted on a canvas, which no style sheet reaches.

const LEAST = 0.05; // of full colour, so that 0 is not the ground

/**
 * @typedef {[number, number, number]} Colour red, green and blue, 0 … 255
 */

/**
 * The custom properties of `node` by name: themeColours(root, ["own"]) reads --live-own.
 * @param {Element} node
 * @param {string[]} names
 * @returns {Record<string, Colour>}
 */
export function themeColours(node, names) {
  const style = getComputedStyle(node);
  const colour = (name) => {
    const hex = style.getPropertyValue(`--live-${name}`).trim().slice(1);
    return [0, 2, 4].map((k) => parseInt(hex.slice(k, k + 2), 16));
  };
  return Object.fromEntries(names.map((name) => [name, colour(name)]));
}

/**
 * As a style sheet writes it.
 * @param {Colour} colour
 * @returns {string}
 */
export function rgb([r, g, b]) {
  return `rgb(${r} ${g} ${b})`;
}

/**
 * As a pixel of an image's Uint32Array.
 * @param {Colour} colour
 * @returns {number}
 */
export function pixel([r, g, b]) {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

const blend = (from, to, part) => from.map((tone, c) => Math.round(tone + (to[c] - tone) * part));

/**
 * From one colour to another in `count` steps.
 * @param {Colour} from
 * @param {Colour} to
 * @param {number} count
 * @returns {Colour[]} count + 1 of them
 */
export function shadesBetween(from, to, count) {
  return Array.from({ length: count + 1 }, (_, k) => blend(from, to, k / count));
}

/**
 * The shades of −1 … 1, `low` below 0 and `high` above, each from nearly the ground to `most` of
 * itself; `shadeOf` takes one of them.
 * @param {{ ground: Colour, low: Colour, high: Colour }} colours
 * @param {number} [most]
 * @param {number} [count] of shades on either side of 0
 * @returns {Colour[]}
 */
export function divergingShades({ ground, low, high }, most = 1, count = 64) {
  return Array.from({ length: 2 * count + 1 }, (_, k) => {
    const part = LEAST + ((most - LEAST) * Math.abs(k - count)) / count;
    return blend(ground, k < count ? low : high, part);
  });
}

/**
 * What stands for a value in [−1, 1], or beyond, in an array as long as `divergingShades` makes it.
 * @template T
 * @param {ArrayLike<T>} shades
 * @param {number} value
 * @returns {T}
 */
export function shadeOf(shades, value) {
  const count = (shades.length - 1) / 2;
  return shades[count + Math.round(count * Math.max(-1, Math.min(1, value)))];
}

/**
 * Of two colours the one that can be read better on a shade, by the ratio of contrast of WCAG 2.
 * @param {Colour} shade
 * @param {Colour} a
 * @param {Colour} b
 * @returns {Colour}
 */
export function readableOn(shade, a, b) {
  return contrast(shade, a) > contrast(shade, b) ? a : b;
}

function contrast(a, b) {
  const linear = (tone) => (tone <= 10 ? tone / 3295 : ((tone / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b) + 0.05;
  const ratio = light(a) / light(b);
  return Math.max(ratio, 1 / ratio);
}

/**
 * Calls `repaint` when the page, JupyterLab or the system turns light or dark; until `signal` aborts.
 * @param {() => void} repaint
 * @param {AbortSignal} [signal]
 */
export function onThemeChange(repaint, signal) {
  const observer = new MutationObserver(repaint);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  observer.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint, { signal });
  signal?.addEventListener("abort", () => observer.disconnect());
}
