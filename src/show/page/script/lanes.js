// Where the lanes stand: a board's width is shared out among its gutter and its five lanes.

const ROW = 28;
const HEADS = 30;

/** How wide a character of the ladder's font is. */
function characterWidth(element) {
  const { fontSize, fontFamily } = getComputedStyle(element);
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.font = `${fontSize} ${fontFamily}`;
  return canvas.measureText("0".repeat(100)).width / 100;
}

const between = (least, most, number) => Math.max(least, Math.min(most, number));

/** The lanes of a board that has this much room. A run with nobody on the other side has three. */
function layOut(board, left, width, character) {
  const compact = width < 560;
  const digits = String(lastStepNumber(board.side)).length;
  const times = !compact && width > 620;
  const gutter = Math.ceil(digits * character + 12 + (times ? timeColumns(board) * character + 10 : 0));
  const alone = board.run.picture.heads.length < 2;
  const columnWidth = compact ? 17 : 36;
  const kernel = (side) =>
    between(compact ? 22 : 52, width * (compact ? 0.14 : 0.16), board.bandColumns[side] * columnWidth);
  const [leftKernel, rightKernel] = [kernel("left"), alone ? 0 : kernel("right")];
  const wire = compact ? width * 0.24 : between(120, 30 * character, width * (alone ? 0.35 : 0.22));
  const program = (width - gutter - leftKernel - rightKernel - wire) / (alone ? 1 : 2);
  const widths = [program, leftKernel, wire, rightKernel, alone ? 0 : program];
  const lanes = {};
  let at = left + gutter;
  ["leftProgram", "leftKernel", "wire", "rightKernel", "rightProgram"].forEach((name, place) => {
    lanes[name] = { left: at, width: widths[place] };
    at += widths[place];
  });
  return { compact, times, character, left, width, gutter: { left, width: gutter }, alone, ...lanes };
}

/** The number of a run's last step. */
function lastStepNumber(side) {
  const { moments, skipped = 0 } = data.runs[side];
  return moments.length + skipped;
}

/** How many characters the longest time takes. */
function timeColumns({ run: { moments } }) {
  return milliseconds(moments.at(-1)?.at ?? 0).length;
}

/** The lane of a side's program, of its kernel. */
const programLane = (layout, side) => (side === "left" ? layout.leftProgram : layout.rightProgram);
const kernelLane = (layout, side) => (side === "left" ? layout.leftKernel : layout.rightKernel);

const BAR = 8;
const BAR_GAP = 3;

/** Where a call's bar stands: beside the kernel, further columns further away from it. */
function barPlace(layout, { side, column }) {
  const lane = programLane(layout, side);
  const away = BAR_GAP + column * (BAR + BAR_GAP);
  return { left: side === "left" ? lane.left + lane.width - away - BAR : lane.left + away, width: BAR };
}

/** Where the texts of a side's program stand: beside all of its bars. */
function textPlace(layout, board, side) {
  const lane = programLane(layout, side);
  const bars = BAR_GAP + board.barColumns[side] * (BAR + BAR_GAP);
  return {
    left: side === "left" ? lane.left + 4 : lane.left + bars + 2,
    width: Math.max(0, lane.width - bars - 6),
  };
}

/** Where a socket's band stands. */
function bandPlace(layout, board, { side, column }) {
  const lane = kernelLane(layout, side);
  const columns = board.bandColumns[side];
  const width = (lane.width - 4) / columns;
  return { left: lane.left + 2 + column * width, width: Math.max(2, width - 2) };
}
