// Elements and numbers. Text is always appended as text, never as markup.

function furnish(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

/**
 * An element; of its attributes `on…` are listeners, false is left out and true is empty.
 * @param {string} tag
 * @param {Object<string, string | number | boolean | EventListener>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function html(tag, attributes = {}, ...children) {
  return furnish(document.createElement(tag), attributes, children);
}

/**
 * The same for a drawing.
 * @param {string} tag
 * @param {Object<string, string | number | boolean | EventListener>} attributes
 * @param {...(Node | string)} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  return furnish(node, attributes, children);
}

/**
 * For what a drawing refers to. Drawn by lot, for in a notebook each figure brings its own copy of
 * this module, and a count would begin anew in each.
 * @param {string} stem
 * @returns {string}
 */
export function ownId(stem) {
  return `${stem}-${Math.random().toString(36).slice(2, 10)}`;
}

/**
 * Sets attributes. Those that stay as they are cost nothing: the browser would lay out anew.
 * @param {Element} node
 * @param {Object<string, string | number>} attributes
 */
export function put(node, attributes) {
  for (const name in attributes) {
    const text = `${attributes[name]}`;
    if (node.getAttribute(name) !== text) node.setAttribute(name, text);
  }
}

/**
 * Sets a node's text, if it is another. Where it has some already, no node comes or goes: for that a
 * browser looks anew at all that a rule with `:has()` may match, on a notebook's page the whole figure.
 * @param {Node} node
 * @param {string} text
 */
export function write(node, text) {
  if (node.textContent === text) return;
  const { firstChild: only } = node;
  if (only?.nodeType === Node.TEXT_NODE && !only.nextSibling) only.data = text;
  else node.textContent = text;
}

/**
 * "−0.50": a true minus sign, and no minus on a zero.
 * @param {number} value
 * @param {number} [digits]
 * @returns {string}
 */
export function fixed(value, digits = 2) {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/**
 * The same with a plus.
 * @param {number} value
 * @param {number} [digits]
 * @returns {string}
 */
export function signed(value, digits = 2) {
  const text = fixed(value, digits);
  return text.startsWith("−") ? text : `+${text}`;
}

/**
 * A letter of the book's notation in a drawing, italic, with its subscript: sub("c", "t−1").
 * @param {string} letter
 * @param {string} index
 * @returns {SVGElement[]}
 */
export function sub(letter, index) {
  const mark = svg("tspan", { "font-size": "72%", dy: "0.3em" }, index);
  return [svg("tspan", { "font-style": "italic" }, letter), mark];
}

/**
 * Whether the reader wants no motion.
 * @returns {boolean}
 */
export function still() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * Calls `settled` once nothing has changed for `wait` ms: for what should not follow every event.
 * @param {() => void} settled
 * @param {number} [wait]
 * @returns {() => void} to be called at each change
 */
export function whenSettled(settled, wait = 400) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(settled, wait);
  };
}
