// What was recorded, and where each thing stands. Of one run a row is a moment; of two it is the moments of both that
// stand beside each other.

const data = JSON.parse(document.getElementById("data").textContent);
const comparing = data.runs.length > 1;
const pairs = data.pairs ?? [];
const rowCount = comparing ? pairs.length : data.runs[0].moments.length;

/** The number of the first row; a page of some steps of a run begins with a later one. */
const firstStep = 1 + (comparing ? 0 : (data.runs[0].skipped ?? 0));

/** The moment of a run that stands in a row; none: null. */
function momentAt(side, row) {
  return comparing ? pairs[row].moments[side] : row;
}

/** Whether the two runs differ in a row. */
function differs(row) {
  return comparing && Boolean(pairs[row].alone || pairs[row].parts?.length);
}

/** What is told of the moment in a row; of none: null. */
function toldAt(side, row) {
  const moment = momentAt(side, row);
  const { moments, told } = data.runs[side];
  return moment === null ? null : told[moments[moment].told];
}

/** Intervals of rows. Each lies in the smallest box that holds all of it, so that few are looked at to find those that are visible. */
class Intervals {
  static #levels = [5, 8, 11, 14, 17, 20, 23, 26, 29];
  #boxes = new Map(Intervals.#levels.map((level) => [level, new Map()]));

  constructor(items) {
    for (const item of items) this.#add(item);
  }

  #add(item) {
    const level = Intervals.#levels.find((bits) => item.from >> bits === item.to >> bits);
    const boxes = this.#boxes.get(level);
    const place = item.from >> level;
    if (!boxes.has(place)) boxes.set(place, []);
    boxes.get(place).push(item);
  }

  /** All that touch these rows. */
  within(first, last) {
    const found = [];
    for (const [level, boxes] of this.#boxes) {
      for (let place = first >> level; place <= last >> level; place++) {
        for (const item of boxes.get(place) ?? []) {
          if (item.from <= last && item.to >= first) found.push(item);
        }
      }
    }
    return found;
  }
}

/** The place of the first number in a sorted list that is not less than this one. */
function lowerBound(sorted, number) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** In which row each moment of a run stands. */
function rowsOf(side) {
  const rows = new Uint32Array(data.runs[side].moments.length);
  for (let row = 0; row < rowCount; row++) {
    const moment = momentAt(side, row);
    if (moment !== null) rows[moment] = row;
  }
  return rows;
}

/** Gives each bar a place beside the others. A thread has its own; where there are many threads, the first that is free. */
function placeBars(bars) {
  const most = 6;
  for (const side of ["left", "right"]) {
    const mine = bars.filter((bar) => bar.side === side);
    if (mine.every((bar) => bar.column < most)) continue;
    const ends = new Array(most).fill(-1);
    for (const bar of mine) {
      const free = ends.findIndex((end) => end < bar.from);
      bar.column = free < 0 ? most - 1 : free;
      ends[bar.column] = Math.max(ends[bar.column], bar.to);
    }
  }
}

/** What stands in the programs' lanes: calls, answers, notes. */
function textsOf(picture, rowOf) {
  const texts = new Map();
  const add = (moment, side, text) => {
    const row = rowOf[moment];
    if (!texts.has(row)) texts.set(row, []);
    texts.get(row).push({ side, ...text });
  };
  for (const bar of picture.bars) {
    if (bar.text) add(bar.from, bar.side, { kind: "call", text: bar.text, tone: bar.to === bar.from ? bar.tone : "plain" });
    if (bar.answer && bar.to > bar.from)
      add(bar.to, bar.side, { kind: "answer", text: bar.answer, tone: bar.tone });
  }
  for (const note of picture.notes) {
    const heading = note.tone === "printed" && note.text.startsWith("» # ");
    const side = heading ? undefined : note.side;
    add(note.row, side, {
      kind: "note",
      text: heading ? note.text.slice(4) : note.text,
      tone: heading ? "heading" : note.tone,
    });
  }
  return texts;
}

/** The rows, in order, in which a side's lane has a text. */
function occupiedRows(texts) {
  const rows = { left: [], right: [] };
  for (const [row, list] of texts) {
    for (const text of list) {
      if (text.side !== "right") rows.left.push(row);
      if (text.side !== "left") rows.right.push(row);
    }
  }
  for (const side of ["left", "right"]) rows[side] = Uint32Array.from(rows[side]).sort();
  return rows;
}

/** The rows, in order, that a heading takes from side to side. */
function headingRows(texts) {
  const rows = [...texts]
    .filter(([, list]) => list.some(({ tone }) => tone === "heading"))
    .map(([row]) => row);
  return rows.sort((a, b) => a - b);
}

/** A band, in pieces between the headings that stand across it: so each piece has its name. */
function splitBand(band, headings) {
  const pieces = [];
  let from = band.from;
  for (let place = lowerBound(headings, from); headings[place] <= band.to; place++) {
    if (headings[place] > from) pieces.push({ ...band, from, to: headings[place] - 1 });
    from = headings[place] + 1;
  }
  return from <= band.to ? [...pieces, { ...band, from }] : pieces;
}

/** Whether nothing else stands in a bar's lane between its call and its answer. */
function hasRoomForWaiting(bar, occupied) {
  const rows = occupied[bar.side];
  const next = rows[lowerBound(rows, bar.from + 1)];
  return bar.waits && bar.to - bar.from > 1 && (next === undefined || next >= bar.to);
}

/** How many places beside each other a side needs. */
function columnsOf(items, side) {
  return items.reduce((most, item) => (item.side === side ? Math.max(most, item.column + 1) : most), 1);
}

/** All that is drawn of a run, by rows. */
function makeBoard(run, side) {
  const { picture, moments } = run;
  const rowOf = rowsOf(side);
  const last = moments.length - 1;
  placeBars(picture.bars);
  const texts = textsOf(picture, rowOf);
  const occupied = occupiedRows(texts);
  const bars = picture.bars.map((bar) => {
    const placed = {
      ...bar,
      made: bar.from,
      from: rowOf[bar.from],
      to: rowOf[bar.to],
      sleeps: bar.sleeps === undefined ? null : rowOf[bar.sleeps],
    };
    return { ...placed, roomy: hasRoomForWaiting(placed, occupied) };
  });
  const headings = headingRows(texts);
  const bands = picture.bands.flatMap((band) => {
    const to = band.to < last ? rowOf[band.to + 1] - 1 : rowOf[last];
    return splitBand({ ...band, from: rowOf[band.from], to }, headings);
  });
  return {
    run,
    side,
    texts,
    calls: Uint32Array.from(bars, (bar) => bar.from).sort(),
    bars: new Intervals(bars),
    bands: new Intervals(bands),
    arrows: new Map(picture.arrows.map((arrow) => [rowOf[arrow.row], arrow])),
    pauses: new Map(picture.pauses.map(([moment, nanoseconds]) => [rowOf[moment], nanoseconds])),
    barColumns: { left: columnsOf(picture.bars, "left"), right: columnsOf(picture.bars, "right") },
    bandColumns: { left: columnsOf(picture.bands, "left"), right: columnsOf(picture.bands, "right") },
  };
}

const boards = data.runs.map(makeBoard);
const callRows =
  boards.length > 1
    ? Uint32Array.from(new Set(boards.flatMap((board) => [...board.calls]))).sort()
    : boards[0].calls;
const differenceRows = comparing ? pairs.flatMap((_, row) => (differs(row) ? [row] : [])) : [];
