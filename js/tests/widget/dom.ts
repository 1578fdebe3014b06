// As much of a document as the front end touches in a page: elements, a body, messages between windows.

export class FakeElement {
  readonly children: FakeElement[] = [];
  readonly attributes: Record<string, string> = {};
  readonly dataset: Record<string, string> = {};
  readonly style = { cssText: "" };
  readonly contentWindow = { postMessage: (...args: unknown[]) => void this.posted.push(args) };
  readonly posted: unknown[][] = [];
  parent: FakeElement | null = null;
  className = "";
  textContent = "";
  hidden = false;
  src = "";
  title = "";
  value = 0;

  constructor(readonly tag: string) {}

  append(...children: FakeElement[]) {
    for (const child of children) child.parent = this;
    this.children.push(...children);
  }
  remove() {
    const siblings = this.parent?.children ?? [];
    siblings.splice(siblings.indexOf(this), 1);
  }
  setAttribute(name: string, value: string) {
    this.attributes[name] = value;
  }
  removeAttribute(name: string) {
    Reflect.deleteProperty(this.attributes, name);
  }
  /** The first element below this one whose class ends so. */
  find(name: string): FakeElement {
    const found = this.#all().find((child) => child.className.endsWith(name) || child.tag === name);
    if (!found) throw new Error(`There is no ${name} below this ${this.tag}.`);
    return found;
  }
  #all(): FakeElement[] {
    return this.children.flatMap((child) => [child, ...child.#all()]);
  }
}

export class FakeDocument {
  readonly body = new FakeElement("body");
  cookie = "a=1; _xsrf=2%7Cabc; b=2";
  createElement = (tag: string) => new FakeElement(tag);
  getElementById = () => null;
}
