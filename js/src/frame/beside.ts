// What comes from beside the cells: the output and the events of workers that the user's code started, what event
// handlers and callbacks raise, and what the environment writes between two cells.
//
// Output belongs to the cell that runs, and between two cells to the one that ran last, within its limits: it is shown
// there at once. What a task of an earlier cell writes has that cell's run, and is shown there, as long as that is kept.
// What comes before an interpreter's first cell waits for that, which shows it before its own. Events go out at once. A
// worker that floods its page loses messages, and that is said.
import { Batcher } from "../outputs/batcher.ts";
import { Kept } from "../outputs/kept.ts";
import { failure } from "../interpreters/adapter.ts";
import type { Run, WorkerEvent } from "../protocol/messages.ts";
import { DataError, plain } from "../protocol/plain.ts";
import type { FromBeside, Shown, StreamName } from "../protocol/port.ts";

/** How many messages of workers are passed on in a second. */
export const MAX_MESSAGES = 200;

type Unsent<T> = T extends unknown ? Omit<T, "environment" | "seq"> : never;

export interface BesideOptions {
  emit: (event: Unsent<WorkerEvent>) => void;
  stream: (run: number, name: StreamName, text: string) => void;
  display: (run: number, shown: Shown) => void;
  clear: (run: number, wait: boolean) => void;
  /** The time in milliseconds, such as `performance.now`. */
  now: () => number;
  later: (callback: () => void, milliseconds: number) => unknown;
}

export class Beside {
  readonly #options: BesideOptions;
  readonly #batcher: Batcher;
  readonly #earlier: Kept;
  /** The run of the last cell. */
  #last: number | null = null;
  #second = -Infinity;
  #sent = 0;
  #dropped = 0;

  constructor(options: BesideOptions) {
    this.#options = options;
    const { stream, display, clear, now, later } = options;
    this.#batcher = new Batcher({ send: stream, show: display, clear, now, later });
    this.#earlier = new Kept({ send: stream, show: display, clear, now, later });
  }

  /** A run begins: output belongs to it, until the next one does. */
  begin({ run, max_bytes: maxBytes, max_lines: maxLines }: Run): void {
    this.#last = run;
    this.#earlier.begin(run, run, maxBytes, maxLines);
    this.#batcher.begin(run, maxBytes, maxLines);
    this.#batcher.flush();
  }

  /** The run ends: all of its output has been passed on when this returns. */
  flush(): void {
    this.#batcher.flush();
  }

  /** The interpreter of the last run is gone, or who would show it: output belongs to the next one. */
  forget(): void {
    this.#batcher.end();
    this.#earlier.clear();
  }

  receive(message: FromBeside): void {
    if (message.type === "written") this.#write(message.name, message.text, this.#of(message.of));
    else if (message.type === "shown") this.#of(message.of).display(message.bundle);
    else if (message.type === "cleared") this.#of(message.of).clear(message.wait);
    else if (message.type === "worker") this.#tell(message);
    else this.#pass(message.worker, message.data);
  }

  #tell({ type, worker, kind, failure }: Extract<FromBeside, { type: "worker" }>): void {
    // A worker that ends with a failure has told it as an error before.
    if (failure && kind === "error") this.#write("stderr", `${failure.text || `${failure.name}: ${failure.message}`}\n`);
    this.#options.emit({ type, worker, kind, data: {}, failure });
  }

  #pass(worker: string, data: unknown): void {
    const now = this.#options.now();
    if (now - this.#second >= 1000) {
      this.#sayDropped(worker);
      this.#second = now;
      this.#sent = 0;
    }
    this.#sent += 1;
    if (this.#sent > MAX_MESSAGES) {
      if (this.#dropped === 0) this.#options.later(() => this.#sayDropped(worker), 1000);
      this.#dropped += 1;
      return;
    }
    try {
      this.#options.emit({ type: "worker", worker, kind: "message", data: { value: plain(data) }, failure: null });
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      this.#lost(worker, `A message of a worker was not passed on. ${error.message}`);
    }
  }

  #sayDropped(worker: string): void {
    const dropped = this.#dropped;
    this.#dropped = 0;
    if (dropped === 0) return;
    this.#lost(worker, `${dropped} messages of workers were dropped: ${MAX_MESSAGES} are passed on in a second.`);
  }

  #lost(worker: string, message: string): void {
    this.#tell({ type: "worker", worker, kind: "error", failure: failure("code", "DataError", message) });
  }

  // It has been gathered where it was written; the cell's own output, which goes by here, must not overtake it.
  #write(name: StreamName, text: string, batcher = this.#batcher): void {
    batcher.write(name, new TextEncoder().encode(text));
    batcher.flush();
  }

  #of(run = this.#last): Batcher {
    return (run !== null && run !== this.#last && this.#earlier.of(run)) || this.#batcher;
  }
}
