// The frames of one room in this page: made hidden, answered when they announce themselves, removed.
//
// A frame is moved out of sight and not `display: none`, in which browsers throttle timers and rendering.
import type { FrameStart, FrameToPage, PageToFrame } from "../protocol/handshake.ts";
import { RoomGoneError } from "../protocol/reconnect.ts";

/** How long a frame may take to announce itself, in milliseconds. */
const ANNOUNCE_TIMEOUT = 15_000;

export interface FramesOptions {
  /** The URL of the frame's page. */
  page: string;
  /** The relay's WebSocket URL. */
  relay: string;
  ticket: (environment: string) => Promise<string>;
  /** Takes a sentence on why an environment's frame could not be made. */
  onUnavailable: (environment: string, message: string) => void;
}

interface Frame {
  element: HTMLIFrameElement;
  life: AbortController;
}

export class Frames {
  readonly #options: FramesOptions;
  readonly #frames = new Map<string, Frame>();

  constructor(options: FramesOptions) {
    this.#options = options;
  }

  /** Make the frame of an environment, unless it is there. */
  open(environment: string, interpreter: string): void {
    if (this.#frames.has(environment)) return;
    const life = new AbortController();
    const element = hiddenFrame(environment, this.#options.page);
    this.#frames.set(environment, { element, life });
    const { signal } = life;

    const timer = setTimeout(() => {
      this.#giveUp(
        environment,
        `The frame ${this.#options.page} did not announce itself within ${ANNOUNCE_TIMEOUT / 1000} s. Look into the ` +
          "browser's console for what kept it from loading; a proxy that forbids frames may be the cause.",
      );
    }, ANNOUNCE_TIMEOUT);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });

    addEventListener(
      "message",
      (event: MessageEvent<{ type?: string } | null>) => {
        if (event.source !== element.contentWindow || event.origin !== location.origin) return;
        if (event.data?.type !== "pyscript:frame") return;
        clearTimeout(timer);
        this.#start(environment, interpreter, element, signal).catch((error: unknown) => {
          if (!signal.aborted) this.#giveUp(environment, String(error));
        });
      },
      { signal },
    );
    document.body.append(element);
  }

  /** Remove the frame of an environment, with everything in it. */
  close(environment: string): void {
    const frame = this.#frames.get(environment);
    this.#frames.delete(environment);
    frame?.life.abort();
    frame?.element.remove();
  }

  closeAll(): void {
    for (const environment of [...this.#frames.keys()]) this.close(environment);
  }

  #giveUp(environment: string, message: string): void {
    this.close(environment);
    this.#options.onUnavailable(environment, message);
  }

  async #start(
    environment: string,
    interpreter: string,
    element: HTMLIFrameElement,
    signal: AbortSignal,
  ): Promise<void> {
    const ticket = await this.#options.ticket(environment);
    if (signal.aborted) return;
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", ({ data }: MessageEvent<FrameToPage>) => {
      if (data.type === "ended") this.close(environment);
      else void this.#answer(environment, port1);
    });
    port1.start();
    signal.addEventListener("abort", () => port1.close(), { once: true });
    const start: FrameStart = { type: "pyscript:start", environment, interpreter, relay: this.#options.relay, ticket };
    element.contentWindow?.postMessage(start, location.origin, [port2]);
  }

  async #answer(environment: string, port: MessagePort): Promise<void> {
    let answer: PageToFrame;
    try {
      answer = { type: "ticket", ticket: await this.#options.ticket(environment) };
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      answer = { type: "ticket", error: text, gone: error instanceof RoomGoneError };
    }
    port.postMessage(answer);
  }
}

function hiddenFrame(environment: string, url: string): HTMLIFrameElement {
  const element = document.createElement("iframe");
  element.src = url;
  element.title = `PyScript environment ${environment}`;
  element.tabIndex = -1;
  element.setAttribute("aria-hidden", "true");
  element.dataset["pyscriptEnvironment"] = environment;
  element.style.cssText = "position:fixed;left:-10000px;top:0;width:800px;height:600px;border:0;pointer-events:none";
  return element;
}
