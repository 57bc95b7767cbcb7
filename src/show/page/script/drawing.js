// The shapes of the ladder: bars, bands, arrows, texts. None of them is for a screen reader: the rows' names say it all.

/** A call, from its entry to its return; the part in which the program sleeps is hatched. */
function drawBar(board, layout, bar) {
  const element = make("div", { class: `bar ${bar.side} ${bar.tone}${bar.returns ? "" : " open"}` });
  put(element, {
    ...barPlace(layout, bar),
    top: bar.from * ROW + 4,
    height: (bar.to - bar.from + 1) * ROW - 8,
  });
  if (bar.sleeps !== null) {
    const from = (bar.sleeps - bar.from) * ROW + (bar.sleeps === bar.from ? 9 : 2);
    element.append(
      put(make("i"), {
        top: from,
        height: Math.max(6, (bar.to - bar.sleeps) * ROW - (bar.sleeps === bar.from ? 7 : 0)),
      }),
    );
  }
  return [element, ...(bar.roomy && !layout.compact ? [drawWaiting(board, layout, bar)] : [])];
}

/** What a program waits for, where one sees it as long as one sees its bar. */
function drawWaiting(board, layout, bar) {
  const lane = make("div", { class: `waits ${bar.side}` }, make("span", {}, `waits for ${bar.waits}`));
  return put(lane, {
    ...textPlace(layout, board, bar.side),
    top: (bar.from + 1) * ROW,
    height: (bar.to - bar.from - 1) * ROW,
  });
}

const SHORT_STATES = new Map([
  ["ESTABLISHED", "ESTAB"],
  ["SYN_SENT", "SYN_S"],
  ["SYN_RECEIVED", "SYN_R"],
  ["FIN_WAIT_1", "FIN_W1"],
  ["FIN_WAIT_2", "FIN_W2"],
  ["CLOSE_WAIT", "CLO_W"],
  ["LAST_ACK", "L_ACK"],
  ["TIME_WAIT", "TIME_W"],
]);

/** A state of a socket. Where its name does not fit it is turned, or short. */
function drawBand(board, layout, band) {
  const place = bandPlace(layout, board, band);
  const height = (band.to - band.from + 1) * ROW - 2;
  const whole = band.name ? `${band.state} ${band.name}` : band.state;
  const element = make("div", {
    class: `band ${family(band.state)}${band.name ? "" : " unheld"}`,
    title: whole,
  });
  element.append(bandLabel(band, place.width, height, layout));
  return [put(element, { ...place, top: band.from * ROW + 1, height })];
}

/** The first of a band's labels for which there is room. */
function bandLabel({ state, name }, width, height, { character }) {
  const whole = name ? `${state} ${name}` : state;
  const short = SHORT_STATES.get(state) ?? state;
  const small = 0.78;
  const across = (text, size, margin) => text.length * character * size + margin <= width;
  const down = (text, size, least) => width >= least && text.length * character * size + 8 <= height;
  const labels = [
    { fits: across(state, 1, 6), text: name && height > ROW ? `${state}\n${name}` : state, class: null },
    { fits: down(whole, 1, 12), text: whole, class: "turned" },
    { fits: down(state, 1, 12), text: state, class: "turned" },
    { fits: down(whole, small, 9), text: whole, class: "turned small" },
    { fits: across(short, 1, 6), text: short, class: null },
    { fits: across(short, small, 3), text: short, class: "small" },
  ];
  const label = labels.find(({ fits }) => fits) ?? { text: "", class: null };
  return make("span", { class: label.class }, label.text);
}

/** Which colour a state has. */
function family(state) {
  switch (state) {
    case "LISTEN":
      return "listen";
    case "ESTABLISHED":
      return "established";
    case "SYN_SENT":
    case "SYN_RECEIVED":
      return "opening";
    case "FIN_WAIT_1":
    case "FIN_WAIT_2":
    case "CLOSE_WAIT":
    case "LAST_ACK":
    case "CLOSING":
      return "closing";
    case "TIME_WAIT":
      return "time-wait";
    case "CLOSE":
      return "closed";
    default:
      return "stateless";
  }
}

