// What the kernel holds: the sockets after a step, drawn, and what the step has changed.

/** Which descriptors lead to a socket, or why none does. */
function holdersInWords(side, socket, moment) {
  const run = data.runs[side];
  const { holders = [], state } = socket;
  if (holders.length === 0) {
    if (state === "TIME_WAIT") return "the kernel";
    if (state === "SYN_RECEIVED") return "handshake under way";
    if (state !== "ESTABLISHED" && state !== "CLOSE_WAIT") return "orphan";
    return wasHeld(side, socket, moment) ? "no descriptor seen" : "not yet accepted";
  }
  return holders.map(({ program, pid, fd }) => `${programInWords(run, program, pid)} fd ${fd}`).join(", ");
}

/** A program's name; of a further process of it, with its number. */
function programInWords(run, program, pid) {
  const name = run.programs[program]?.[0] ?? `program ${program}`;
  return run.processes?.[program] === undefined || run.processes[program] === pid ? name : `${name} [${pid}]`;
}

/** "TCP", "UDP", or the words of socket(). */
function socketKind({ family: domain, kind }) {
  const known = {
    "AF_INET SOCK_STREAM": "TCP",
    "AF_INET6 SOCK_STREAM": "TCP6",
    "AF_INET SOCK_DGRAM": "UDP",
    "AF_INET6 SOCK_DGRAM": "UDP6",
  };
  return known[`${domain} ${kind}`] ?? `${domain} ${kind}`;
}

const MOST_BOXES = 24;

/** The accept queue: a box for each connection that may wait. Linux lets one more wait than the backlog says. */
function acceptQueue({ length, backlog }) {
  const part = make(
    "div",
    { class: "queue" },
    make("span", {}, "accept queue "),
    make("b", {}, `${length} of ${backlog}`),
  );
  if (Math.max(backlog + 1, length) > MOST_BOXES) return fill(part, {}, [meter(length, backlog + 1)]);
  const box = (place) =>
    make("i", { class: `${place < length ? "full" : ""}${place >= backlog ? " extra" : ""}`.trim() || null });
  const boxes = Array.from({ length: Math.max(backlog + 1, length) }, (_, place) => box(place));
  return fill(part, {}, [
    make(
      "span",
      {
        class: "boxes",
        "aria-hidden": "true",
        title: "the dashed box: Linux lets one more wait than the backlog says",
      },
      ...boxes,
    ),
  ]);
}

/** A bar that is as full as a queue. */
function meter(value, most) {
  const bar = make("span", { class: "meter", "aria-hidden": "true" }, make("i"));
  bar.firstChild.style.setProperty("width", `${value === 0 ? 0 : between(3, 100, (100 * value) / most)}%`);
  return bar;
}

const FIN_CAME = ["CLOSE_WAIT", "LAST_ACK", "CLOSING"];
const FIN_SENT = ["FIN_WAIT_1", "LAST_ACK", "CLOSING"];

/** A queue of bytes: its name, how many, a bar. Linux counts a FIN that waits, and of datagrams their memory. */
function byteQueue(name, { kind, state }, bytes, most, fin) {
  const what = kind === "SOCK_DGRAM" ? " of memory" : fin.includes(state) ? ", one is the FIN" : "";
  return make(
    "div",
    { class: "queue" },
    make("span", {}, `${name} `),
    make("b", {}, bytesInWords(bytes), bytes > 0 && what),
    meter(bytes, most),
  );
}

/** A socket as a card. `change` says what the step has done to it. */
function socketCard(side, socket, change, moment) {
  const {
    local = "no address",
    peer,
    state,
    accept_queue: queue,
    options = [],
    error_pending: failed,
  } = socket;
  const most = fullestQueues[side];
  const queues = queue
    ? [acceptQueue(queue)]
    : [
        byteQueue("receive queue", socket, socket.receive_queue, most, FIN_CAME),
        byteQueue("send queue", socket, sentBytes(socket), most, FIN_SENT),
      ];
  return make(
    "li",
    { class: `socket${change ? " changed" : ""}` },
    make(
      "div",
      { class: "who" },
      make("b", {}, holdersInWords(side, socket, moment)),
      make("span", { class: "kind" }, socketKind(socket)),
      state && make("span", { class: `state ${family(state)}` }, state),
    ),
    make("div", { class: "addresses" }, make("code", {}, local), peer && [" → ", make("code", {}, peer)]),
    ...queues,
    options.length > 0 &&
      make(
        "div",
        { class: "options" },
        ...options.map((option) => make("code", {}, `${option.name} ${valueInWords(option.value)}`)),
      ),
    failed && make("div", { class: "failed" }, "an error waits for the next call"),
  );
}

/** A socket of which there is nothing left. */
function goneCard(change) {
  return make(
    "li",
    { class: "socket gone" },
    make("div", { class: "who" }, make("b", {}, change.name)),
    make("div", {}, "the kernel has forgotten it"),
  );
}

/** Before → after: the lines of each socket that the step changes. */
function changeList(changed) {
  const item = ({ name, lines }) =>
    make(
      "li",
      {},
      make("b", {}, name),
      make("ul", {}, ...lines.map((line) => make("li", {}, changeLine(line)))),
    );
  return make("ul", { class: "changes" }, ...changed.map(item));
}

/** "state CLOSE → LISTEN", the new value marked. */
function changeLine(line) {
  const arrow = line.lastIndexOf(" → ");
  const compares =
    /^(state|local address|peer|accept queue|receive queue|send queue|option|descriptors) /.test(line);
  return arrow < 0 || !compares
    ? [line]
    : [`${line.slice(0, arrow)} → `, make("mark", {}, line.slice(arrow + 3))];
}

/** The part of the panel about the kernel. */
function kernelPart(side, told, moment) {
  const run = data.runs[side];
  const part = make(
    "section",
    { id: partId("panel-kernel", side), class: "kernel", "aria-live": "off" },
    make("h3", {}, "Kernel: before → after"),
  );
  if (!run.header.watch.includes("kernel"))
    return fill(part, {}, [make("p", { class: "quiet" }, "The kernel's sockets were not watched.")]);
  const { changed = [] } = told ?? {};
  const changes = new Map(changed.map((change) => [change.cookie, change]));
  const sockets = socketsAfter(side, moment);
  const gone = changed.filter(({ cookie }) => !sockets.some((socket) => socket.cookie === cookie));
  part.append(
    changed.length > 0 ? changeList(changed) : make("p", { class: "quiet" }, "This step changes no socket."),
  );
  if (sockets.length + gone.length > 0) {
    part.append(
      make("h4", {}, `All sockets after it`),
      make(
        "ul",
        { class: "sockets" },
        ...sockets.slice(0, MOST_CARDS).map((socket) => socketCard(side, socket, changes.get(socket.cookie), moment)),
        ...gone.map(goneCard),
      ),
    );
  }
  if (sockets.length > MOST_CARDS)
    part.append(make("p", { class: "quiet" }, `and ${grouped.format(sockets.length - MOST_CARDS)} more`));
  return part;
}

const MOST_CARDS = 40;
