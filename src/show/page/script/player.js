// Going from step to step: selecting, the slider, playing.

const slider = byId("slider");
const playButton = byId("play");
const player = { timer: null };

/** Selects a row, and shows it everywhere. */
function select(row) {
  const to = between(0, rowCount - 1, row);
  if (to === view.selected && panel.firstChild) return;
  const before = view.selected;
  view.selected = to;
  showSelected(before);
  showPanel(to);
  showPlace();
  askToDraw();
}

/** The slider, and "step 7 of 35". */
function showPlace() {
  const words = `step ${view.selected + firstStep} of ${rowCount + firstStep - 1}`;
  byId("step").textContent = words;
  slider.value = view.selected + 1;
  slider.setAttribute("aria-valuetext", `${words}: ${rowName(view.selected)}`);
  rememberStep();
}

/** The page's address names the step; not at every step of a fast series, which browsers complain about. */
function rememberStep() {
  clearTimeout(player.remember);
  player.remember = setTimeout(() => history.replaceState(null, "", `#${view.selected + firstStep}`), 400);
}

/** The row that the page's address names; none: the first, or the first in which two runs differ. */
function askedRow() {
  const step = Number(location.hash.slice(1));
  return Number.isInteger(step) && step >= firstStep ? step - firstStep : (differenceRows[0] ?? 0);
}

const isPlaying = () => player.timer !== null;

function play() {
  if (view.selected >= rowCount - 1) select(0);
  const pause = 1000 / Number(byId("speed").value);
  player.timer = setInterval(() => {
    select(view.selected + 1);
    if (view.selected >= rowCount - 1) stop();
  }, pause);
  showPlaying();
}

function stop() {
  clearInterval(player.timer);
  player.timer = null;
  showPlaying();
}

function showPlaying() {
  const [sign, word] = isPlaying() ? ["❚❚", "Pause"] : ["▶", "Play"];
  playButton.replaceChildren(sign, make("span", {}, word));
  playButton.setAttribute("aria-label", word);
}

function togglePlaying() {
  if (isPlaying()) stop();
  else play();
}
