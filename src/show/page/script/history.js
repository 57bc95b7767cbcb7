// The sockets, as they are after any row.

/** What becomes of each socket of a run: by its cookie, the moments that change it and the state that each brings. */
function socketHistories(run) {
  const histories = new Map();
  run.moments.forEach(({ sockets = [] }, moment) => {
    for (const [cookie, state] of sockets) {
      if (!histories.has(cookie)) histories.set(cookie, { moments: [], states: [] });
      histories.get(cookie).moments.push(moment);
      histories.get(cookie).states.push(state);
    }
  });
  return histories;
}

const histories = data.runs.map(socketHistories);

/** The sockets after a moment, in the order in which they came up. */
function socketsAfter(side, moment) {
  const found = [];
  for (const { moments, states } of histories[side].values()) {
    const state = states[lowerBound(moments, moment + 1) - 1] ?? null;
    if (state !== null) found.push(data.runs[side].states[state]);
  }
  return found;
}

/** Whether a descriptor has led to a socket, up to a moment. */
function wasHeld(side, { cookie }, moment) {
  const { moments = [], states = [] } = histories[side].get(cookie) ?? {};
  const known = states.slice(0, lowerBound(moments, moment + 1));
  return known.some((state) => data.runs[side].states[state]?.holders?.length > 0);
}

/** The last moment of a run that stands in this row or above it; none: -1. */
function momentUpTo(side, row) {
  for (let above = row; above >= 0; above--) {
    const moment = momentAt(side, above);
    if (moment !== null) return moment;
  }
  return -1;
}

/** What is told of the call in which a program is in this row, and not asleep; none: null. */
function callUnderWay(side, row) {
  const { run, bars } = boards[side];
  const awake = bars.within(row, row).filter((bar) => bar.sleeps === null || bar.sleeps > row);
  // A call without a text was made before this page's steps.
  return awake.length === 1 && awake[0].text ? run.told[run.moments[awake[0].made].told] : null;
}

/** The fullest queue of a run: what the bars of its queues are measured by. */
const fullestQueues = data.runs.map((run) =>
  run.states.reduce((most, socket) => Math.max(most, socket.receive_queue, sentBytes(socket)), 1),
);

/** What the kernel counts in the send queue of a broken connection is no data. */
function sentBytes(socket) {
  return socket.state === "CLOSE" ? 0 : socket.send_queue;
}
