// The ladder: a list of rows of which only those are in the document that can be seen, and some around them.

const ladder = byId("ladder");
const shapes = make("div", { class: "shapes", "aria-hidden": "true" });
const rowList = make("div", { class: "rows", role: "presentation" });
const heads = make("div", { class: "heads", "aria-hidden": "true" });

const view = {
  layouts: [],
  mark: null,
  rows: new Map(),
  drawn: new Map(),
  selected: 0,
  shownRun: 0,
  all: false,
  asked: false,
};

/** Which runs have room: both beside each other, or the chosen one. Paper has both. */
function shownBoards(width) {
  return comparing && width < 900 && !view.all ? [boards[view.shownRun]] : boards;
}

/** Shares the width out, and draws everything anew. */
function arrange() {
  const width = view.all ? 700 : ladder.clientWidth;
  const character = characterWidth(ladder);
  const shown = shownBoards(width);
  const mark = comparing ? (shown.length > 1 ? between(96, 132, width * 0.1) : 26) : 0;
  const each = (width - mark) / shown.length;
  view.layouts = shown.map((board, place) => ({
    board,
    layout: layOut(board, place * (each + mark), each, character),
  }));
  view.mark = comparing ? { left: each, width: mark, words: shown.length > 1 } : null;
  const compact = view.layouts[0].layout.compact;
  document.body.classList.toggle("compact", compact);
  document.body.classList.toggle("one-run", comparing && shown.length === 1);
  put(rowList, { height: rowCount * ROW });
  drawHeads();
  clear();
  draw();
}

function clear() {
  view.rows.clear();
  view.drawn.clear();
  rowList.replaceChildren();
  shapes.replaceChildren(...view.layouts.flatMap(({ layout }) => drawLanes(layout)));
}

/** The lanes' backgrounds. */
function drawLanes(layout) {
  const lanes = ["leftKernel", "rightKernel"].filter((name) => layout[name].width > 0);
  return lanes.map((name) =>
    put(make("div", { class: "lane" }), { ...layout[name], top: 0, height: rowCount * ROW }),
  );
}

function drawHeads() {
  const head = (lane, text, side = "") =>
    lane.width > 0 && put(make("span", { class: `head ${side}`, title: text }, text), lane);
  const columns = view.layouts.flatMap(({ board, layout }) => {
    const [left, right = ""] = board.run.picture.heads.map((name) =>
      layout.compact ? name.split(": ").at(-1) : name,
    );
    const kernel = layout.compact ? "k." : "kernel";
    return [
      drawGutterHead(board, layout),
      head(layout.leftProgram, left, "left"),
      head(layout.leftKernel, kernel),
      head(layout.wire, "wire"),
      head(layout.rightKernel, kernel),
      head(layout.rightProgram, right, "right"),
    ];
  });
  heads.replaceChildren(...columns.filter(Boolean));
}

function drawGutterHead(board, layout) {
  const number = comparing ? make("b", {}, "AB"[board.side]) : layout.gutter.width > 40 && "step";
  return put(
    make(
      "span",
      { class: "head gutter" },
      make("span", { class: "number" }, number || ""),
      layout.times && make("span", { class: "time" }, "ms"),
    ),
    layout.gutter,
  );
}

/** More rows than this no screen shows at once; a ladder that has no height of its own is as high as all of its rows. */
const MOST_SEEN = 200;

/** The rows that are to be in the document: those that can be seen, and as many again above and below. */
function wantedRows() {
  if (view.all) return [0, rowCount - 1];
  const seen = Math.min(MOST_SEEN, Math.ceil(ladder.clientHeight / ROW));
  const first = Math.floor(ladder.scrollTop / ROW);
  return [Math.max(0, first - seen), Math.min(rowCount - 1, first + 2 * seen)];
}

/** Brings the document up to what can be seen. */
function draw() {
  const [first, last] = wantedRows();
  keepRows(first, last);
  keepShapes(first, last);
}

