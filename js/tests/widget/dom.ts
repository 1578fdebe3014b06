// As much of a document as the front end touches in a page: elements, a body, messages between windows, the theme.
import { vi } from "vitest";

export class FakeElement extends EventTarget {
  static focused: FakeElement | null = null;
  readonly children: FakeElement[] = [];
  readonly attributes: Record<string, string> = {};
  readonly dataset: Record<string, string> = {};
  readonly style: Record<string, string> = { cssText: "" };
  readonly contentWindow = { postMessage: (...args: unknown[]) => void this.posted.push(args) };
  readonly posted: unknown[][] = [];
  parent: FakeElement | null = null;
  className = "";
  textContent = "";
  type = "";
  hidden = false;
  disabled = false;
  referrerPolicy = "";
  src = "";
  title = "";
  value = 0;
  /** How often it was taken out of the document: a frame is loaded anew each time. */
  unloads = 0;

  constructor(readonly tag: string) {
    super();
  }

  get isConnected(): boolean {
    return this.tag === "body" || (this.parent?.isConnected ?? false);
  }
  append(...children: (FakeElement | string)[]) {
    for (const child of children) if (typeof child !== "string") this.#adopt(child);
  }
  moveBefore(child: FakeElement) {
    if (!this.isConnected || !child.isConnected) throw new Error("Both have to be in the document.");
    const { unloads } = child;
    this.#adopt(child);
    child.unloads = unloads;
  }
  remove() {
    const siblings = this.parent?.children ?? [];
    if (siblings.includes(this)) siblings.splice(siblings.indexOf(this), 1);
    this.parent = null;
    this.unloads += 1;
  }
  /** The first element below this one that has a class, as in ".class". */
  querySelector(selector: string): FakeElement | null {
    return this.#all().find((child) => `.${child.className}` === selector) ?? null;
  }
  setAttribute(name: string, value: string) {
    this.attributes[name] = value;
  }
  getAttribute(name: string): string | null {
    return this.attributes[name] ?? null;
  }
  removeAttribute(name: string) {
    Reflect.deleteProperty(this.attributes, name);
  }
  contains(other: FakeElement): boolean {
    return other === this || (other.parent !== null && this.contains(other.parent));
  }
  closest = () => null;
  getBoundingClientRect = () => ({ left: 0, top: 0, width: 600, height: 500, bottom: 500 });
  focus() {
    FakeElement.focused = this;
  }
  get firstElementChild(): FakeElement | null {
    return this.children[0] ?? null;
  }
  click() {
    this.dispatchEvent(new Event("click"));
  }
  /** The first element below this one whose class ends so. */
  find(name: string): FakeElement {
    const found = this.#all().find((child) => child.className.endsWith(name) || child.tag === name);
    if (!found) throw new Error(`There is no ${name} below this ${this.tag}.`);
    return found;
  }
  /** The button below this element that says so. */
  button(label: string): FakeElement {
    const found = this.#all().find((child) => child.tag === "button" && child.textContent === label);
    if (!found) throw new Error(`There is no button ${label} below this ${this.tag}.`);
    return found;
  }
  #all(): FakeElement[] {
    return this.children.flatMap((child) => [child, ...child.#all()]);
  }
  #adopt(child: FakeElement) {
    if (child.parent) child.remove();
    child.parent = this;
    this.children.push(child);
  }
}

export class FakeDocument {
  readonly body = new FakeElement("body");
  cookie = "a=1; _xsrf=2%7Cabc; b=2";
  createElement = (tag: string) => new FakeElement(tag);
  getElementById = () => null;
  querySelector = (selector: string) => this.body.querySelector(selector);
}

/** Put a fake document, and what a page has beside it, in the place of the globals; returns both. */
export function stubPage({ movable = true } = {}): { document: FakeDocument; changeTheme: () => void } {
  const document = new FakeDocument();
  const observers: (() => void)[] = [];
  const observer = class {
    constructor(readonly callback: () => void) {}
    observe = () => void observers.push(this.callback);
    disconnect = () => void observers.splice(observers.indexOf(this.callback), 1);
  };
  vi.stubGlobal("document", document);
  vi.stubGlobal("Element", class extends EventTarget {});
  if (movable) Object.assign(Element.prototype, { moveBefore: () => undefined });
  vi.stubGlobal("MutationObserver", observer);
  vi.stubGlobal("ResizeObserver", class extends observer {});
  vi.stubGlobal("matchMedia", () => Object.assign(new EventTarget(), { matches: false }));
  vi.stubGlobal("getComputedStyle", () => ({ getPropertyValue: (name: string) => ` value of ${name}` }));
  vi.stubGlobal("innerHeight", 1000);
  return { document, changeTheme: () => observers.forEach((callback) => callback()) };
}
