// The frame of one environment in a page that carries it: a document of its own, with an opaque origin, made from text.
import type { CarriedStart, FrameAnnounced } from "../protocol/handshake.ts";

/** What code of the reader's may do beside running scripts. It reaches neither the page nor what the host knows of him. */
const SANDBOX = "allow-scripts allow-forms allow-modals allow-popups allow-downloads allow-pointer-lock";

export class Frame {
  readonly element = document.createElement("iframe");
  readonly port: MessagePort;
  readonly shown: MessagePort;
  readonly #life = new AbortController();

  /** Put a frame that runs this script into the page, and tell it what to start. */
  constructor(script: string, start: CarriedStart) {
    const { element } = this;
    const [talk, show] = [new MessageChannel(), new MessageChannel()];
    [this.port, this.shown] = [talk.port1, show.port1];
    element.setAttribute("sandbox", SANDBOX);
    element.title = `Python environment ${start.environment}`;
    element.className = "frame";
    element.tabIndex = -1;
    element.setAttribute("aria-hidden", "true");
    element.srcdoc =
      '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Python environment</title></head><body></body>' +
      `<script type="module">${script}</script></html>`;
    addEventListener(
      "message",
      ({ source, data }: MessageEvent<Partial<FrameAnnounced> | null>) => {
        if (source !== element.contentWindow || data?.type !== "pyscript:frame") return;
        element.contentWindow?.postMessage(start, "*", [talk.port2, show.port2]);
      },
      { signal: this.#life.signal },
    );
    document.body.append(element);
  }

  /** Take the frame away, with everything in it. Safe to call twice. */
  remove(): void {
    this.#life.abort();
    this.port.close();
    this.shown.close();
    this.element.remove();
  }
}
