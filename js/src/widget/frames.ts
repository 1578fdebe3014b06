// The frames of one room in this page: made hidden, answered when they announce themselves, removed.
//
// A spare frame is made before the first environment is asked for, so that its document, process and worker are there
// by then: they are most of what the start of MicroPython takes.
import type { FrameStart, FrameToPage, PageToFrame } from "../protocol/handshake.ts";
import type { Open } from "../protocol/messages.ts";
import { RoomGoneError } from "../protocol/reconnect.ts";
import { HiddenFrame } from "./hidden.ts";

/** How long a frame may take to announce itself once an environment is wanted, in milliseconds. */
const ANNOUNCE_TIMEOUT = 15_000;

const LOST =
  "The environment's frame was gone before it had connected: its process crashed, or something took its document away. " +
  "Run the cell again; if it stays so, the computer may be short of memory.";

/** What a frame of an opaque origin may do beside running scripts: nothing, or what people's pages do. */
const STRICT = "allow-scripts";
const TRUSTED = "allow-scripts allow-forms allow-modals allow-popups allow-downloads allow-pointer-lock";

export interface FramesOptions {
  /** The URL of the frame's page. */
  page: string;
  /** The relay's WebSocket URL. */
  relay: string;
  ticket: (environment: string) => Promise<string>;
  /** Takes a sentence on why an environment's frame could not be made. */
  onUnavailable: (environment: string, message: string) => void;
  /** Takes the frame of an environment that has been started, and the port over which it tells what it shows. */
  onStarted: (environment: string, frame: HiddenFrame, shown: MessagePort) => void;
}

export class Frames {
  readonly #options: FramesOptions;
  readonly #frames = new Map<string, HiddenFrame>();
  readonly #ports = new Map<string, MessagePort>();
  #spare: HiddenFrame | null = null;

  constructor(options: FramesOptions) {
    this.#options = options;
  }

  /** Make a frame that waits for the first environment. Nothing happens where there is any frame. */
  prepare(): void {
    if (this.#frames.size > 0 || this.#spare) return;
    this.#spare = new HiddenFrame(this.#options.page);
    // No other one in its place, which may crash as well: the first environment makes its own.
    this.#spare.onLost(() => this.forgo());
  }

  /** Take the spare frame away, which is of no use in a page that does not own the room. */
  forgo(): void {
    this.#spare?.remove();
    this.#spare = null;
  }

  /** Have frames that lost their connection try again now: the page's own has come back. */
  hurry(): void {
    for (const port of this.#ports.values()) port.postMessage({ type: "hurry" } satisfies PageToFrame);
  }

  /** Make the frame of an environment; one that is there is told to be quick if it is not connected. */
  open(open: Open): void {
    const { environment, options } = open;
    // One that something has taken out of the document has ended, whatever the kernel knows of it.
    if (this.#frames.get(environment)?.element.isConnected) {
      this.#ports.get(environment)?.postMessage({ type: "hurry" } satisfies PageToFrame);
      return;
    }
    this.close(environment);
    const frame = options.main || options.sandbox ? this.#makeOpaque(options.sandbox) : this.#take();
    frame.name(environment);
    this.#frames.set(environment, frame);
    this.#start(frame, open).catch((error: unknown) => {
      if (!frame.signal.aborted) this.#giveUp(environment, error instanceof Error ? error.message : String(error));
    });
  }

  /** Remove the frame of an environment, with everything in it. */
  close(environment: string): void {
    this.#frames.get(environment)?.remove();
    this.#frames.delete(environment);
    this.#ports.delete(environment);
  }

  closeAll(): void {
    this.forgo();
    for (const environment of [...this.#frames.keys()]) this.close(environment);
  }

  #take(): HiddenFrame {
    const frame = this.#spare ?? new HiddenFrame(this.#options.page);
    this.#spare = null;
    return frame;
  }

  // Frames of one origin share one main thread, and one that a cell holds cannot be ended while another uses it. So the
  // frame of a main-thread environment has an opaque origin too: that gives it a process of its own.
  #makeOpaque(strict: boolean): HiddenFrame {
    return new HiddenFrame(this.#options.page, strict ? STRICT : TRUSTED);
  }

  #giveUp(environment: string, message: string): void {
    this.close(environment);
    this.#options.onUnavailable(environment, message);
  }

  async #start(frame: HiddenFrame, open: Open): Promise<void> {
    const { environment, interpreter, options } = open;
    const { page, relay } = this.#options;
    const late =
      `The frame ${page} did not announce itself within ${ANNOUNCE_TIMEOUT / 1000} s. Look into the browser's console ` +
      "for what kept it from loading; a proxy that forbids frames may be the cause.";
    // The frame starts its interpreter without a ticket; by the time it asks for the first one, that is on its way.
    let first: Promise<string> | null = this.#options.ticket(environment);
    first.catch(() => undefined);
    // Of a frame that has connected the relay tells the kernel.
    frame.onLost(() => (first ? this.#giveUp(environment, LOST) : this.close(environment)));
    await frame.announcedWithin(ANNOUNCE_TIMEOUT, late);
    if (frame.signal.aborted) return;
    const start: FrameStart = { type: "pyscript:start", environment, interpreter, options, relay };
    const { port, shown } = frame.start(start);
    this.#ports.set(environment, port);
    this.#options.onStarted(environment, frame, shown);
    port.addEventListener("message", ({ data }: MessageEvent<FrameToPage>) => {
      if (data.type === "ended") this.close(environment);
      else if (data.type === "unavailable") this.#giveUp(environment, data.message);
      else if (data.type === "renew") {
        this.close(environment);
        this.open(open);
      } else void this.#answer(port, first ?? this.#options.ticket(environment));
      first = null;
    });
    port.start();
  }

  async #answer(port: MessagePort, ticket: Promise<string>): Promise<void> {
    let answer: PageToFrame;
    try {
      answer = { type: "ticket", ticket: await ticket };
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      answer = { type: "ticket", error: text, gone: error instanceof RoomGoneError };
    }
    port.postMessage(answer);
  }
}
