// Making elements. What was recorded goes into texts and attributes that cannot run: nothing is ever parsed as HTML.

/** An element with attributes and children; a child that is null or false is left out. */
function make(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same for a shape of a drawing. */
function shape(name, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, value === true ? "" : value);
  }
  element.append(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** Puts an element to a place, in pixels. */
function put(element, place) {
  for (const [name, pixels] of Object.entries(place)) element.style.setProperty(name, `${pixels}px`);
  return element;
}

const byId = (id) => document.getElementById(id);

const disclosed = new Set();

/** A part that opens on demand, and stays open from step to step. */
function disclosure(key, summary, ...children) {
  const element = make("details", { open: disclosed.has(key) }, make("summary", {}, summary), ...children);
  element.addEventListener("toggle", () => {
    if (element.open) disclosed.add(key);
    else disclosed.delete(key);
  });
  return element;
}
