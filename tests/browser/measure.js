// What the tests measure in a page. Each function answers with words for what is wrong; nothing: all is well.
window.measure = (() => {
  const TOLERANCE = 3;

  /** Whether somebody sees the element. */
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    const visible = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    return visible && box.width > 1 && box.height > 1;
  };

  const named = (element) =>
    `${element.tagName.toLowerCase()}${element.id ? "#" + element.id : ""}` +
    `${element.className && element.className.baseVal === undefined ? "." + element.className : ""}`;

  /** The part of a box that no ancestor cuts off. */
  const clipped = (box, element) => {
    let { left, top, right, bottom } = box;
    for (let above = element; above && above !== document.body; above = above.parentElement) {
      const style = getComputedStyle(above);
      const cuts = style.overflow !== "visible" && style.display !== "contents";
      if (!cuts && style.clipPath === "none") continue;
      const edge = above.getBoundingClientRect();
      [left, top] = [Math.max(left, edge.left), Math.max(top, edge.top)];
      [right, bottom] = [Math.min(right, edge.right), Math.min(bottom, edge.bottom)];
    }
    return { left, top, right, bottom };
  };

  /** The texts below an element that are seen, each with the box of each of its lines. */
  const texts = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!node.data.trim() || !seen(parent) || parent.closest("title, script, style")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const line of range.getClientRects()) {
        const box = clipped(line, parent);
        const there = box.right - box.left > TOLERANCE && box.bottom - box.top > TOLERANCE;
        if (there) found.push({ text: node.data.trim(), parent, line, box });
      }
    }
    return found;
  };

  /** The alpha of a computed colour. */
  const alpha = (colour) => {
    const parts = colour.match(/[\d.]+/g) ?? [];
    return colour.startsWith("rgb(") || parts.length < 4 ? 1 : Number(parts.at(-1));
  };

  /** Whether one of two elements hides the other at this point: something that lets nothing through is between. */
  const hides = (one, other, x, y) => {
    const stack = document.elementsFromPoint(x, y);
    const [upper, lower] = [stack.indexOf(one), stack.indexOf(other)].sort((a, b) => a - b);
    // Cut off, and so not seen at all.
    if (upper < 0) return true;
    return stack.slice(upper, lower).some((element) => alpha(getComputedStyle(element).backgroundColor) > 0.95);
  };

  /** Runs something while every element is hit, also those that let the mouse through. */
  const hittable = (measured) => {
    const style = document.createElement("style");
    style.textContent = "* { pointer-events: auto !important }";
    document.head.append(style);
    try {
      return measured();
    } finally {
      style.remove();
    }
  };

  /** Texts in the window that lie on each other, both to be seen. */
  const overlapping = (root) => hittable(() => {
    const found = texts(root);
    const wrong = new Set();
    found.forEach((one, at) => {
      for (const other of found.slice(at + 1)) {
        if (one.parent === other.parent) continue;
        const [a, b] = [one.box, other.box];
        const [left, right] = [Math.max(a.left, b.left), Math.min(a.right, b.right)];
        const [top, bottom] = [Math.max(a.top, b.top), Math.min(a.bottom, b.bottom)];
        // Line boxes are higher than letters: a third of the height is free.
        const least = Math.min(a.bottom - a.top, b.bottom - b.top) * 0.34;
        if (right - left <= TOLERANCE || bottom - top <= least) continue;
        if (hides(one.parent, other.parent, (left + right) / 2, (top + bottom) / 2)) continue;
        wrong.add(`"${one.text}" (${named(one.parent)}) and "${other.text}" (${named(other.parent)})`);
      }
    });
    return [...wrong];
  });

  /** Texts that are cut off at the right, or that something else lies on. Only what is in the window is looked at. */
  const covered = (root) => hittable(() => {
    const wrong = new Set();
    for (const { text, parent, line, box } of texts(root)) {
      const inside = box.top >= 0 && box.bottom <= innerHeight;
      if (!inside) continue;
      if (line.right > box.right + TOLERANCE) wrong.add(`"${text}" (${named(parent)}) is cut off`);
      for (const x of [box.left + 2, (box.left + box.right) / 2, box.right - 2]) {
        const top = document.elementFromPoint(x, (box.top + box.bottom) / 2);
        if (top && !top.contains(parent) && !parent.contains(top)) {
          wrong.add(`"${text}" (${named(parent)}) lies under ${named(top)}`);
        }
      }
    }
    return [...wrong];
  });

  const paper = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

  /** The colour that these, laid on each other, are: red, green, blue. */
  const mixed = (colours) => {
    paper.clearRect(0, 0, 1, 1);
    for (const [colour, alpha] of colours) {
      paper.globalAlpha = alpha;
      paper.fillStyle = colour;
      paper.fillRect(0, 0, 1, 1);
    }
    return [...paper.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };

  /** Relative luminance as WCAG 2 defines it. */
  const luminance = (rgb) => {
    const [red, green, blue] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };

  const above = (element) => {
    const chain = [];
    for (let each = element; each; each = each.parentElement) chain.unshift(each);
    return chain;
  };

  /** What lies behind a text, from the bottom up. Null: a picture or a pattern, of which this knows no colour. */
  const behind = (text) => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const layers = [[dark ? "#121212" : "white", 1]];
    for (const element of above(text.parent)) {
      const style = getComputedStyle(element);
      if (style.backgroundImage !== "none") return null;
      layers.push([style.backgroundColor, 1]);
    }
    return layers;
  };

  /** Texts whose contrast is below 4.5, of large letters below 3. */
  const faint = (root) => {
    const wrong = new Set();
    for (const text of texts(root)) {
      if (text.parent.closest("svg")) continue;
      const style = getComputedStyle(text.parent);
      const layers = behind(text);
      if (!layers) continue;
      const opacity = above(text.parent).reduce((sum, each) => sum * getComputedStyle(each).opacity, 1);
      const [ground, letters] = [mixed(layers), mixed([...layers, [style.color, opacity]])].map(luminance);
      const contrast = (Math.max(ground, letters) + 0.05) / (Math.min(ground, letters) + 0.05);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
      if (contrast < (large ? 3 : 4.5)) {
        wrong.add(`${contrast.toFixed(2)}: "${text.text.slice(0, 40)}" (${named(text.parent)})`);
      }
    }
    return [...wrong];
  };

  /** Elements that stand out of the window sideways, though nothing around them cuts or scrolls. */
  const sticking = () => {
    const width = innerWidth;
    const page = document.documentElement.scrollWidth;
    if (page <= width) return [];
    const out = [...document.body.querySelectorAll("*")].filter((element) => {
      const box = clipped(element.getBoundingClientRect(), element.parentElement);
      return seen(element) && box.right > width + 1;
    });
    return [`${page} px in a window of ${width}: ${out.slice(0, 5).map(named).join(", ")}`];
  };

  const INTERACTIVE =
    'a[href], button, input, select, textarea, summary, [tabindex], [role="tab"], [role="button"]';

  /** What a person can act on: seen, and not disabled. Of a tab list one is enough. */
  const interactive = () =>
    [...document.querySelectorAll(INTERACTIVE)].filter((element) => {
      const grouped = element.getAttribute("tabindex") === "-1";
      return !grouped && !element.disabled && (seen(element) || element.closest(".skip") !== null);
    });

  /** Ids that stand twice, and references to ids that stand nowhere. */
  const references = () => {
    const wrong = [];
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    ids.forEach((id, at) => ids.indexOf(id) !== at && wrong.push(`id ${id} stands twice`));
    const names = ["aria-controls", "aria-labelledby", "aria-describedby", "aria-activedescendant", "aria-owns", "for"];
    for (const name of names) {
      for (const element of document.querySelectorAll(`[${name}]`)) {
        for (const id of element.getAttribute(name).split(/\s+/).filter(Boolean)) {
          if (!ids.includes(id)) wrong.push(`${named(element)} has ${name}=${id}, which is nowhere`);
        }
      }
    }
    return wrong;
  };

  /** Heading levels: one first, none left out on the way down. */
  const headings = () => {
    const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
      .filter(seen)
      .map((heading) => Number(heading.tagName[1]));
    const firsts = levels.filter((level) => level === 1).length;
    const wrong = firsts === 1 ? [] : [`${firsts} headings of level 1`];
    levels.forEach((level, at) => {
      if (at > 0 && level > levels[at - 1] + 1) wrong.push(`h${level} follows h${levels[at - 1]}`);
    });
    return wrong;
  };

  /** A text without line breaks and repeated spaces. */
  const textOf = (element) => (element?.textContent ?? "").replace(/\s+/g, " ").trim();

  const words = (selector) => textOf(document.querySelector(selector));

  /** What the page says of the selected step. */
  const panel = () => {
    const selected = document.querySelector('#ladder [role=option][aria-selected="true"]');
    const active = document.getElementById("ladder").getAttribute("aria-activedescendant");
    const slider = document.getElementById("slider");
    return {
      step: words("#step"),
      title: words("#panel-title"),
      call: words("#panel-call"),
      source: words("#panel-source"),
      kernel: words("#panel-kernel"),
      sockets: [...document.querySelectorAll("#panel-kernel .socket:not(.gone)")].map(textOf),
      address: words("#panel-address"),
      explained: words("#panel-explained"),
      whole: words("#panel"),
      selected: selected ? Number(selected.dataset.step) : null,
      active: active !== null && document.getElementById(active) === selected,
      slider: Number(slider.value) - Number(slider.min),
    };
  };

  /** Scrolls to and fro, a step each frame: the length of each frame, and the most nodes there were. */
  const scroll = async (frames) => {
    const ladder = document.getElementById("ladder");
    const bottom = ladder.scrollHeight - ladder.clientHeight;
    const times = [];
    let [nodes, last] = [0, await new Promise(requestAnimationFrame)];
    for (let at = 0; at < frames; at++) {
      const jump = at % 30 === 0 ? (bottom * at) / frames : ladder.scrollTop + 120;
      ladder.scrollTop = jump;
      const now = await new Promise(requestAnimationFrame);
      times.push(now - last);
      last = now;
      nodes = Math.max(nodes, document.getElementsByTagName("*").length);
    }
    times.sort((a, b) => a - b);
    const part = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
    return { median: part(0.5), slow: part(0.95), worst: part(1), nodes };
  };

  return {
    overlapping, covered, faint, sticking, interactive, references, headings, panel, scroll, named, seen,
  };
})();
