// The page begins.

function start() {
  fillHeader();
  if (comparing) fillChoice();
  slider.max = Math.max(1, rowCount);
  ladder.replaceChildren(heads, make("div", { class: "sheet", role: "presentation" }, shapes, rowList));
  listen();
  showPlaying();
  listenToPrinter();
  view.selected = between(0, Math.max(0, rowCount - 1), askedRow());
  if (comparing) chooseRun(0);
  else arrange();
  if (rowCount > 0) {
    showSelected(view.selected);
    showPanel(view.selected);
    showPlace();
  } else {
    panel.append(make("p", { class: "quiet" }, "Nothing was recorded: the run has no steps."));
  }
  watchSize();
  document.documentElement.classList.add("ready");
  requestAnimationFrame(() => {
    window.sockstepReady = performance.now();
  });
}

/** Everything is drawn anew when the ladder becomes wider or narrower. */
function watchSize() {
  let width = ladder.clientWidth;
  new ResizeObserver(() => {
    if (view.all) return;
    if (ladder.clientWidth === width) return askToDraw();
    width = ladder.clientWidth;
    arrange();
  }).observe(ladder);
}

start();
