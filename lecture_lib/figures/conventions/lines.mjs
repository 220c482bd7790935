// Equations and code, line by line.
import { html } from "../../web/kit/dom.mjs";

/**
 * Lines of pieces, of which those that differ from the book's are marked.
 * @param {string} kind the class of the whole; in "live-code" letters have no colour
 * @param {HTMLElement} root
 * @returns {object} `draw(lines, own)`: the lines, and the book's, as [letter, text] pieces; `_x_`
 *   in a text is a subscript
 */
export function createLines(kind, root) {
  root.classList.add(kind, "live-scroll");
  function draw(lines, own) {
    const before = own.map((line) => JSON.stringify(line));
    root.replaceChildren(
      ...lines.map((line) => {
        const changed = !before.includes(JSON.stringify(line));
        const node = html("span", {
          class: changed ? "live-line-of live-differs" : "live-line-of",
        });
        for (const [letter, text] of line) {
          if (kind === "live-code") node.append(text);
          else
            text
              .split("_")
              .forEach((part, k) =>
                node.append(
                  k % 2
                    ? html("sub", {}, part)
                    : html(letter ? "i" : "span", { class: letter ? `live-${letter}` : "" }, part),
                ),
              );
        }
        if (changed)
          node.append(html("span", { class: "live-voice" }, " (differs from this book)"));
        return node;
      }),
    );
  }
  return { root, draw };
}
