// The source around a call: the line that makes it, and the twin's line that makes the same one.

/** The language that was asked for; null: that of the program that runs. */
let askedLanguage = null;

const LANGUAGES = new Map([
  ["c", "C"],
  ["h", "C"],
  ["rs", "Rust"],
  ["py", "Python"],
  ["cc", "C++"],
  ["cpp", "C++"],
]);

/** "C", "Rust", or how the file's name ends. */
function language(file) {
  const ending = file.split(".").at(-1);
  return LANGUAGES.get(ending) ?? ending;
}

const shownName = (run, key) => (run.files[key]?.name ?? key).replaceAll("\u200b", "");

/** The listings of a place: the program's own, and its twin's. */
function listingsOf(run, place) {
  return ["own", "twin"]
    .filter((kind) => place?.[kind])
    .map((kind) => {
      const [key, line] = place[kind];
      const file = shownName(run, key);
      return { kind, key, line, file, language: language(file) };
    });
}

/** Why there is no source to show. */
function whyNoSource(run, stack, place) {
  if (stack === undefined) return "This step is no call: no line makes it.";
  if (place?.why_not) return place.why_not;
  if (!run.header.watch.includes("source")) return "The source was not watched.";
  return "The source of this call is not at hand.";
}

/** The part of the panel that shows the source. Of a packet it is that of the call that is under way. */
function sourcePart(side, row, told) {
  const run = data.runs[side];
  const causing = told.stack === undefined ? callUnderWay(side, row) : null;
  const stack = told.stack ?? causing?.stack;
  const place = stack === undefined ? undefined : run.places[stack];
  const listings = listingsOf(run, place);
  const heading = causing ? `Source: ${causing.title.replace(" calls ", " is in ")}` : "Source";
  const part = make(
    "section",
    { id: partId("panel-source", side), class: "source", "aria-live": "off" },
    make("h3", {}, heading),
  );
  if (listings.length === 0) {
    part.append(make("p", { class: "quiet" }, whyNoSource(run, stack, place)));
    return part;
  }
  const asked = listings.find((listing) => listing.language === askedLanguage);
  showListing(part, side, listings, asked ?? listings[0]);
  return part;
}

/** Shows one of the listings, with tabs to choose among them. */
function showListing(part, side, listings, shown) {
  const panelId = partId("source-lines", side);
  const tabs = listings.map((listing) => sourceTab(part, side, listings, listing, listing === shown));
  const list = make("div", { class: "tabs", role: "tablist", "aria-label": "Language" }, ...tabs);
  const lines = sourceLines(data.runs[side], shown);
  const body = make(
    "div",
    {
      class: "lines",
      role: "tabpanel",
      id: panelId,
      tabindex: "0",
      "aria-label": `${shown.file}, line ${shown.line}`,
    },
    lines,
  );
  const alone = listings.length === 1 && make("p", { class: "quiet" }, "No twin is known for this line.");
  part.replaceChildren(part.firstChild, list, body, ...(alone ? [alone] : []));
  requestAnimationFrame(() => showLine(body));
}

function sourceTab(part, side, listings, listing, selected) {
  const name = listing.file.split("/").at(-1);
  const tab = make(
    "button",
    {
      type: "button",
      role: "tab",
      "aria-selected": String(selected),
      tabindex: selected ? "0" : "-1",
      "aria-controls": partId("source-lines", side),
      "data-language": listing.language,
      title: `${listing.file}, line ${listing.line}${listing.kind === "twin" ? ", of the twin" : ""}`,
    },
    make("b", {}, listing.language),
    ` ${name}`,
  );
  const choose = (chosen) => {
    askedLanguage = chosen.language;
    showListing(part, side, listings, chosen);
  };
  tab.addEventListener("click", () => choose(listing));
  tab.addEventListener("keydown", (event) => {
    const other = { ArrowRight: 1, ArrowLeft: listings.length - 1 }[event.key];
    if (other === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    choose(listings[(listings.indexOf(listing) + other) % listings.length]);
    part.querySelector("[role=tab][aria-selected=true]").focus();
  });
  return tab;
}

/** The other language, from the keyboard. */
function turnLanguage() {
  const other = panel.querySelector("[role=tab][aria-selected=false]");
  if (!other) return;
  askedLanguage = other.dataset.language;
  showPanel(view.selected);
}

/** A file's lines; the current one is marked. */
function sourceLines(run, { key, line }) {
  const { first, lines } = run.files[key];
  const items = lines.map((text, place) => {
    const current = first + place === line;
    const remark = /^\s*(\/\/|\/\*|\*)/.test(text);
    return make(
      "li",
      {
        class: `${current ? "current" : ""}${remark ? " remark" : ""}`.trim() || null,
        "aria-current": current && "true",
      },
      make("code", {}, text || " "),
    );
  });
  return make("ol", { start: first }, ...items);
}

/** Scrolls a listing until its current line is in the middle. */
function showLine(body) {
  const line = body.querySelector(".current");
  if (line) body.scrollTop = line.offsetTop - (body.clientHeight - line.offsetHeight) / 2;
}
