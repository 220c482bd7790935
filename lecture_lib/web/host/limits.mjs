// Whether a value fits a schema: the mirror of lecture_lib/figures/schema.py.

const isObject = (value) => Object.prototype.toString.call(value) === "[object Object]";

const FITS = {
  number: ({ minimum, maximum }, value) =>
    Number.isFinite(value) && minimum <= value && value <= maximum,
  integer: (schema, value) => Number.isInteger(value) && FITS.number(schema, value),
  boolean: (_, value) => typeof value === "boolean",
  string: ({ maxLength = Infinity, pattern = "" }, value) =>
    typeof value === "string" &&
    // In characters, as Python counts them; most texts are known to fit without counting.
    (value.length <= maxLength || [...value].length <= maxLength) &&
    new RegExp(pattern, "u").test(value),
  array: ({ items, minItems = 0, maxItems = Infinity, uniqueItems }, value) =>
    Array.isArray(value) &&
    minItems <= value.length &&
    value.length <= maxItems &&
    value.every((item) => fits(items, item)) &&
    (!uniqueItems || new Set(value.map((item) => JSON.stringify(item))).size === value.length),
  object: ({ properties, required, anyOf }, value) =>
    isObject(value) &&
    Object.entries(value).every(
      ([key, item]) => Object.hasOwn(properties, key) && fits(properties[key], item),
    ) &&
    required.every((key) => Object.hasOwn(value, key)) &&
    (!anyOf || anyOf.some((way) => way.required.every((key) => Object.hasOwn(value, key)))),
};

/**
 * @param {object} schema as `schema.py` writes it
 * @param {unknown} value what a link or the author of a page gives
 * @returns {boolean}
 */
export function fits(schema, value) {
  return schema.enum ? schema.enum.includes(value) : FITS[schema.type](schema, value);
}
