// On paper: all rows, and below them every step in words.

const MOST_PRINTED = 2000;

function preparePrint() {
  if (view.all) return;
  const words = byId("words");
  view.all = rowCount <= MOST_PRINTED;
  words.hidden = false;
  if (view.all) {
    document.body.classList.add("printing");
    arrange();
    words.replaceChildren(make("h2", {}, "The steps in words"), wordsTable());
  } else {
    words.replaceChildren(
      make(
        "p",
        {},
        `The run has ${grouped.format(rowCount)} steps: only those are printed that the screen shows.`,
      ),
    );
  }
}

function finishPrint() {
  byId("words").hidden = true;
  byId("words").replaceChildren();
  document.body.classList.remove("printing");
  if (!view.all) return;
  view.all = false;
  arrange();
  showSelected(view.selected);
}

/** Every step: its number, its time, what happens. */
function wordsTable() {
  const cell = (side, row) => {
    const told = toldAt(side, row);
    return make(
      "td",
      {},
      ...(told
        ? [
            make("b", {}, told.title),
            " ",
            make("code", {}, told.text),
            told.meaning ? ` (${told.meaning})` : "",
          ]
        : ["—"]),
    );
  };
  const line = (row) =>
    make(
      "tr",
      { class: differs(row) ? "unlike" : null },
      make("th", { scope: "row" }, String(row + firstStep)),
      ...data.runs.map((_, side) => cell(side, row)),
    );
  return make("table", {}, make("tbody", {}, ...Array.from({ length: rowCount }, (_, row) => line(row))));
}

function listenToPrinter() {
  window.addEventListener("beforeprint", preparePrint);
  window.addEventListener("afterprint", finishPrint);
  matchMedia("print").addEventListener("change", ({ matches }) => (matches ? preparePrint() : finishPrint()));
}
