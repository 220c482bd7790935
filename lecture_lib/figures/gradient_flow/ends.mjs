// What is left after the last step, by cell: in all, on the direct path, and a step on average.
import { html, write } from "../../web/kit/dom.mjs";
import { inTens } from "../../web/kit/tens.mjs";
import { KINDS } from "./flow.mjs";

/** The colour of each cell. */
export const COLOURS = { RNN: "soft", LSTM: "like-c", GRU: "like-h" };

/**
 * @returns {object} `draw(steps, follow, at)`: at(kind, "total" or "direct") is what is left at the
 *   end
 */
export function createEnds() {
  const cells = Object.fromEntries(
    KINDS.map((kind) => [kind, Array.from({ length: 4 }, () => html("td"))]),
  );
  const heads = ["cell", "measured", "in all", "direct path", "in all, a step"].map((name) =>
    html("th", { scope: "col" }, name),
  );
  const rows = KINDS.map((kind) =>
    html(
      "tr",
      { class: `live-${COLOURS[kind]}` },
      html("th", { scope: "row" }, kind),
      ...cells[kind],
    ),
  );
  const root = html(
    "table",
    { class: "live-ends" },
    html("thead", {}, html("tr", {}, ...heads)),
    html("tbody", {}, ...rows),
  );
  function draw(steps, follow, at) {
    for (const kind of KINDS) {
      const s = kind === "LSTM" ? follow : "h";
      const [what, total, direct, share] = cells[kind];
      what.replaceChildren(
        "‖∂",
        html("i", {}, s),
        html("sub", {}, "T"),
        "/∂",
        html("i", {}, s),
        html("sub", {}, "0"),
        "‖",
      );
      write(total, inTens(at(kind, "total")));
      write(direct, at(kind, "direct") === undefined ? "none" : inTens(at(kind, "direct")));
      write(share, `× ${(at(kind, "total") ** (1 / steps)).toFixed(2)}`);
    }
  }
  return { root, draw };
}
