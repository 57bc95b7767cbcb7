// Keys, buttons, clicks.

/** How many rows a screenful is. */
const screenful = () => Math.max(1, Math.floor((ladder.clientHeight - HEADS) / ROW) - 1);

/** Keys that go elsewhere. A part of the page that has its own use for some of them keeps these. */
const JUMPS = {
  ArrowDown: () => view.selected + 1,
  ArrowUp: () => view.selected - 1,
  PageDown: () => view.selected + screenful(),
  PageUp: () => view.selected - screenful(),
  Home: () => 0,
  End: () => rowCount - 1,
};

const LETTERS = {
  j: () => select(view.selected + 1),
  k: () => select(view.selected - 1),
  n: () => select(neighbour(callRows, view.selected, true)),
  p: () => select(neighbour(callRows, view.selected, false)),
  t: turnLanguage,
  "?": () => byId("help").showModal(),
  ...(comparing
    ? {
        "]": () => select(neighbour(differenceRows, view.selected, true)),
        "[": () => select(neighbour(differenceRows, view.selected, false)),
        d: () => select(neighbour(differenceRows, view.selected, true)),
        D: () => select(neighbour(differenceRows, view.selected, false)),
        a: () => chooseRun(0),
        b: () => chooseRun(1),
      }
    : {}),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || byId("help").open) return;
  const target = event.target;
  if (Object.hasOwn(JUMPS, event.key) && !target.closest("#panel, input, select")) {
    event.preventDefault();
    select(JUMPS[event.key]());
  } else if (Object.hasOwn(LETTERS, event.key) && !target.closest("select")) {
    event.preventDefault();
    LETTERS[event.key]();
  } else if (event.key === " " && !target.closest("button, summary, select, a, input")) {
    event.preventDefault();
    togglePlaying();
  }
}

/** Of two runs: which is shown where there is room for one. */
function chooseRun(side) {
  view.shownRun = side;
  document.body.dataset.run = "ab"[side];
  for (const [place, button] of [...byId("choice").children].entries())
    button.setAttribute("aria-pressed", String(place === side));
  arrange();
  showSelected(view.selected);
}

function fillChoice() {
  data.runs.forEach((_, side) => {
    const button = make(
      "button",
      { type: "button", "aria-pressed": "false", title: runName(side) },
      runName(side),
    );
    button.addEventListener("click", () => chooseRun(side));
    byId("choice").append(button);
  });
}

function listen() {
  const onClick = (id, action) => byId(id).addEventListener("click", action);
  document.addEventListener("keydown", onKey);
  ladder.addEventListener("scroll", askToDraw, { passive: true });
  ladder.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (row) select(Number(row.dataset.step));
  });
  slider.addEventListener("input", () => select(Number(slider.value) - 1));
  onClick("play", togglePlaying);
  onClick("previous", LETTERS.k);
  onClick("next", LETTERS.j);
  onClick("help-button", LETTERS["?"]);
  if (comparing) {
    onClick("previous-difference", LETTERS.D);
    onClick("next-difference", LETTERS.d);
  }
  byId("speed").addEventListener("change", () => isPlaying() && (stop(), play()));
  window.addEventListener("hashchange", () => /^#\d+$/.test(location.hash) && select(askedRow()));
}
