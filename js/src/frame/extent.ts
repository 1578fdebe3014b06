// How far to the right there is something to see in a document: a picture of it need not be wider.

/** How many nodes are looked at; a document with more is taken to be as wide as its frame. */
const MAX_NODES = 5000;

/** What is left beside the content, in CSS pixels: as much as the body's padding. */
const MARGIN = 2;

/** Elements that are something to see by themselves. */
const SEEN = "canvas, img, svg, video, audio, iframe, object, embed, button, input, select, textarea, progress, meter, hr";

/** The width of what is to be seen, in CSS pixels, from the left edge; at most that of the frame. */
export function contentWidth(document: Document): number {
  const { body, documentElement, defaultView } = document;
  const whole = documentElement.clientWidth;
  if (!defaultView || decorated(body) || decorated(documentElement)) return whole;
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let right = 0;
  let nodes = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    nodes += 1;
    let box: DOMRect | null = null;
    if (node instanceof Element) {
      if (node.matches(SEEN) || decorated(node)) box = node.getBoundingClientRect();
    } else if (node.nodeValue?.trim()) {
      range.selectNodeContents(node);
      box = range.getBoundingClientRect();
    }
    if (box?.width && box.height) right = Math.max(right, box.right + defaultView.scrollX);
    if (nodes > MAX_NODES || right + MARGIN >= whole) return whole;
  }
  return right ? Math.ceil(right) + MARGIN : whole;
}

/** Whether an element's box itself is to be seen. */
function decorated(element: Element): boolean {
  const style = getComputedStyle(element);
  return (
    ["top", "right", "bottom", "left"].some((side) => style.getPropertyValue(`border-${side}-style`) !== "none") ||
    style.backgroundImage !== "none" ||
    style.boxShadow !== "none" ||
    style.outlineStyle !== "none" ||
    !/^(transparent|rgba\(.*, 0\))$/.test(style.backgroundColor)
  );
}
