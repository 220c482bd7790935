// What is asked: a series, the book's or a reader's, which of its columns, how far ahead, its season, the
// networks and their seeds; and the button that trains them.
import { html, write } from "../../web/kit/dom.mjs";
import { button } from "../../web/parts/button.mjs";
import { createNumber, createPick } from "../../web/parts/fields.mjs";
import { acceptDrops, createFileField } from "../../web/parts/files.mjs";
import { FAMILIES, FIND, MOST_HORIZON, MOST_SEASON, NONE, TRAINED } from "./__init__.py";
import { createColumns } from "./columns.mjs";
import { book } from "./source.mjs";

const TABLE = "table";
const ACCEPTED = ".csv,.tsv,.txt,.npy";
const HINT = "or drop it here: .csv, .tsv, .txt or .npy, a row for each step";
const USUAL = 12; // steps of a season, with which a number begins

/**
 * @param {HTMLElement} el the figure, on which files are dropped
 * @param {object} options `change(values)` sets the model; `open(files)`, `paste(text)`, `close()`,
 *   `aim(name)`, `use(name, role)` and `train()` are the session's
 * @param {AbortSignal} signal
 * @returns {object} `root`, and `draw(session, get)`
 */
export function createSetup(el, { change, open, paste, close, aim, use, train }, signal) {
  const series = createPick("series", "series", (value) => {
    if (value === TABLE) return;
    close();
    change({ series: value });
  });
  const choose = createFileField({ accept: ACCEPTED, label: "A file with your series" }, open);
  const told = html("p", { class: "live-opened live-trouble", role: "status" });
  const columns = createColumns(aim, use);
  const asks = createAsks(change);
  const networks = createNetworks(change);
  const go = button("Train the networks", train, { class: "live-yours-go" });
  const root = html(
    "section",
    { class: "live-setup", "aria-label": "The series and what is asked of it" },
    html("div", { class: "live-fields" }, series.root, choose),
    html("p", { class: "live-advice" }, HINT),
    createPaste(paste),
    told,
    columns.root,
    html("div", { class: "live-slot" }),
    asks.root,
    html("div", { class: "live-fields live-yours-train" }, networks.root, go),
  );
  acceptDrops(el, open, signal);

  function draw(session, get) {
    const { table, refused, waits, phase, problem } = session;
    series.draw(
      [
        ...(table ? [[TABLE, table.name]] : []),
        ...(get("given")?.columns ? [["", "the values given"]] : []),
        ...Object.entries(book).map(([name, { words }]) => [name, words]),
      ],
      table ? TABLE : get("series"),
    );
    write(told, refused);
    told.hidden = !refused;
    columns.draw(session);
    asks.draw(get, problem);
    networks.draw(get("networks"));
    const busy = waits === "networks";
    go.disabled = busy || phase === "done" || !problem;
    write(go, busy ? "Being trained" : phase === "done" ? "Trained" : "Train the networks");
  }
  return { root, draw };
}

// A column of numbers, or a table, that is typed or pasted.
function createPaste(paste) {
  const area = html("textarea", {
    rows: 4,
    name: "table",
    spellcheck: "false",
    "aria-label": "A series, a number in each line, or a table",
    placeholder: "month,sales\n2024-01,12.5\n2024-02,13.1",
  });
  return html(
    "details",
    { class: "live-fold" },
    html("summary", {}, "Paste or type a series"),
    area,
    button("Read it", () => paste(area.value)),
  );
}

function createAsks(change) {
  const horizon = createNumber("horizon", "steps ahead", (value) => change({ horizon: value }));
  const season = createPick("season", "season", (value) =>
    change({ season: value === "steps" ? USUAL : Number(value) }),
  );
  const long = createNumber("season-steps", "of", (value) => change({ season: value }), 2);
  const words = { seeds: "seeds", hidden_size: "units of the LSTM", updates: "updates at most" };
  const trained = Object.entries(TRAINED).map(([name, [, least, most]]) => {
    const field = createNumber(name, words[name], (value) => change({ [name]: value }), least);
    return { root: field.root, draw: (get) => field.draw(get(name), most) };
  });
  const more = html(
    "details",
    { class: "live-fold" },
    html("summary", {}, "How networks are trained"),
    html("div", { class: "live-fields" }, ...trained.map(({ root }) => root)),
  );
  const fields = html("div", { class: "live-fields" }, horizon.root, season.root, long.root);
  function draw(get, problem) {
    const steps = get("season");
    const found = problem?.found ? ` (${problem.season ?? "none"})` : "";
    horizon.draw(get("horizon"), MOST_HORIZON);
    season.draw(
      [
        [FIND, `found${found}`],
        [NONE, "none"],
        ["steps", "as I say"],
      ],
      steps > NONE ? "steps" : steps,
    );
    long.root.hidden = steps <= NONE;
    if (steps > NONE) long.draw(steps, MOST_SEASON);
    for (const one of trained) one.draw(get);
  }
  return { root: html("div", {}, fields, more), draw };
}

// Which networks are trained: one at least.
function createNetworks(change) {
  const boxes = FAMILIES.network.map((name) =>
    html("input", { type: "checkbox", name: `train-${name}`, autocomplete: "off", onchange: take }),
  );
  function take() {
    const networks = FAMILIES.network.filter((_, k) => boxes[k].checked);
    if (networks.length) change({ networks });
    else this.checked = true;
  }
  const root = html(
    "div",
    { class: "live-fields live-yours-networks", role: "group", "aria-label": "Networks" },
    ...boxes.map((box, k) => html("label", {}, box, FAMILIES.network[k])),
  );
  function draw(networks) {
    boxes.forEach((box, k) => {
      box.checked = networks.includes(FAMILIES.network[k]);
    });
  }
  return { root, draw };
}
