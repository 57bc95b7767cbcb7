// The panel: everything that is known of the selected step.

const panel = byId("panel");

/** The id of a part; the second run's parts have their own. */
function partId(name, side) {
  return side === 0 ? name : `${name}-b`;
}

/** Shows a row. */
function showPanel(row) {
  const top = panel.scrollTop;
  const wasInside = panel.contains(document.activeElement);
  panel.replaceChildren(...(comparing ? comparedParts(row) : stepParts(0, row)));
  panel.scrollTop = top;
  if (wasInside) panel.focus({ preventScroll: true });
}

function comparedParts(row) {
  const sides = data.runs.map((_, side) =>
    make(
      "div",
      { class: `side side-${side}`, role: "group", "aria-label": runName(side) },
      make("p", { class: "run-name" }, runName(side)),
      ...stepParts(side, row),
    ),
  );
  return [
    make(
      "div",
      { class: `difference${differs(row) ? " unlike" : ""}` },
      make("p", {}, comparisonInWords(row)),
      differenceTable(row),
    ),
    make("div", { class: "sides" }, ...sides),
  ];
}

/** The parts of the panel for one run. */
function stepParts(side, row) {
  const told = toldAt(side, row);
  const moment = momentUpTo(side, row);
  if (!told) {
    return [
      make("h2", { id: partId("panel-title", side) }, "nothing here"),
      make("p", { class: "quiet" }, "This run has no step beside the other's."),
      kernelPart(side, null, moment),
    ];
  }
  return [
    make("h2", { id: partId("panel-title", side) }, told.title),
    make("p", { id: partId("panel-call", side), class: "call" }, callText(told.text)),
    told.meaning && make("p", { class: "meaning" }, meaningInWords(told)),
    explainedPart(side, told),
    sourcePart(side, row, told),
    told.addresses &&
      make(
        "section",
        { id: partId("panel-address", side), "aria-live": "off" },
        make("h3", {}, "The address, field by field"),
        ...told.addresses.map(addressFigure),
      ),
    told.buffers &&
      make(
        "section",
        { id: partId("panel-buffers", side), "aria-live": "off" },
        make("h3", {}, "Bytes"),
        ...told.buffers.map(bufferFigure),
      ),
    kernelPart(side, told, moment),
    aboutPart(side, told),
    stackPart(side, told),
  ].filter(Boolean);
}

/** A call with its name set off; other texts as they are. */
function callText(text) {
  const name = text.match(/^\w+(?=\()/)?.[0];
  return name ? make("code", {}, make("b", {}, name), text.slice(name.length)) : make("code", {}, text);
}

/** What an answer means stands behind it: "= 3: the new descriptor". */
function meaningInWords({ text, meaning }) {
  const answer = text.match(/\) = (-?\w+)$/)?.[1];
  return answer === undefined ? meaning : [make("code", {}, answer), `: ${meaning}`];
}

function explainedPart(side, { explained = [] }) {
  return (
    explained.length > 0 &&
    make(
      "section",
      { id: partId("panel-explained", side), class: "explained" },
      make("h3", {}, "Why"),
      ...explained.map((line) => make("p", {}, line)),
    )
  );
}

/** What the call, its errno and the states are that a step is about. */
function aboutPart(side, { text, changed = [], explained = [] }) {
  const words = new Set([
    text.match(/^\w+(?=\()/)?.[0],
    ...(text.match(/\bE[A-Z0-9]{2,}\b/g) ?? []),
    ...changed.flatMap(({ lines }) => lines.flatMap((line) => line.match(/\b[A-Z][A-Z_0-9]+\b/g) ?? [])),
  ]);
  const told = (name) => explained.some((line) => line.startsWith(`${name}:`));
  const names = [...words].filter((name) => name && Object.hasOwn(data.about, name) && !told(name));
  const entry = (name) => {
    const { kind, what, source } = data.about[name];
    return disclosure(
      `about ${kind}`,
      [
        make("code", {}, name),
        { call: ": what the call does", errno: ": what the error is", state: ": what the state is" }[kind] ??
          "",
      ],
      make("p", {}, what),
      make("p", { class: "quiet" }, source),
    );
  };
  return (
    names.length > 0 &&
    make(
      "section",
      { id: partId("panel-about", side), "aria-live": "off" },
      make("h3", {}, "What it is"),
      ...names.map(entry),
    )
  );
}

/** Who called whom. */
function stackPart(side, { stack }) {
  const lines = stack === undefined ? [] : (data.runs[side].places[stack]?.stack ?? []);
  return (
    lines.length > 0 &&
    make(
      "section",
      { id: partId("panel-stack", side), "aria-live": "off" },
      disclosure("stack", "Who called whom", make("pre", { tabindex: "0" }, lines.join("\n"))),
    )
  );
}
