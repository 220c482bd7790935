// Decay kernel against attention row: what each earlier step weighs at the step that asks, in a
// gated memory and in attention; and what the two cost.
import { html, put, write } from "../../web/kit/dom.mjs";
import { createFrame } from "../../web/kit/frame.mjs";
import { button } from "../../web/parts/button.mjs";
import { createTable } from "../../web/parts/table.mjs";
import { FREE, CONTROLS } from "./__init__.py";
import { createCosts } from "./costs.mjs";
import { createKernels } from "./kernels.mjs";
import { PRESETS, weigh } from "./weights.mjs";

const FOLLOWS = [...CONTROLS, "s", "held_f", "held_i"];

function render({ model, el }) {
  const letters = model.get("letters");
  const steps = letters.length;
  const frame = createFrame({
    model,
    el,
    draw,
    follows: FOLLOWS,
    fit: (width) => [chart, costs].forEach((part) => part.layout(width)),
  });
  const chart = createKernels(letters, (s) => frame.change({ s }));
  const desk = createDesk(hold, (by) =>
    frame.change({ s: Math.max(1, Math.min(steps, model.get("s") + by)) }),
  );
  const presets = html(
    "div",
    { class: "live-presets", role: "group", "aria-label": "Gates to try" },
    ...Object.entries(PRESETS).map(([name, { f = FREE, i = FREE }]) =>
      button(name, () => frame.change({ held_f: f, held_i: i })),
    ),
  );
  const fact = html("p", { class: "live-fact live-kernel-says" });
  const costs = createCosts();
  const table = createTable(
    ["step s", "letter", "f", "i", "weight in memory", "q·k/√d", "weight in attention"],
    steps,
  );
  el.append(
    html("div", { class: "live-head" }, presets, frame.tools),
    chart.root,
    fact,
    desk.root,
    html("div", { class: "live-slot" }),
    costs.root,
    table.root,
    frame.caption,
    frame.voice,
  );

  function hold(gate, mark) {
    const held = model.get(`held_${gate}`);
    const at = model.get("s") - 1;
    frame.change({ [`held_${gate}`]: held.slice(0, at) + mark + held.slice(at + 1) });
  }
  function draw() {
    const state = Object.fromEntries(
      [...FOLLOWS, "keys_of_steps"].map((name) => [name, model.get(name)]),
    );
    const { t, s } = state;
    const weights = weigh(state);
    chart.draw(state, weights);
    desk.draw(s, letters[s - 1], state.held_f[s - 1], state.held_i[s - 1]);
    const { forget, input, kernel, scores, attention } = weights;
    const where =
      s > t
        ? `Step ${s} comes after step ${t}: it weighs nothing.`
        : `Step ${s} (${letters[s - 1]}) weighs ${kernel[s - 1].toFixed(3)} in the memory and ${attention[s - 1].toFixed(3)} in attention.`;
    write(fact, `Step ${t} (${letters[t - 1]}) asks. ${where}`);
    costs.draw(state.length);
    table.draw((row, k) => {
      const value = [forget, input, kernel, scores, attention][k - 2]?.[row];
      if (k === 0) return `${row + 1}`;
      if (k === 1) return letters[row];
      return value === undefined ? "–" : value.toFixed(k < 4 ? 2 : 5).replace("-", "−");
    });
    frame.say(fact.textContent);
  }

  return frame.start();
}

// Which step is chosen, and what holds its gates.
function createDesk(hold, move) {
  const title = html("span", { class: "live-kernel-which" });
  const walk = html(
    "span",
    { class: "live-player", role: "group", "aria-label": "Chosen step" },
    button("‹", () => move(-1), { "aria-label": "Choose the step before" }),
    title,
    button("›", () => move(1), { "aria-label": "Choose the step after" }),
  );
  const rows = ["f", "i"].map((gate) => {
    const marks = [
      [".", "free"],
      ["0", "0"],
      ["1", "1"],
    ].map(([mark, words]) => ({
      mark,
      node: button(words, () => hold(gate, mark), {
        "aria-label":
          `${gate} of the chosen step: ` +
          (mark === "." ? "free, as the slider says" : `held at ${mark}`),
      }),
    }));
    return {
      gate,
      marks,
      node: html(
        "div",
        { class: `live-kernel-hold live-${gate}`, role: "group" },
        html("span", {}, gate),
        ...marks.map(({ node }) => node),
      ),
    };
  });
  const root = html("div", { class: "live-kernel-desk" }, walk, ...rows.map(({ node }) => node));
  function draw(s, letter, ...held) {
    write(title, `step ${s} (${letter})`);
    rows.forEach(({ gate, marks, node }, k) => {
      put(node, { "aria-label": `${gate} of step ${s}` });
      for (const { mark, node: knob } of marks) put(knob, { "aria-pressed": mark === held[k] });
    });
  }
  return { root, draw };
}

export default { render };
