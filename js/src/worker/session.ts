// What the worker does with the frame's messages: boot once, then run cells, one at a time, and say how each ended.
//
// No DOM and no worker globals: a port and a registry of adapters come in, so that a test can drive it with a fake.
import type { Adapter, Host, Start } from "../interpreters/adapter.ts";
import { failureFrom, NO_MATERIALS } from "../interpreters/adapter.ts";
import { Batcher } from "../outputs/batcher.ts";
import type { Failure } from "../protocol/messages.ts";
import type { Boot, FromWorker, Materials, RunCell, ToWorker } from "../protocol/port.ts";

export interface SessionOptions {
  send: (message: FromWorker) => void;
  adapters: ReadonlyMap<string, Start>;
  now?: () => number;
  later?: (callback: () => void, milliseconds: number) => unknown;
}

export class WorkerSession {
  readonly #send: (message: FromWorker) => void;
  readonly #adapters: ReadonlyMap<string, Start>;
  readonly #now: () => number;
  readonly #batcher: Batcher;
  #adapter: Adapter | null = null;
  #buffer: Uint8Array | null = null;
  #run: number | null = null;
  readonly #materials: Promise<Materials>;
  #giveMaterials: (materials: Materials) => void = () => undefined;

  constructor({ send, adapters, now = () => performance.now(), later = (callback, wait) => setTimeout(callback, wait) }: SessionOptions) {
    this.#send = send;
    this.#adapters = adapters;
    this.#now = now;
    this.#materials = new Promise((resolve) => (this.#giveMaterials = resolve));
    this.#batcher = new Batcher({
      send: (run, name, text) => send({ type: "stream", run, name, text }),
      show: (run, bundle) => send({ type: "display", run, ...bundle }),
      now,
      later,
    });
  }

  /** Take a message of the frame. Settles when it has been dealt with. */
  async receive(message: ToWorker): Promise<void> {
    if (message.type === "boot") await this.#boot(message);
    else if (message.type === "materials") this.#giveMaterials(message);
    else if (message.type === "run") await this.#runCell(message);
    else this.#interrupt(message.run);
  }

  async #boot({ interpreter, entry, interruptBuffer, materials }: Boot): Promise<void> {
    this.#buffer = interruptBuffer;
    const host: Host = {
      write: (name, bytes) => this.#batcher.write(name, bytes),
      display: (bundle) => this.#batcher.display(bundle),
      interruptBuffer,
      materials: materials ? this.#materials : Promise.resolve(NO_MATERIALS),
      notice: (text) => this.#send({ type: "notice", text }),
    };
    try {
      const start = this.#adapters.get(interpreter);
      if (!start) {
        const known = [...this.#adapters.keys()].join(", ");
        throw new Error(`There is no interpreter "${interpreter}" in this front end; it has ${known}.`);
      }
      this.#adapter = await start(entry, host);
      const { topLevelAwait, interruptible } = this.#adapter;
      this.#send({ type: "booted", topLevelAwait, interruptible });
    } catch (error) {
      this.#send({ type: "boot-failed", failure: failureFrom("interpreter", error) });
    }
  }

  // The frame sends one run at a time, so that an interrupt can only meet the run it was meant for.
  async #runCell({ run, code, filename, maxBytes, maxLines }: RunCell): Promise<void> {
    const started = this.#now();
    // An interrupt that came when the last cell was already over must not meet this one.
    if (this.#buffer) this.#buffer[0] = 0;
    this.#run = run;
    this.#batcher.begin(run, maxBytes, maxLines);
    let failure: Failure | null;
    let broken = false;
    try {
      if (!this.#adapter) throw new Error("The interpreter has not been started.");
      const outcome = await this.#adapter.run(code, filename);
      failure = outcome.failure;
      this.#batcher.end();
      if (outcome.result) this.#send({ type: "result", run, ...outcome.result });
    } catch (error) {
      this.#batcher.end();
      failure = failureFrom("interpreter", error);
      broken = true;
    }
    this.#run = null;
    this.#send({ type: "done", run, seconds: (this.#now() - started) / 1000, failure, broken });
  }

  // This is heard only when the worker's thread is free: when the cell awaits. The buffer, which would otherwise hit
  // some callback of the event loop, is taken back.
  #interrupt(run: number): void {
    if (run !== this.#run) return;
    if (this.#buffer) this.#buffer[0] = 0;
    this.#adapter?.cancel();
  }
}
