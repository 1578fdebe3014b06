// Events of the frame's document that the kernel has subscribed to.
//
// One listener a subscription, on the document and before any other, so that elements which come later are heard too and
// nobody can keep an event from us. What goes out is plain data: an event's own members are objects of this page.
// Events that come in streams (a pointer that moves, a page that scrolls) are gathered: one goes out a frame of the
// screen, the last, and it says how many there were.
import { failure } from "../interpreters/adapter.ts";
import type { DomEvent, Subscribe, Unsubscribe } from "../protocol/messages.ts";

type Told = Pick<DomEvent, "type" | "subscription" | "data" | "failure">;

/** Events that come faster than anyone can use them. */
const STREAMS = new Set([
  "drag", "dragover", "mousemove", "pointermove", "pointerrawupdate", "resize", "scroll", "touchmove", "wheel",
]);

/** How much of an element's text and value goes out, in characters. */
const KEPT = 10_000;

/** An event's members that are plain values and worth telling. */
const MEMBERS = [
  "altKey", "button", "buttons", "clientX", "clientY", "code", "ctrlKey", "data", "deltaX", "deltaY", "inputType", "key",
  "metaKey", "offsetX", "offsetY", "pointerType", "pressure", "repeat", "shiftKey",
] as const;

export class DomEvents {
  readonly #subscriptions = new Map<number, AbortController>();

  /** `next` calls back before the screen is drawn again, as requestAnimationFrame does. */
  constructor(
    readonly document: Document,
    readonly tell: (event: Told) => void,
    readonly next: (callback: () => void) => unknown = (callback) => requestAnimationFrame(callback),
  ) {}

  /** Take the kernel's word. Nothing happens where a subscription is known already, or no more. */
  receive(message: Subscribe | Unsubscribe): void {
    const { subscription } = message;
    if (message.type === "unsubscribe") {
      this.#subscriptions.get(subscription)?.abort();
      this.#subscriptions.delete(subscription);
    } else if (!this.#subscriptions.has(subscription)) this.#subscribe(message);
  }

  #subscribe({ subscription, event: type, selector }: Subscribe): void {
    try {
      this.document.createDocumentFragment().querySelector(selector);
    } catch {
      const why = `The browser cannot read the CSS selector ${JSON.stringify(selector)}: no "${type}" event will come.`;
      this.tell({ type: "dom", subscription, data: {}, failure: failure("code", "SyntaxError", why) });
      return;
    }
    const life = new AbortController();
    this.#subscriptions.set(subscription, life);
    let last: Record<string, unknown> | null = null;
    let count = 0;
    const send = () => {
      if (last && !life.signal.aborted) {
        this.tell({ type: "dom", subscription, data: count > 1 ? { ...last, count } : last, failure: null });
      }
      last = null;
      count = 0;
    };
    const listen = (event: Event) => {
      const target = event.target instanceof Element ? event.target.closest(selector) : null;
      if (!target) return;
      const waiting = last !== null;
      last = describe(event, target);
      count += 1;
      if (!STREAMS.has(type)) send();
      else if (!waiting) this.next(send);
    };
    this.document.addEventListener(type, listen, { capture: true, passive: true, signal: life.signal });
  }
}

/** An event as plain data: its type, time in seconds since the epoch, members, and the element that was asked for. */
function describe(event: Event, target: Element): Record<string, unknown> {
  const data: Record<string, unknown> = {
    type: event.type,
    time: (performance.timeOrigin + event.timeStamp) / 1000,
    target: describeElement(target),
  };
  for (const name of MEMBERS) {
    const value: unknown = Reflect.get(event, name);
    if (["string", "number", "boolean"].includes(typeof value)) data[name] = value;
  }
  if (event instanceof CustomEvent) data["detail"] = plain(event.detail);
  return data;
}

function describeElement(element: Element): Record<string, unknown> {
  const { id, tagName, classList, textContent } = element;
  const described: Record<string, unknown> = {
    tag: tagName.toLowerCase(),
    id,
    classes: [...classList],
    text: textContent.slice(0, KEPT),
    data: element instanceof HTMLElement || element instanceof SVGElement ? Object.fromEntries(Object.entries(element.dataset)) : {},
  };
  // What is typed into a password field is not for a notebook's outputs.
  if (element instanceof HTMLInputElement && element.type === "password") return described;
  for (const name of ["name", "value", "checked"] as const) {
    const value: unknown = Reflect.get(element, name);
    if (typeof value === "string") described[name] = value.slice(0, KEPT);
    else if (typeof value === "boolean" || typeof value === "number") described[name] = value;
  }
  return described;
}

/** What JSON keeps of a value. */
function plain(value: unknown): unknown {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? null : (JSON.parse(text) as unknown);
  } catch {
    return String(value);
  }
}