function keepRows(first, last) {
  for (const [row, element] of view.rows) {
    if ((row < first || row > last) && row !== view.selected) {
      element.remove();
      view.rows.delete(row);
    }
  }
  const fresh = document.createDocumentFragment();
  for (let row = first; row <= last; row++) if (!view.rows.has(row)) fresh.append(drawRow(row));
  if (rowCount && !view.rows.has(view.selected)) fresh.append(drawRow(view.selected));
  rowList.append(fresh);
}

/** Bars and bands last for many rows: each is one element, for as long as any of its rows is near. */
function keepShapes(first, last) {
  const wanted = new Map();
  for (const { board, layout } of view.layouts) {
    for (const bar of board.bars.within(first, last)) wanted.set(bar, () => drawBar(board, layout, bar));
    for (const band of board.bands.within(first, last)) wanted.set(band, () => drawBand(board, layout, band));
  }
  for (const [item, elements] of view.drawn) {
    if (wanted.has(item)) continue;
    elements.forEach((element) => element.remove());
    view.drawn.delete(item);
  }
  for (const [item, drawItem] of wanted) {
    if (view.drawn.has(item)) continue;
    const elements = drawItem();
    view.drawn.set(item, elements);
    shapes.append(...elements);
  }
}

function drawRow(row) {
  const unlike = differs(row);
  const element = make("div", {
    role: "option",
    id: `row-${row}`,
    "data-step": row,
    "aria-selected": String(row === view.selected),
    "aria-setsize": rowCount,
    "aria-posinset": row + 1,
    "aria-label": rowName(row),
    class: `row${unlike ? " differs" : ""}${view.layouts.some(({ board }) => board.pauses.has(row)) ? " paused" : ""}`,
  });
  put(element, { top: row * ROW });
  for (const { board, layout } of view.layouts) {
    const moment = momentAt(board.side, row);
    if (moment === null) {
      if (unlike)
        element.append(put(make("span", { class: "nothing" }), { left: layout.left, width: layout.width }));
      continue;
    }
    element.append(drawGutter(board, layout, row, moment));
    const arrow = board.arrows.get(row);
    if (arrow) element.append(...drawArrow(layout, arrow));
    element.append(...(board.texts.get(row) ?? []).map((text) => drawText(board, layout, text)));
  }
  if (view.mark && unlike) element.append(drawMark(row));
  view.rows.set(row, element);
  return element;
}

/** What joins two rows that differ. */
function drawMark(row) {
  const words = view.mark.words ? differenceShort(row, (view.mark.width - 8) / 7) : "≠";
  return put(make("span", { class: "mark", title: differenceInWords(row) }, words), {
    left: view.mark.left,
    width: view.mark.width,
  });
}

/** What a screen reader says of a row. */
function rowName(row) {
  const tell = (side) => {
    const told = toldAt(side, row);
    if (!told) return "nothing";
    const packet = told.title === "a packet passes";
    return packet ? told.text : `${told.title}: ${told.text}`;
  };
  if (!comparing) return `${row + firstStep}. ${tell(0)}`;
  return `${row + 1}. ${differs(row) ? `Differs: ${differenceInWords(row)}. ` : ""}A: ${tell(0)}. B: ${tell(1)}`;
}

/** Marks the selected row, and scrolls until it can be seen. */
function showSelected(before) {
  view.rows.get(before)?.setAttribute("aria-selected", "false");
  if (!view.rows.has(view.selected)) rowList.append(drawRow(view.selected));
  view.rows.get(view.selected)?.setAttribute("aria-selected", "true");
  ladder.setAttribute("aria-activedescendant", `row-${view.selected}`);
  const margin = Math.min(3 * ROW, ladder.clientHeight / 4);
  const top = view.selected * ROW;
  const room = ladder.clientHeight - HEADS;
  if (top < ladder.scrollTop + margin) ladder.scrollTop = top - margin;
  else if (top + ROW > ladder.scrollTop + room - margin) ladder.scrollTop = top + ROW - room + margin;
}

/** Draws at most once for each frame of the browser. */
function askToDraw() {
  if (view.asked) return;
  view.asked = true;
  requestAnimationFrame(() => {
    view.asked = false;
    draw();
  });
}
