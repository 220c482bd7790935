// How figures stand, in the URL's fragment, a part for each that is not as it was at first:
//     #gate-lab?t=7&f=0.25;gate-lab-2?tab=1&stage=1
import { isAllowed, refusal } from "./limits.mjs";

const STAGE = "stage";
const STAGED = { contract: { [STAGE]: { description: "1, or not named" } } };

/**
 * @param {string} query a part of a fragment
 * @returns {boolean} whether it wants the figure on the stage
 */
export const isStaged = (query) => new URLSearchParams(query).get(STAGE) === "1";

const isEqual = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * @param {string} fragment without its #
 * @returns {Map<string, string>} what it says of each figure that it names, "" for the place alone
 */
export function readFragment(fragment) {
  return new Map(
    fragment.split(";").map((part) => {
      const at = part.indexOf("?");
      return at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
    }),
  );
}

function valueOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * @param {string} query a part of a fragment
 * @param {object} module of the figure, registered by its script
 * @param {object} data of its twin
 * @returns {{ settings: object, refused: string }} all that the query sets and brings along; or, if
 *   a part of it does not fit, nothing, and a sentence that says which
 */
export function readSettings(query, module, data) {
  const found = {};
  for (const [name, text] of new URLSearchParams(query)) {
    const value = valueOf(text);
    if (name === STAGE && value === 1) continue;
    if (name === STAGE) return { settings: {}, refused: refusal(STAGED, name, text) };
    if (!isAllowed(module, data, name, value))
      return { settings: {}, refused: refusal(module, name, text) };
    found[name] = value;
  }
  return { settings: module.implied?.(found, data.state) ?? found, refused: "" };
}

/**
 * @param {string} anchor of the figure
 * @param {object} module of the figure
 * @param {object} model of the figure
 * @param {boolean} staged whether it is on the stage
 * @returns {string} its part of a fragment, "" if it is as it was at first
 */
export function writePart(anchor, module, model, staged) {
  const names = Object.keys(module.contract);
  const initial = model.get("initial");
  const changed = names.filter((name) => !isEqual(model.get(name), initial[name]));
  const settings = Object.fromEntries(changed.map((name) => [name, model.get(name)]));
  // What a reader of the link would take for implied is said, if it is not so.
  const implied = module.implied?.(settings, initial) ?? {};
  for (const name in implied)
    if (!isEqual(model.get(name), implied[name])) settings[name] = model.get(name);
  const query = new URLSearchParams();
  for (const name of names) if (name in settings) query.set(name, JSON.stringify(settings[name]));
  if (staged) query.set(STAGE, 1);
  return query.size ? `${anchor}?${query}` : "";
}
