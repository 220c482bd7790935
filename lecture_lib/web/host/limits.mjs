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

/**
 * @param {object} schema
 * @returns {string} what it lets by, in words
 */
export function wanted({ enum: known, type, minimum, maximum, description }) {
  if (known) return `one of ${known.map((value) => JSON.stringify(value)).join(", ")}`;
  if (type === "boolean") return "true or false";
  if (minimum === undefined) return description ?? "as in a copied link";
  return `a ${type === "integer" ? "whole number" : "number"} in [${minimum}, ${maximum}]`;
}

// What a link may set: what it keeps, and sliders that write into what it keeps.
function schemaOf({ contract, shorthand = {} }, name) {
  if (Object.hasOwn(contract, name)) return contract[name];
  return Object.hasOwn(shorthand, name) ? shorthand[name] : undefined;
}

/**
 * Whether a reader's link, or the author of a page, may set `name` to `value`: the schema says what a
 * trait can; `accepts`, where a module has one, what depends on the figure's own state.
 * @param {object} module of the figure, with the contract of its class
 * @param {object} data of its twin
 * @param {string} name
 * @param {unknown} value
 * @returns {boolean}
 */
export function isAllowed(module, { state }, name, value) {
  const schema = schemaOf(module, name);
  return Boolean(schema) && fits(schema, value) && (module.accepts?.(name, value, state) ?? true);
}

/**
 * @param {object} module of the figure, with the contract of its class
 * @param {string} name of a setting that is not allowed
 * @param {string} text its value, as a link has it
 * @returns {string} a sentence that says so
 */
export function refusal(module, name, text) {
  const schema = schemaOf(module, name);
  const why = schema ? `${name} must be ${wanted(schema)}` : `there is no setting ${name}`;
  return `This link asks for ${name} = ${text.slice(0, 60)}, but ${why}. Nothing was set.`;
}
