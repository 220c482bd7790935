// A figure on anybody's page, which needs two lines:
//     <script src="https://…/_static/live/embed.js" defer></script>
//     <div class="live-figure" data-figure="gate-lab" data-settings='{"preset": "latch"}'></div>
// What the figure needs lies beside this script. It stands in a shadow tree, so that no style of the
// page reaches it and none of its own gets out.
import { html } from "../kit/dom.mjs";
import { createLight } from "../kit/light.mjs";
import { isAllowed } from "./limits.mjs";
import { mountFigure } from "./native.mjs";

const FOLDER = new URL(".", document.currentScript.src);

// The script or style sheet `node` of the folder, once it is loaded where it is put.
function loaded(node, place) {
  return new Promise((resolve, reject) => {
    node.addEventListener("load", resolve);
    node.addEventListener("error", () =>
      reject(new Error(`${node.src ?? node.href} cannot be loaded`)),
    );
    place.append(node);
  });
}

const scripts = new Map();

function loadScript(file) {
  if (!scripts.has(file))
    scripts.set(file, loaded(html("script", { src: new URL(file, FOLDER) }), document.head));
  return scripts.get(file);
}

// The author's settings, each of them named if it is none or does not fit.
function readSettings(text, kind, module, data) {
  let given;
  try {
    given = JSON.parse(text);
  } catch {
    given = null;
  }
  if (Object.prototype.toString.call(given) !== "[object Object]") {
    throw new Error(`data-settings must be a JSON object, such as {"t": 3}, got ${text}`);
  }
  for (const [name, value] of Object.entries(given)) {
    const takes = Object.hasOwn(data.settings, name) && data.settings[name];
    if (!takes)
      throw new Error(
        `${kind} has no setting "${name}"; it has ${Object.keys(data.settings).join(", ")}`,
      );
    if (!isAllowed(module, data, name, value))
      throw new Error(`${name} must be ${takes}, got ${JSON.stringify(value)}`);
  }
  return module.implied?.(given, data.state) ?? given;
}

// The page's own choice of light or dark if it makes one as this book does, else the system's.
const systemDark = matchMedia("(prefers-color-scheme: dark)");

function followTheme(box) {
  const follow = () => {
    const { theme } = document.documentElement.dataset;
    box.classList.toggle(
      "live-dark",
      theme === "dark" || (theme !== "light" && systemDark.matches),
    );
  };
  systemDark.addEventListener("change", follow);
  new MutationObserver(follow).observe(document.documentElement, {
    attributeFilter: ["data-theme"],
  });
  follow();
}

async function embed(host) {
  const kind = host.dataset.figure;
  // Until the figure stands, what the author put into its place is seen.
  const root = host.attachShadow({ mode: "open" });
  root.append(html("slot"));
  try {
    if (!KINDS.includes(kind))
      throw new Error(`there is no figure "${kind}"; there are ${KINDS.join(", ")}`);
    const style = (file) =>
      loaded(html("link", { rel: "stylesheet", href: new URL(file, FOLDER) }), root);
    await Promise.all([
      style("base.css"),
      style(`${kind}.css`),
      loadScript(`${kind}.js`),
      loadScript(`${kind}.twin.js`),
    ]);
    const module = window.liveFigures[kind];
    const data = structuredClone(window.liveTwins[kind]);
    const given = readSettings(host.dataset.settings ?? "{}", kind, module, data);
    const view = html("div");
    const box = html("div", { class: "live-figure", "data-figure": kind }, view);
    followTheme(box);
    createLight(box);
    root.append(html("div", { class: "live-embedded" }, box));
    const { model } = mountFigure(view, module, data, { given, settle: () => {}, prefix: kind });
    // A reset leads back to what the author set.
    model.set(
      "initial",
      Object.fromEntries(Object.keys(data.state).map((name) => [name, model.get(name)])),
    );
    root.querySelector("slot").remove();
  } catch (error) {
    root.querySelector(".live-embedded")?.remove();
    root.prepend(html("p", { role: "alert" }, `Live figure: ${error.message}.`));
    console.error(error);
  }
}

for (const host of document.querySelectorAll("div.live-figure[data-figure]"))
  if (!host.shadowRoot) embed(host);
