// What stands above the ladder.

/** Title, programs, where and when; what the runs come to. */
function fillHeader() {
  byId("title").textContent = data.title.replace(/ · sockstep$/, "");
  const facts = data.runs.map(factsOf);
  const alike = facts.every((fact) => fact === facts[0]);
  byId("about-run").append(...data.runs.map((run, side) => runLine(run, side, alike ? null : facts[side])));
  if (alike) byId("about-run").append(make("p", { class: "quiet facts" }, facts[0]));
  fillGlance(byId("glance"));
  document.body.classList.toggle("comparing", comparing);
}

/** Where and when a run was recorded, and by what. */
function factsOf({ header: { kernel, machine, began, sandbox, written_by: writer } }) {
  return [
    kernel,
    machine,
    date(began),
    sandbox ? "a network of its own" : "this machine's network",
    writer,
  ].join(" · ");
}

/** A run's programs, where and when it was recorded, and what is missing. */
function runLine(run, side, facts) {
  const programs = run.programs.flatMap(([name, command], place) => [
    place > 0 && " · ",
    make("b", {}, name),
    " ",
    make("code", {}, command),
  ]);
  return make(
    "div",
    { class: "run" },
    make("p", {}, comparing && make("b", { class: "run-name" }, `${runName(side)}  `), ...programs),
    facts && make("p", { class: "quiet facts" }, facts),
    ...(run.header.missing ?? []).map((sentence) =>
      make("p", { class: "missing" }, `Not watched: ${sentence}`),
    ),
  );
}
