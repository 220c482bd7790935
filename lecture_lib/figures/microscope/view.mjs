// What of a session is looked at: a layer, a direction, a unit, a step; and what is not there.
import { GATES } from "./__init__.py";
import { orderOf } from "./order.mjs";

const SIDES = { there: "from the first step on", back: "from the last step back" };

/**
 * A direction in words.
 * @param {"there" | "back"} side
 * @returns {string}
 */
export const sideWords = (side) => SIDES[side];

const within = (value, most) => Math.max(0, Math.min(most, value) - 1);

// The |value| of full colour: 1 for values of that size, else a round number above all.
function roundUp(most) {
  if (most > 1) return Math.ceil(10 * most) / 10;
  if (most > 0.5 || !most) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return Number(([1, 2, 5, 10].find((k) => k * power >= most) * power).toPrecision(1));
}

const isThere = ({ cells }) => Object.keys(cells ?? {}).length > 0;

/**
 * The first layer that can be computed.
 * @param {object} network
 * @returns {object}
 */
export const firstOf = ({ layers }) => layers.find(isThere) ?? layers[0];

// What a setting asks for that is not there, in a sentence.
function notThere(wanted, most, what) {
  return wanted > most ? `There is no ${what} ${wanted} here: ${what} ${most} is shown.` : "";
}

/**
 * What is remembered from one drawing to the next: orders and scales of a run.
 * @returns {(session: object, get: (name: string) => any) => object | null} the view, null without a run
 */
export function createViewer() {
  const known = { place: "", key: "", orders: new Map(), scales: new Map() };

  function scaleOf(name, arrays) {
    if (!known.scales.has(name)) {
      let most = 0;
      for (const values of arrays)
        for (let s = 0; s < values.length; s += 1) most = Math.max(most, Math.abs(values[s]));
      known.scales.set(name, roundUp(most));
    }
    return known.scales.get(name);
  }
  function order(sort, layer) {
    if (!known.orders.has(sort)) known.orders.set(sort, orderOf(sort, layer));
    return known.orders.get(sort);
  }

  function learn(session, { layer, side, key }) {
    const place = `${session.freed} ${layer.name} ${side}`;
    if (place !== known.place)
      Object.assign(known, { place, key: "", orders: new Map(), timeConstants: undefined });
    // While a held run comes, colours keep their meaning.
    if (!known.key || (key !== known.key && !session.holding))
      Object.assign(known, { key, scales: new Map() });
    const report = session.reports?.find(
      (one) => one.name === layer.name && one.direction === side,
    );
    if (report && known.timeConstants === undefined) {
      known.timeConstants = report.timeConstants ?? null;
      known.orders.delete("time");
    }
    return report;
  }

  return (session, get) => {
    const place = placeOf(session, get);
    const { layer, side, free, trace, H, T } = place;
    if (!free) return { ...place, trace: null };
    const key = `${session.version} ${layer.name} ${side}`;
    const report = learn(session, { layer, side, key });
    const letters = [...GATES[layer.kind], ...(free.c ? "ch" : "h")];
    const sized = (letter) =>
      "fiozr".includes(letter)
        ? 1
        : scaleOf(letter, [valuesOf(free, letter), valuesOf(trace, letter)]);
    const [from, to] = get("span").length ? get("span") : [1, T];
    const span = from <= T ? [from - 1, Math.min(to, T)] : [0, T];
    const sort = get("sort");
    const versionOf = (number) =>
      `${number} ${place.number} ${side} ${sort} ${sort === "time" && Boolean(known.timeConstants)} ${span}`;
    const news = newsOf(session.news, layer, side);
    return {
      ...place,
      report,
      letters,
      valuesOf,
      sized,
      key,
      isHeld: trace !== free,
      holding: session.holding,
      order: order(sort, { h: free.h, T, H, timeConstants: known.timeConstants }),
      span,
      version: versionOf(session.version),
      news: news && { ...news, base: versionOf(news.base) },
    };
  };
}

// What has changed of a direction since the version `base`: the steps from … to.
function newsOf(news, layer, side) {
  if (!news || news.base === null) return null;
  const isHere = news.name === layer.name && news.side === side;
  return isHere ? news : { ...news, from: 0, to: 0 };
}

const valuesOf = (trace, letter) => trace.gates[letter] ?? trace[letter];

// The layer, direction, unit and step that the settings mean, and in `told` what of them is not there.
function placeOf(session, get) {
  const { network, traces, held, input } = session;
  const { layers } = network;
  const number = within(get("layer"), layers.length);
  const found = layers[number];
  const isRun = ({ name, cells }) =>
    traces ? traces.layers.some((one) => one.name === name) : isThere({ cells });
  const layer = isRun(found) ? found : (layers.find(isRun) ?? firstOf(network));
  const side = layer.cells[get("direction")] ? get("direction") : Object.keys(layer.cells)[0];
  const of = (run) => run?.layers.find(({ name }) => name === layer.name)?.[side];
  const free = of(traces);
  const H = layer.hiddenSize;
  const T = free ? free.h.length / H : (input?.T ?? 1);
  const why = found.reason || traces?.left?.[found.name] || "it cannot be computed here";
  const told = [
    notThere(get("layer"), layers.length, "layer"),
    layer === found ? "" : `${found.name} is not shown: ${why}.`,
    notThere(get("unit"), H, "unit"),
    free ? notThere(get("step"), T, "step") : "",
    get("direction") === "back" && side === "there" ? `${layer.name} reads one way only.` : "",
    free && get("span")[0] > T ? `There is no step ${get("span")[0]} here: all are shown.` : "",
    ...get("holds").map((hold, k) => {
      const reason = session.whyNot(hold);
      return reason && `Hold ${k + 1} is left out: ${reason}.`;
    }),
  ].filter(Boolean);
  return {
    network,
    input: { ...input, steps: T === input?.T ? input.steps : null },
    layer,
    number: layers.indexOf(layer),
    side,
    H,
    T,
    unit: within(get("unit"), H),
    step: get("step") ? within(get("step"), T) : T - 1,
    told,
    free,
    trace: of(held) ?? free,
  };
}
