// What is put under the microscope: a network, the book's or a reader's, and what it reads.
import { html, write } from "../../web/kit/dom.mjs";
import { nameLeftOut } from "../../web/kit/typed_letters.mjs";
import { button } from "../../web/parts/button.mjs";
import { createNumber, createPick } from "../../web/parts/fields.mjs";
import { acceptDrops, createFileField } from "../../web/parts/files.mjs";
import { createTextField } from "../../web/parts/text_field.mjs";
import { MOST_BYTES, MOST_STEPS, SOURCES } from "./__init__.py";
import { examples } from "./examples.mjs";

const [OPENED, TABLE] = ["opened", "table"];
const ACCEPTED = ".onnx,.safetensors,.npz,.pt,.pth,.ckpt,.json,.bin,.data,.csv,.tsv,.txt,.npy";
const MEGABYTES = MOST_BYTES / 2 ** 20;

/**
 * @param {HTMLElement} el the figure, on which files are dropped
 * @param {object} options `change(values)` sets the model; `open(files)` is handed a reader's files,
 *   `paste(text)` a table; `close()` and `closeTable()` go back to the book's
 * @param {AbortSignal} signal
 * @returns {object} `root`, and `draw(session, get, { size, alphabet })`, with the D of the network
 */
export function createSetup(el, { change, open, paste, close, closeTable }, signal) {
  const network = html("select", { name: "example", autocomplete: "off" });
  network.addEventListener("change", () => {
    const example = network.value;
    if (example === OPENED) return;
    close();
    change({ example });
  });
  const label = "A file of a network, or a table";
  const choose = createFileField({ accept: ACCEPTED, multiple: true, label }, open);
  const hint = `or drop it here: .onnx, .safetensors, .npz, .pt, TensorFlow.js, up to ${MEGABYTES} MB; .csv or .npy as input`;
  const row = html(
    "div",
    { class: "live-fields" },
    html("label", { class: "live-pick" }, html("span", {}, "network"), network),
    choose,
  );
  const told = html("p", { class: "live-opened", role: "status" });
  const table = createTable(paste, closeTable);
  const source = createSource(change, closeTable);
  const text = createText(change);
  const root = html(
    "section",
    { class: "live-setup", "aria-label": "Network and input" },
    row,
    html("p", { class: "live-advice" }, hint),
    told,
    source.root,
    html("div", { class: "live-slot" }),
    text.root,
    table.root,
  );
  acceptDrops(el, open, signal);

  function draw(session, get, { size, alphabet }) {
    const { opened, refused, input } = session;
    const names = ["example", "source", "length", "seed", "letters"];
    const view = {
      ...Object.fromEntries(names.map((name) => [name, get(name)])),
      given: Boolean(get("network")?.layers),
      opened,
      table: session.table,
      alphabet,
      size,
      odd: input?.odd ?? [],
    };
    drawNetworks(network, view);
    write(told, refused);
    told.classList.toggle("live-unfit", Boolean(refused));
    source.draw(view);
    text.draw(view);
    table.draw(view.table);
  }
  return { root, draw };
}

function drawNetworks(select, { example, given, opened }) {
  const names = [
    ...(opened ? [[OPENED, opened]] : []),
    ...(given ? [["", "the network given"]] : []),
    ...Object.entries(examples).map(([name, { words }]) => [name, words]),
  ];
  const key = JSON.stringify(names);
  if (select.dataset.key !== key) {
    select.replaceChildren(...names.map(([value, words]) => html("option", { value }, words)));
    select.dataset.key = key;
  }
  select.value = opened ? OPENED : example;
}

// What is read: of a curve its steps, of noise its seed.
function createSource(change, closeTable) {
  const pick = createPick("source", "input", (value) => {
    if (value === TABLE) return;
    closeTable();
    change({ source: value });
  });
  const length = createNumber("length", "steps T", (value) => change({ length: value }));
  const seed = createNumber("seed", "seed", (value) => change({ seed: value }), 0);
  const root = html("div", { class: "live-fields" }, pick.root, length.root, seed.root);
  function draw({ source, opened, table, length: steps, seed: drawn }) {
    const words = opened ? { ...SOURCES, own: "noise, for none came with the file" } : SOURCES;
    const own = table ? [[TABLE, table.name]] : [];
    pick.draw([...own, ...Object.entries(words)], table ? TABLE : source);
    length.draw(steps, MOST_STEPS);
    seed.draw(drawn, 99);
    const isNoise = source === "noise" || (source === "own" && opened);
    length.root.hidden = Boolean(table) || source === "text" || (source === "own" && !opened);
    seed.root.hidden = Boolean(table) || !isNoise;
  }
  return { root, draw };
}

// A text and its alphabet, where one is read.
function createText(change) {
  const letters = createTextField({
    name: "letters",
    label: "text",
    change: (value) => change({ letters: [...value].slice(0, 2000).join("") }),
  });
  const alphabet = createTextField({
    name: "alphabet",
    label: "alphabet",
    change: (value) => change({ alphabet: [...value].slice(0, 4096).join("") }),
  });
  const remark = html("p", { class: "live-advice" });
  const root = html("div", { class: "live-reads" }, letters.root, alphabet.root, remark);
  function draw({ source, table, letters: text, alphabet: known, size, odd }) {
    root.hidden = source !== "text" || Boolean(table);
    letters.draw(text);
    alphabet.draw(known);
    const count = `${[...known].length} of ${size} characters, one for each input.`;
    write(remark, odd.length ? `${count} ${nameLeftOut(odd)}` : count);
  }
  return { root, draw };
}

// A table that is pasted, and the one that is read.
function createTable(paste, close) {
  const area = html("textarea", {
    rows: 3,
    name: "table",
    spellcheck: "false",
    "aria-label": "A table of numbers, a row for each step",
    placeholder: "0.1, 0.2\n0.3, 0.4",
  });
  const fold = html(
    "details",
    { class: "live-fold" },
    html("summary", {}, "Paste a table as input"),
    area,
    button("Read it", () => paste(area.value)),
  );
  const name = html("span");
  const read = html("p", { class: "live-read", hidden: true }, name, " ");
  read.append(button("Close", close, { "aria-label": "Close the table" }));
  function draw(table) {
    read.hidden = !table;
    write(name, table ? `Input: ${table.name}, ${table.T} steps of ${table.D}.` : "");
  }
  return { root: html("div", {}, read, fold), draw };
}
