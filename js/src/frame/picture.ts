// A picture of the document as one SVG: a copy of its nodes in a foreignObject, with what a copy loses put in (what is
// on canvases, what was typed), and without what a picture cannot have. In an <img> it runs nothing and fetches nothing.
import { contentWidth } from "./extent.ts";
import type { Picture } from "./stage.ts";

/** How many characters a picture may have; a larger one is not kept in the notebook. */
const MAX_SIZE = 1_500_000;

/** How high a picture is at most, in CSS pixels. */
const MAX_HEIGHT = 4000;

/** How much of the document's text goes with it, in characters. */
const MAX_TEXT = 1000;

const XHTML = "http://www.w3.org/1999/xhtml";
const REMOVED = "script, noscript, iframe, frame, object, embed, link, meta, base, audio, template, title";

/** What an XML document must not contain. */
// eslint-disable-next-line no-control-regex -- these are the characters meant
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

export function picture(document: Document, contentHeight: number): Picture {
  const width = contentWidth(document);
  const height = Math.min(contentHeight, MAX_HEIGHT);
  const text = document.body.innerText.trim().slice(0, MAX_TEXT);
  const svg = draw(document, width, height);
  return { svg: svg.length <= MAX_SIZE && wellFormed(svg) ? svg : "", width, height, text };
}

function draw(document: Document, width: number, height: number): string {
  const copy = document.body.cloneNode(true) as HTMLElement;
  complete(document.body, copy);
  for (const element of copy.querySelectorAll(REMOVED)) element.remove();
  for (const element of [copy, ...copy.querySelectorAll("*")]) plain(element);

  const page = document.implementation.createHTMLDocument("");
  const style = page.createElement("style");
  style.textContent = rules(document);
  page.head.replaceChildren(style);
  page.body.replaceWith(page.adoptNode(copy));
  const html = new XMLSerializer().serializeToString(page.documentElement);
  // Laid out as wide as it was, so that no line breaks elsewhere.
  const { clientWidth } = document.documentElement;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `<rect width="100%" height="100%" style="fill: var(--jp-layout-color0, Canvas)"/>` +
    `<foreignObject width="${clientWidth}" height="${height}">${html}</foreignObject></svg>`;
  return svg.replace(FORBIDDEN, "").toWellFormed();
}

/** What a copy of the nodes has not: pixels, and what the reader has typed and chosen. */
function complete(original: Element, copy: Element): void {
  // Backwards, because a canvas is replaced in the copy.
  for (let index = original.children.length - 1; index >= 0; index -= 1) {
    const [from, to] = [original.children[index], copy.children[index]];
    if (from && to) complete(from, to);
  }
  if (original instanceof HTMLCanvasElement) replaceByImage(original, copy, pixels(original));
  else if (original instanceof HTMLVideoElement) replaceByImage(original, copy, painted(original));
  else if (original instanceof HTMLImageElement) {
    const source = original.src.startsWith("data:") ? original.src : painted(original);
    copy.removeAttribute("srcset");
    copy.setAttribute("src", source);
  } else if (original instanceof HTMLTextAreaElement) copy.textContent = original.value;
  else if (original instanceof HTMLInputElement) {
    if (original.type !== "password" && original.type !== "file") copy.setAttribute("value", original.value);
    copy.toggleAttribute("checked", original.checked);
  } else if (original instanceof HTMLOptionElement) copy.toggleAttribute("selected", original.selected);
}

function replaceByImage(original: Element, copy: Element, source: string): void {
  const image = original.ownerDocument.createElement("img");
  for (const { name, value } of original.attributes) image.setAttribute(name, value);
  const { width, height } = original.getBoundingClientRect();
  image.style.width = `${width}px`;
  image.style.height = `${height}px`;
  image.setAttribute("src", source);
  copy.replaceWith(image);
}

/** What is to be seen of an image or a video, as a data URL; "" where the browser does not give it away. */
function painted(source: HTMLImageElement | HTMLVideoElement): string {
  const canvas = source.ownerDocument.createElement("canvas");
  const natural = source instanceof HTMLVideoElement
    ? [source.videoWidth, source.videoHeight]
    : [source.naturalWidth, source.naturalHeight];
  [canvas.width, canvas.height] = [natural[0] ?? 0, natural[1] ?? 0];
  if (!canvas.width || !canvas.height) return "";
  try {
    canvas.getContext("2d")?.drawImage(source, 0, 0);
  } catch {
    return "";
  }
  return pixels(canvas);
}

function pixels(canvas: HTMLCanvasElement): string {
  try {
    const png = canvas.toDataURL();
    // A photograph is a tenth of its size so; a browser that cannot write it gives a PNG again.
    return png.length > MAX_SIZE / 4 ? canvas.toDataURL("image/webp", 0.85) : png;
  } catch {
    return "";
  }
}

/** Without handlers, and without names that XML has not. */
function plain(element: Element): void {
  for (const { name, namespaceURI } of [...element.attributes]) {
    const xml = /^[A-Za-z_][\w.-]*$/.test(name) || (namespaceURI !== null && namespaceURI !== XHTML);
    if (!xml || name.startsWith("on")) element.removeAttribute(name);
  }
}

function rules(document: Document): string {
  const sheets = [...document.styleSheets, ...document.adoptedStyleSheets];
  return sheets
    .map((sheet) => {
      try {
        return [...sheet.cssRules].map((rule) => rule.cssText).join("\n");
      } catch {
        return ""; // of another origin
      }
    })
    .join("\n");
}

function wellFormed(svg: string): boolean {
  return new DOMParser().parseFromString(svg, "image/svg+xml").querySelector("parsererror") === null;
}
