// Addresses and buffers, byte by byte.

/** The bytes of a hexadecimal text. */
function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

const spaced = (hex) => (hex.match(/../g) ?? []).join(" ");

/** An address, field by field, as it lies in memory. */
function addressFigure({ name, size, rows }) {
  const field = ({ bytes, name: fieldName, means }, place) =>
    make(
      "li",
      { class: `field-${place % 6}` },
      make("code", { class: "hex" }, spaced(bytes)),
      make("span", { class: "field" }, fieldName),
      make("span", { class: "means" }, `= ${means}`),
    );
  return make(
    "figure",
    { class: "address" },
    make("figcaption", {}, make("code", {}, name), `, ${bytesInWords(size)} in memory`),
    make("ul", {}, ...rows.map(field)),
  );
}

const SHOWN_BYTES = 256;
const bytesALine = () => (panel.clientWidth > 560 ? 16 : 8);

/** The characters of a buffer, each at the place of its first byte; what cannot be shown is a dot. */
function characters(bytes) {
  const shown = new Array(bytes.length).fill("·");
  for (let at = 0; at < bytes.length;) {
    const length =
      [
        [0x80, 1],
        [0xc2, 0],
        [0xe0, 2],
        [0xf0, 3],
        [0xf5, 4],
      ].find(([limit]) => bytes[at] < limit)?.[1] || 1;
    const text = new TextDecoder().decode(bytes.subarray(at, at + length));
    const whole =
      !text.includes("\ufffd") && !/\p{C}|\p{Z}/u.test(text.replace(" ", "")) && at + length <= bytes.length;
    if (whole) {
      shown[at] = text;
      shown.fill("", at + 1, at + length);
    }
    at += whole ? length : 1;
  }
  return shown;
}

/** A buffer: offset, bytes, text; its first bytes if there are many. */
function bufferFigure({ name, length, data: hex }) {
  const bytes = bytesOf(hex).subarray(0, SHOWN_BYTES);
  const shown = characters(bytes);
  const lines = [];
  const each = bytesALine();
  for (let at = 0; at < bytes.length; at += each) {
    const part = [...bytes.subarray(at, at + each)].map((byte) => byte.toString(16).padStart(2, "0"));
    lines.push(
      make(
        "tr",
        {},
        make("th", { scope: "row" }, at.toString(16).padStart(4, "0")),
        make("td", { class: "hex" }, part.join(" ")),
        make("td", { class: "characters" }, shown.slice(at, at + each).join("")),
      ),
    );
  }
  const rest = length > bytes.length ? `, the first ${bytes.length} of them` : "";
  return make(
    "figure",
    { class: "buffer" },
    make("figcaption", {}, make("code", {}, name), `, ${bytesInWords(length)}${rest}`),
    make(
      "div",
      { class: "dump", tabindex: "0", role: "group", "aria-label": `bytes of ${name}` },
      make("table", {}, make("tbody", {}, ...lines)),
    ),
  );
}
