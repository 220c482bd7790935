// The call in Python that gives the same table.
import { FAMILIES, FIND, NONE, TRAINED } from "./__init__.py";

// A text as Python reads it: JSON's form, but for what a line would end at.
const quoted = (text) =>
  JSON.stringify(text).replace(/[\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`);

function valuesIn({ source, target, roles }) {
  const others = Object.keys(roles);
  const columnsOf = (role) =>
    others
      .filter((name) => roles[name] === role)
      .map((name) => `${quoted(name)}: columns[${quoted(name)}]`);
  const beside = ["ahead", "late"].flatMap((role) => {
    const named = columnsOf(role);
    return named.length ? [`known_${role}={${named.join(", ")}}`] : [];
  });
  if (source.kind === "book")
    return {
      imports: ["from lecture_lib.figures.your_series import book"],
      lines: [],
      values: `book.load(${quoted(source.name)})`,
      beside,
    };
  const values = `columns[${quoted(target)}]`;
  if (source.kind === "given")
    return {
      imports: [],
      lines: ["# columns: {name: values}, as the figure was given them"],
      values,
      beside,
    };
  const file = source.pasted ? "series.csv" : source.name;
  const saved = source.pasted ? ["# what was pasted, saved as series.csv"] : [];
  return {
    imports: ["from lecture_lib.tables import read_table"],
    lines: [...saved, `columns = read_table(${quoted(file)}, gaps=True).columns()`],
    values,
    beside,
  };
}

/**
 * @param {object} session
 * @param {(name: string) => unknown} get of the model
 * @returns {string}
 */
export function pythonFor(session, get) {
  const { imports, lines, values, beside } = valuesIn(session);
  const [season, networks, seeds] = [get("season"), get("networks"), get("seeds")];
  const all = networks.length === FAMILIES.network.length;
  const left = FAMILIES.network.filter((name) => !networks.includes(name));
  const isOdd = (name) => get(name) !== TRAINED[name][0];
  const sizes = ["hidden_size", "updates"].filter(isOdd).map((name) => `${name}=${get(name)}`);
  const given = [
    values,
    `horizon=${get("horizon")}`,
    ...(season === FIND ? [] : [`season=${season === NONE ? "None" : season}`]),
    ...beside,
    ...(all ? [] : [`methods=[name for name in METHODS if name not in ${list(left)}]`]),
    ...(isOdd("seeds") ? [`seeds=range(${seeds})`] : []),
    ...(sizes.length ? [`training=Training(${sizes.join(", ")})`] : []),
    ...(session.source.unit ? [`unit=${quoted(session.source.unit)}`] : []),
  ];
  const names = [...(all ? [] : ["METHODS"]), ...(sizes.length ? ["Training"] : []), "compare"];
  return [
    ...imports,
    `from lecture_lib.forecasting import ${names.join(", ")}`,
    "",
    ...lines,
    "found = compare(",
    ...given.map((one) => `    ${one},`),
    ")",
    "print(found)",
    "",
  ].join("\n");
}

const list = (names) => `[${names.map(quoted).join(", ")}]`;
