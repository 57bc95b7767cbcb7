// Numbers and values in words.

const grouped = new Intl.NumberFormat("en-US");

/** Milliseconds since the run began: "33.45". */
function milliseconds(nanoseconds) {
  return (nanoseconds / 1e6).toFixed(2);
}

/** How long: "250 ms", "1.1 s". */
function duration(nanoseconds) {
  return nanoseconds < 1e9 ? `${Math.round(nanoseconds / 1e6)} ms` : `${(nanoseconds / 1e9).toFixed(1)} s`;
}

/** "28 bytes", "1 byte". */
function bytesInWords(count) {
  return count === 1 ? "1 byte" : `${grouped.format(count)} bytes`;
}

/** When a run was recorded; a Date ends in the year 275760. */
function date(seconds) {
  if (seconds > 8.64e12) return "at no known time";
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** A decoded value, as C would write it. */
function valueInWords(value) {
  if (value === null || typeof value !== "object") return value === "null" ? "NULL" : String(value);
  const [kind, inside] = Object.entries(value)[0];
  switch (kind) {
    case "named":
      return inside.name;
    case "struct":
      return `{${inside.map((field) => `${field.name}=${valueInWords(field.value)}`).join(", ")}}`;
    case "list":
      return `[${inside.items.map(valueInWords).join(", ")}]`;
    case "bytes":
      return bytesInWords(inside.length);
    default:
      return typeof inside === "object" ? JSON.stringify(inside) : String(inside);
  }
}

/** How many columns of a monospaced font a text takes: ideographs and Hangul take two. */
function textColumns(text) {
  let columns = 0;
  for (const character of text)
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|[\u{1f300}-\u{1faff}]/u.test(
        character,
      )
        ? 2
        : 1;
  return columns;
}

/** As much of the beginning of a text as has room. */
function cut(text, columns) {
  if (textColumns(text) <= columns) return text;
  let kept = "";
  let taken = 1;
  for (const character of text) {
    taken += textColumns(character);
    if (taken > columns) break;
    kept += character;
  }
  return `${kept}…`;
}

/** A call as there is room for it: what is left out first are the arguments, the answer is kept. */
function shortenCall(text, columns) {
  if (textColumns(text) <= columns) return text;
  const end = text.lastIndexOf(") = ");
  const [call, answer] = end < 0 ? [text, ""] : [text.slice(0, end + 1), text.slice(end + 4)];
  const name = call.slice(0, call.indexOf("("));
  const behind = answer && ` = ${shortenAnswer(answer)}`;
  const room = columns - textColumns(behind) - 1;
  if (room >= name.length + 4) return `${cut(call, room)})${behind}`;
  return name.length + behind.length <= columns ? name + behind : cut(name, columns);
}

/** What a call returned, "= -1 EAGAIN (11) Resource temporarily unavailable", as there is room for it. */
function shortenReturn(text, columns) {
  const short = shortenAnswer(text.slice(2));
  const named = short.startsWith("E") ? `= -1 ${short}` : text;
  return cut(
    [text, named, `= ${short}`].find((choice) => textColumns(choice) <= columns) ??
      (named === text ? text : short),
    columns,
  );
}

/** An answer in one word: the number, the errno. */
function shortenAnswer(answer) {
  return answer.match(/^-1 (E[A-Z0-9]+)/)?.[1] ?? answer.split(" ", 1)[0];
}
