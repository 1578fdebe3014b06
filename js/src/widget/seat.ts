// Where one environment's frame is: out of sight, in a view, or docked below the notebook.
import type { FromStage, Theme, ToStage } from "../protocol/stage.ts";
import { Dock } from "./dock.ts";
import type { HiddenFrame } from "./hidden.ts";

/** How much of the window's height a frame in a view takes at most; what is higher scrolls in it. */
const TALLEST = 0.8;

/** Whether this browser moves a frame in the document without loading it anew. */
export function movable(): boolean {
  return "moveBefore" in Element.prototype;
}

export class Seat {
  /** How high the content is, in CSS pixels; 0 where there is nothing to see. */
  height = 0;
  readonly #frame: HiddenFrame;
  readonly #port: MessagePort;
  #place: HTMLElement | null = null;
  #dock: Dock | null = null;
  #scheme = "light";

  constructor(frame: HiddenFrame, port: MessagePort, onSize: () => void) {
    this.#frame = frame;
    this.#port = port;
    port.addEventListener("message", ({ data }: MessageEvent<FromStage>) => {
      this.height = data.height;
      onSize();
    });
    frame.signal.addEventListener("abort", () => this.#dock?.remove(), { once: true });
    port.start();
  }

  get signal(): AbortSignal {
    return this.#frame.signal;
  }

  wear(theme: Theme): void {
    this.#scheme = theme.dark ? "dark" : "light";
    // A frame of another scheme than its document has an opaque background.
    this.#frame.element.style.colorScheme = this.#scheme;
    this.#post({ type: "theme", ...theme });
  }

  /** Whether something took the frame out of the document, and its state with it. */
  get #lost(): boolean {
    return !this.#frame.element.isConnected;
  }

  /** Put the frame into a place in the document, which stands under the cell of a run, or in a card where that is 0. */
  sit(place: HTMLElement, run: number): void {
    if (this.#lost) return;
    if (this.#place !== place) {
      place.moveBefore(this.#frame.element, null);
      this.#place = place;
      this.#post({ type: "place", run });
    }
    const height = Math.min(this.height, innerHeight * TALLEST);
    this.#dress(`display:block;width:100%;height:${height}px;border:0`);
  }

  /** Show the frame at the bottom of the notebook that a view is in, without moving it in the document. */
  dock(view: HTMLElement, run: number, onClose: () => void): void {
    if (!this.#dock) {
      this.#dock = new Dock(view, this.#frame.element.title, onClose, (style) => this.#dress(style));
      this.#post({ type: "place", run });
    }
    this.#dock.fit(this.height);
  }

  /** Take the frame out of sight, with its state. */
  hide(): void {
    this.#dock?.remove();
    this.#dock = null;
    if (this.#place && !this.#lost) document.body.moveBefore(this.#frame.element, null);
    this.#place = null;
    this.#frame.dress(null);
  }

  #dress(style: string): void {
    this.#frame.dress(`${style};color-scheme:${this.#scheme}`);
  }

  #post(message: ToStage): void {
    this.#port.postMessage(message);
  }
}
