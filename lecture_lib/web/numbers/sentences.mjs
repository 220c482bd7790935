// Sentences with places, which Python's `str.format` fills too.
import { fixed, general } from "./digits.mjs";

const PLACE = /\{(\w+)(!r)?(?::([^}]*))?\}/g;

/**
 * A text as Python's `repr` writes it.
 * @param {string} text
 * @returns {string}
 */
export function repr(text) {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const known = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", [mark]: `\\${mark}` };
  const letters = Array.from(text, (letter) => {
    if (known[letter]) return known[letter];
    if (letter === " " || !/[\p{C}\p{Z}]/u.test(letter)) return letter;
    const code = letter.codePointAt(0).toString(16);
    if (code.length <= 2) return `\\x${code.padStart(2, "0")}`;
    return code.length <= 4 ? `\\u${code.padStart(4, "0")}` : `\\U${code.padStart(8, "0")}`;
  });
  return mark + letters.join("") + mark;
}

const thousands = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

// A value in one of the forms that are in use.
function formed(value, form) {
  if (form === ",") return thousands(value);
  const [, unsigned, places, kind] = form.match(/^(z?)\.(\d)([fg%])$/);
  const digits = Number(places);
  if (kind === "g") return general(value, digits);
  const said = kind === "%" ? `${fixed(100 * value, digits)}%` : fixed(value, digits);
  return unsigned ? said.replace(/^-(?=[0.]+$)/, "") : said;
}

/**
 * A template with its places, `{name}`, `{name!r}` or `{name:form}`, filled in; a form is one of `,`,
 * `.3f`, `z.3f`, `.1%` and `.6g`, with any digit.
 * @param {string} template
 * @param {Record<string, any>} places
 * @returns {string}
 */
export const filled = (template, places) =>
  template.replace(PLACE, (_, name, quoted, form) => {
    const value = places[name];
    if (quoted) return repr(String(value));
    return form ? formed(value, form) : String(value);
  });
