// Tab 0: two files, the way of one gate, the code, the states.
import { createStatePair } from "../../web/charts/state_pair.mjs";
import { html, put, write } from "../../web/kit/dom.mjs";
import { turnTo } from "../../web/kit/views.mjs";
import { gapText, largestGap } from "../../web/numbers/parity.mjs";
import { button } from "../../web/parts/button.mjs";
import { GATES, INPUTS, REFUSAL, SAME, STEPS, UNITS } from "./__init__.py";
import { createStateTable, drawn, heading, inputOf, referenceOf, statesOf } from "./cells.mjs";
import { createFiles } from "./files.mjs";
import { codeOf, movesOf, NAMES } from "./moves.mjs";
import { orderOf, readAs, stacksOf, translated } from "./weight_files.mjs";

const [H] = UNITS;

// The stacks of the source, and those of the target, translated and copied, each with h as loaded.
function carry({ cell, source, target, seed }) {
  const reference = referenceOf(cell, seed, H);
  const part = drawn(seed, "bias_part", reference.bias.length);
  const stacks = stacksOf(reference, cell, source, part);
  const x = inputOf(seed);
  const wanted = statesOf(cell, reference, H, x);
  const [right, asIs] = [false, true].map((copied) => {
    const carried = translated(stacks, cell, source, target, copied);
    const h = statesOf(cell, readAs(carried, cell, target), H, x);
    return { stacks: carried, h, gap: largestGap(wanted, h) };
  });
  return { stacks, wanted, right, asIs };
}

// A button for each gate: what it points at or has chosen is followed.
function createFollow(choose, point) {
  const buttons = [...GATES].map((gate) => ({
    gate,
    node: button(gate, () => choose(gate), {
      class: `live-button live-${gate}`,
      onfocus: () => point(gate),
      onblur: () => point(""),
    }),
  }));
  const root = html(
    "div",
    { class: "live-follow", role: "group", "aria-label": "Follow a gate" },
    html("span", {}, "Follow"),
    ...buttons.map(({ node }) => node),
  );
  const draw = (shown, chosen) =>
    buttons.forEach(({ gate, node }) => {
      node.hidden = !shown.includes(gate);
      put(node, { "aria-pressed": gate === chosen, "aria-label": NAMES[gate] });
    });
  return { root, draw };
}

/**
 * @param {(values: object) => void} change
 * @param {() => void} redraw
 * @returns {object} `root`, what of it comes `late`, `table`, `layout(width)`, and `draw(s)`, in
 *   parts, which returns the verdict
 */
export function createTranslation(change, redraw) {
  let pointed = "";
  let chosen = "";
  const point = (gate) => {
    if (gate === pointed) return;
    pointed = gate;
    redraw();
  };
  const choose = (gate) => change({ gate: gate === chosen ? "" : gate });
  const files = createFiles(INPUTS, H, choose, point);
  const follow = createFollow(choose, point);
  const moves = html("ul", { class: "live-moved" });
  const code = html("pre", {
    class: "live-code live-scroll",
    tabindex: 0,
    "aria-label": "The lines that do it",
  });
  const refusal = html("p", { class: "live-warning live-refused" }, REFUSAL);
  const states = createStatePair(STEPS, H, ["the cell as it was", "the cell as loaded"]);
  const table = createStateTable(H);
  const view = html(
    "div",
    {},
    follow.root,
    files.root,
    heading("What is done to it"),
    moves,
    heading("The lines that do it"),
    code,
    heading("Hidden states: lines, the cell as it was; dots, as loaded"),
    states.root,
  );
  const way = { root: view, late: [files.root, states.root] };
  const root = html("div", {}, refusal, view);

  function* drawWay(s, stacks, loaded) {
    const gates = orderOf("book", s.cell);
    const gate = [pointed, s.gate].find((name) => name && gates.includes(name)) ?? "";
    const from = orderOf(s.source, s.cell);
    const to = s.copied ? from : orderOf(s.target, s.cell);
    files.draw({
      kind: s.cell,
      gate,
      files: [
        { layout: s.source, stacks, from },
        { layout: s.target, stacks: loaded.stacks, from: to },
      ],
    });
    yield;
    follow.draw(gates, s.gate);
    const lines = gate ? movesOf(gate, s) : ["Point at a block, or choose a gate, to see its way."];
    moves.replaceChildren(...lines.map((line) => html("li", {}, line)));
    write(code, codeOf(s).join("\n"));
  }

  function* draw(s) {
    chosen = s.gate;
    const refused = s.cell === "gru" && [s.source, s.target].includes("torch");
    yield* turnTo([way, { root: refusal }], refused ? 1 : 0);
    if (refused) {
      table.root.hidden = true;
      return { met: false, verdict: "no translation", numbers: "" };
    }
    const { stacks, wanted, right, asIs } = carry(s);
    const loaded = s.copied ? asIs : right;
    const met = loaded.gap <= SAME;
    yield* drawWay(s, stacks, loaded);
    yield;
    states.draw(wanted, loaded.h, met);
    table.draw(wanted, loaded.h);
    return {
      met,
      verdict: met ? "= same function" : "≠ different function",
      numbers: `largest difference of h: ${gapText(right.gap)} translated, ${gapText(asIs.gap)} copied`,
    };
  }

  const layout = (width) => [files, states].forEach((part) => part.layout(width));
  return { root, late: way.late, table, layout, draw };
}
