// Two runs beside each other: in what they differ.

/** What a part of a call is called: its answer has no name of its own. */
const partName = (name) => (name === "=" ? "answer" : name);

/** What differs in a row, in a few words. */
function differenceInWords(row) {
  const { moments, parts = [], alone } = pairs[row];
  if (alone) return moments[1] === null ? "≠ only A" : "≠ only B";
  return `≠ ${parts.map(([name]) => partName(name)).join(", ")}`;
}

/** The same where there is room for so many characters: with the values of a part, "257 ≠ 23 bytes", if they are short. */
function differenceShort(row, room) {
  const { parts = [] } = pairs[row];
  const values = parts.map(([, a, b]) => unlikeValues(a ?? "none", b ?? "none"));
  const named = parts.map(([name], place) => `${partName(name)} ${values[place]}`);
  return [...named, ...values].find((text) => textColumns(text) <= room) ?? differenceInWords(row);
}

/** Two values with what they share at their ends once, or not at all: "257 ≠ 23 bytes", "RST ≠ FIN". */
function unlikeValues(a, b) {
  const flags = a.match(/^([A-Z]+)\|/)?.[1];
  const otherFlags = b.match(/^([A-Z]+)\|/)?.[1];
  if (flags && otherFlags && a.slice(flags.length) === b.slice(otherFlags.length))
    return `${flags} ≠ ${otherFlags}`;
  const unit = a.match(/ bytes?$/) && / bytes?$/.test(b);
  return unit ? `${a.replace(/ bytes?$/, "")} ≠ ${b}` : `${a} ≠ ${b}`;
}

/** What there is to say of a row of two runs. */
function comparisonInWords(row) {
  if (differs(row)) return differenceInWords(row);
  const [a, b] = pairs[row].moments;
  if (a !== null && b !== null) return "Nothing here counts as a difference.";
  return `Only ${a !== null ? "A" : "B"} has this step; it does not count as a difference.`;
}

/** The differing parts of a row as a table. */
function differenceTable(row) {
  const { parts = [] } = pairs[row];
  if (parts.length === 0) return null;
  const line = ([name, a, b]) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, partName(name)),
      make("td", {}, make("code", {}, a ?? "—")),
      make("td", {}, make("code", {}, b ?? "—")),
    );
  return make(
    "table",
    { class: "parts" },
    make("caption", {}, "What differs"),
    make(
      "thead",
      {},
      make(
        "tr",
        {},
        make("th", { scope: "col" }, "part"),
        ...data.runs.map((run, side) => make("th", { scope: "col" }, runName(side))),
      ),
    ),
    make("tbody", {}, ...parts.map(line)),
  );
}

/** "A: original.jsonl". */
function runName(side) {
  return `${"AB"[side]}: ${data.runs[side].name}`;
}

/** What the runs come to: a name, and a value of each run that has one. */
function glanceLines() {
  const lines = new Map();
  data.runs.forEach((run, side) => {
    const seen = new Map();
    for (const [name, value] of run.glance) {
      const time = seen.get(name) ?? 0;
      seen.set(name, time + 1);
      const key = `${name} ${time}`;
      if (!lines.has(key)) lines.set(key, { name, values: data.runs.map(() => null) });
      lines.get(key).values[side] = value;
    }
  });
  return [...lines.values()];
}

/** The table at the top. */
function fillGlance(table) {
  const lines = glanceLines();
  table.hidden = lines.length === 0;
  if (comparing) {
    const names = data.runs.map((_, side) => make("th", { scope: "col" }, runName(side)));
    table.append(make("thead", {}, make("tr", {}, make("td"), ...names)));
  }
  const row = ({ name, values }) => {
    const unlike = comparing && values[0] !== values[1];
    const cells = values.map((value) => make("td", {}, value ?? "none"));
    return make(
      "tr",
      { class: unlike ? "unlike" : null },
      make("th", { scope: "row" }, unlike ? make("span", { class: "sign" }, "≠ ") : null, name),
      ...cells,
    );
  };
  table.append(make("tbody", {}, ...lines.map(row)));
}

/** The next row in a sorted list of rows, or the one before; none: the row itself. */
function neighbour(rows, row, forward) {
  const place = lowerBound(rows, forward ? row + 1 : row);
  return rows[forward ? place : place - 1] ?? row;
}
