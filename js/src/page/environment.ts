// One environment, as a kernel has it: its runs, one after another, and what comes back of each.
import type { CarriedStart } from "../protocol/handshake.ts";
import type { Display, Done, Failure, Interrupt, Options, Result, Run, Stream } from "../protocol/messages.ts";
import type { Unnumbered } from "../protocol/socket.ts";
import { Frame } from "./frame.ts";

/** How long a cell may take to stop by itself once it is told to, in seconds, before its interpreter is ended. */
const GRACE = 2;

/** How much a cell may write, in bytes and lines: more would make the page slow. */
const MAX_BYTES = 1_000_000;
const MAX_LINES = 10_000;

/** How many runs are kept as places for what their tasks do later; the frame tells of no more. */
const KEPT = 100;

/** What a run tells while it goes on. */
export interface Sink {
  stream: (name: Stream["name"], text: string) => void;
  display: (shown: Pick<Display, "data" | "metadata" | "display_id" | "update">) => void;
  result: (bundle: Pick<Result, "data" | "metadata">) => void;
  clear: (wait: boolean) => void;
}

export interface EnvironmentOptions {
  name: string;
  interpreter: string;
  options: Options;
  /** Everything that its frame is started with. */
  load: () => Promise<{ script: string; carried: Pick<CarriedStart, "entry" | "files" | "version" | "worker"> }>;
  /** Told how the start goes; "" when it is over. */
  onProgress: (sentence: string) => void;
  /** Makes the frame; a test has another. */
  frame?: (script: string, start: CarriedStart) => Pick<Frame, "port" | "remove">;
}

interface Waiting {
  message: Run;
  sink: Sink;
  resolve: (done: Pick<Done, "failure" | "seconds" | "state_lost">) => void;
  timeout: number;
  timer?: ReturnType<typeof setTimeout>;
}

export class Environment {
  readonly #options: EnvironmentOptions;
  #frame: Promise<Pick<Frame, "port" | "remove">> | null = null;
  #current: Waiting | null = null;
  /** Of the runs up to now: what a cell's tasks do later is shown there. */
  readonly #sinks = new Map<number, Sink>();
  #runs = 0;
  #ready = false;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
  }

  /**
   * Run a cell; settles when it is over. One at a time: the caller waits.
   *
   * One that runs for longer than `timeout` seconds is stopped; the start of its interpreter does not count, and 0 is no
   * limit.
   */
  run(code: string, filename: string, sink: Sink, timeout = 0): Promise<Pick<Done, "failure" | "seconds" | "state_lost">> {
    const run = (this.#runs += 1);
    const message: Run = {
      type: "run",
      environment: this.#options.name,
      run,
      code,
      filename,
      max_bytes: MAX_BYTES,
      max_lines: MAX_LINES,
    };
    this.#sinks.set(run, sink);
    this.#sinks.delete(run - KEPT);
    return new Promise((resolve) => {
      this.#current = { message, sink, resolve, timeout };
      if (this.#ready) this.#limit();
      this.#frame ??= this.#open();
      this.#frame.then(
        ({ port }) => port.postMessage(message),
        (error: unknown) => {
          this.#frame = null;
          this.#end(failed("asset", error));
        },
      );
    });
  }

  /** Stop the run that goes on: by the interpreter itself where it can, otherwise by ending that. */
  interrupt(): void {
    const { message } = this.#current ?? {};
    if (!message) return;
    const stop: Interrupt = { type: "interrupt", environment: message.environment, run: message.run, grace: GRACE };
    void this.#frame?.then(({ port }) => port.postMessage(stop), () => undefined);
  }

  /** End it, with all that it has; the next run starts a new one. */
  close(): void {
    void this.#frame?.then((frame) => frame.remove(), () => undefined);
    this.#frame = null;
    this.#ready = false;
    this.#sinks.clear();
    this.#options.onProgress("");
    const message = "The environment was restarted while this cell ran.";
    this.#end({ kind: "interpreter", name: "LostError", message });
  }

  async #open(): Promise<Pick<Frame, "port" | "remove">> {
    const { name, interpreter, options, load, onProgress, frame: make = makeFrame } = this.#options;
    onProgress("Unpacking Python…");
    const { script, carried } = await load();
    onProgress("Starting Python…");
    const frame = make(script, { type: "pyscript:start", environment: name, interpreter, options, ...carried });
    frame.port.addEventListener("message", ({ data }: MessageEvent<Unnumbered>) => this.#receive(data, frame));
    frame.port.start();
    return frame;
  }

  #receive(event: Unnumbered, frame: Pick<Frame, "remove">): void {
    switch (event.type) {
      case "ready":
        this.#ready = true;
        this.#limit();
        this.#options.onProgress("");
        break;
      case "progress":
        this.#options.onProgress(event.detail || "Starting Python…");
        break;
      case "failed":
        frame.remove();
        this.#frame = null;
        this.#ready = false;
        this.#options.onProgress("");
        this.#end(event.failure);
        break;
      case "stream":
        this.#sinks.get(event.run)?.stream(event.name, event.text);
        break;
      case "display":
        this.#sinks.get(event.run)?.display(event);
        break;
      case "result":
        this.#sinks.get(event.run)?.result(event);
        break;
      case "clear":
        this.#sinks.get(event.run)?.clear(event.wait ?? false);
        break;
      case "worker":
        if (event.kind === "error") console.error("pyscript_jupyter:", event.failure?.text);
        break;
      case "done":
        if (this.#current?.message.run === event.run) this.#end(event.failure ?? null, event);
        break;
    }
  }

  #limit(): void {
    const { timeout = 0 } = this.#current ?? {};
    if (this.#current && timeout > 0) this.#current.timer = setTimeout(() => this.interrupt(), timeout * 1000);
  }

  #end(failure: Failure | null, { seconds = 0, state_lost = false }: Partial<Done> = {}): void {
    const over = this.#current;
    this.#current = null;
    clearTimeout(over?.timer);
    over?.resolve({ failure, seconds, state_lost });
  }
}

function makeFrame(script: string, start: CarriedStart): Frame {
  return new Frame(script, start);
}

function failed(kind: Failure["kind"], error: unknown): Failure {
  const { name = "Error", message = String(error) } = error instanceof Error ? error : {};
  return { kind, name, message };
}

