// One frame: the element, hidden until it is shown, that it has announced itself or is lost, and the ports to it.
//
// Hidden, it is moved out of sight and not `display: none`, in which browsers throttle timers and rendering.
import type { FrameAnnounced, FrameHolds, FrameStart } from "../protocol/handshake.ts";

const STYLE = "position:fixed;left:-10000px;top:0;width:800px;height:600px;border:0;pointer-events:none";

export class HiddenFrame {
  readonly #opaque: boolean;
  readonly #element: HTMLIFrameElement;
  readonly #life = new AbortController();
  readonly #announced: Promise<void>;
  #onLost: () => void = () => undefined;

  /** Put a frame of this URL into the page; with `sandbox` it has an opaque origin, and may do what that allows. */
  constructor(url: string, sandbox: string | null = null) {
    const element = document.createElement("iframe");
    if (sandbox !== null) element.setAttribute("sandbox", sandbox);
    // The page's URL may hold the server's token.
    element.referrerPolicy = "no-referrer";
    element.src = url;
    this.#opaque = sandbox !== null;
    element.title = "PyScript environment";
    this.#element = element;
    this.dress(null);
    this.#announced = new Promise((resolve) => {
      addEventListener(
        "message",
        (event: MessageEvent<Partial<FrameAnnounced | FrameHolds> | null>) => {
          if (event.source !== element.contentWindow || event.origin !== (this.#opaque ? "null" : location.origin)) return;
          if (event.data?.type === "pyscript:frame") resolve();
          else if (event.data?.type === "pyscript:lock" && event.data.lock) this.#watch(event.data.lock);
        },
        { signal: this.#life.signal },
      );
    });
    document.body.append(element);
  }

  /** Aborts when the frame is removed. */
  get signal(): AbortSignal {
    return this.#life.signal;
  }

  /** What is moved about; by `moveBefore` alone, or it is loaded anew. */
  get element(): HTMLIFrameElement {
    return this.#element;
  }

  /** Call back when its document goes away by itself, or its process crashes; of an opaque origin nobody hears. */
  onLost(callback: () => void): void {
    this.#onLost = callback;
  }

  /** Show it, with this style; or, with none, take it out of sight, and of the way of the keyboard and screen readers. */
  dress(style: string | null): void {
    const element = this.#element;
    element.style.cssText = style ?? STYLE;
    element.tabIndex = style === null ? -1 : 0;
    if (style === null) element.setAttribute("aria-hidden", "true");
    else element.removeAttribute("aria-hidden");
  }

  /** Say whose frame it is. */
  name(environment: string): void {
    this.#element.title = `PyScript environment ${environment}`;
    this.#element.dataset["pyscriptEnvironment"] = environment;
  }

  /** Settles when the frame's script runs; throws with the text when that takes longer. */
  announcedWithin(milliseconds: number, late: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(late)), milliseconds);
      const end = () => {
        clearTimeout(timer);
        resolve();
      };
      this.signal.addEventListener("abort", end, { once: true });
      void this.#announced.then(end);
    });
  }

  /** Tell the frame what to start; returns the page's ends of the ports between them: the handshake's, the stage's. */
  start(message: FrameStart): { port: MessagePort; shown: MessagePort } {
    const [talk, show] = [new MessageChannel(), new MessageChannel()];
    for (const { port1 } of [talk, show]) this.signal.addEventListener("abort", () => port1.close(), { once: true });
    // Nobody can name an opaque origin.
    const origin = this.#opaque ? "*" : location.origin;
    this.#element.contentWindow?.postMessage(message, origin, [talk.port2, show.port2]);
    return { port: talk.port1, shown: show.port1 };
  }

  // The frame holds the lock for its whole life: who gets it knows that the frame is gone.
  #watch(lock: string): void {
    const { signal } = this;
    navigator.locks.request(lock, { signal }, () => signal.aborted || this.#onLost()).catch(() => undefined);
  }

  /** Take the frame away, with everything in it. Safe to call twice. */
  remove(): void {
    this.#life.abort();
    this.#element.remove();
  }
}