/** A packet, in the wire's lane of its row. */
function drawArrow(layout, arrow) {
  const { left, width } = layout.wire;
  const ends = arrowEnds(arrow, width);
  const drawing = shape(
    "svg",
    { class: `arrow ${arrow.tone}`, width, height: ROW, "aria-hidden": "true" },
    shape("path", { d: ends.line }),
    ends.head && shape("path", { class: "head", d: ends.head }),
    ends.dot && shape("circle", ends.dot),
  );
  put(drawing, { left });
  const label = fittingLabel(arrow.labels, ends.room, layout.character);
  const text = make("span", { class: `packet ${arrow.tone}` }, label);
  return [drawing, put(text, { left: left + ends.text, width: ends.room })];
}

/** The longest label for which there is room; the shortest is cut if it must be. */
function fittingLabel(labels, room, character) {
  const columns = Math.floor(room / character);
  return labels.find((label) => textColumns(label) <= columns) ?? cut(labels.at(-1) ?? "", columns);
}

/** The line of an arrow, its head, and where its label stands. */
function arrowEnds({ from, to }, width) {
  const x = { left: 3, middle: width / 2, right: width - 3 };
  const [top, bottom] = [ROW - 11, ROW - 5];
  if (from === to && from !== "middle") {
    const turn = from === "left" ? 22 : width - 22;
    const line = `M${x[from]} 7C${turn} 7,${turn} ${bottom},${x[from]} ${bottom}`;
    return {
      line,
      head: arrowHead(turn, bottom, x[from], bottom),
      text: from === "left" ? 26 : 0,
      room: width - 26,
    };
  }
  const line = `M${x[from]} ${top}L${x[to]} ${bottom}`;
  const head = arrowHead(x[from], top, x[to], bottom);
  if (from !== "middle" && to !== "middle") return { line, head, text: 2, room: width - 4 };
  const held =
    from === "middle"
      ? `M${x.middle} ${ROW - 8}L${x[to]} ${bottom}`
      : `M${x[from]} ${top}L${x.middle} ${ROW - 8}`;
  const dot = { cx: x.middle, cy: ROW - 8, r: 3.5 };
  return {
    line: held,
    head: to === "middle" ? null : arrowHead(x.middle, ROW - 8, x[to], bottom),
    dot,
    text: 2,
    room: width - 4,
  };
}

/** The head of an arrow that comes from one point to another. */
function arrowHead(fromX, fromY, x, y) {
  const angle = Math.atan2(y - fromY, x - fromX);
  const corner = (turn) =>
    `${(x - 9 * Math.cos(angle + turn)).toFixed(1)} ${(y - 9 * Math.sin(angle + turn)).toFixed(1)}`;
  return `M${x} ${y}L${corner(0.38)}L${corner(-0.38)}Z`;
}

/** A call, an answer, a note, in its program's lane; of the whole run, across all lanes. */
function drawText(board, layout, { side, kind, text, tone }) {
  const wide = { left: layout.left + layout.gutter.width + 4, width: layout.width - layout.gutter.width - 8 };
  const place = side ? textPlace(layout, board, side) : wide;
  const columns = Math.floor(place.width / layout.character);
  const shown = { call: shortenCall, answer: shortenReturn, note: cut }[kind](text, columns);
  return put(
    make(
      "span",
      { class: `text ${kind} ${tone} ${side ?? "across"}`, title: shown === text ? null : text },
      shown,
    ),
    place,
  );
}

/** The number of a step, its time, and the pause before it. */
function drawGutter(board, layout, row, moment) {
  const { moments, skipped = 0 } = board.run;
  const pause = board.pauses.get(row);
  const times =
    layout.times &&
    (pause
      ? make("b", { class: "pause", title: `nothing happened for ${duration(pause)}` }, `+${duration(pause)}`)
      : make("span", { class: "time" }, milliseconds(moments[moment].at)));
  return put(
    make("span", { class: "gutter" }, make("span", { class: "number" }, String(moment + 1 + skipped)), times),
    layout.gutter,
  );
}
