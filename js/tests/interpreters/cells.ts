// Runs cells in a real interpreter under Node, and keeps what they wrote and showed.
import { type Adapter, type Host, NO_MATERIALS, type Outcome, type Task } from "../../src/interpreters/adapter.ts";
import type { CommMessage, Failure } from "../../src/protocol/messages.ts";
import type { AskKind, Shown } from "../../src/protocol/port.ts";
import type { Reply } from "../../src/protocol/signals.ts";

export interface Ran extends Outcome {
  stdout: string;
  stderr: string;
  displays: Shown[];
  /** Displays, clears and comm messages in their order, and the text between them. */
  events: unknown[];
  /** The result's text, or null. */
  text: unknown;
}

/** The module `polyscript` as it is in a worker that cannot wait for its page. */
export const POLYSCRIPT = { IDBMap: null, config: {}, js_modules: {}, xworker: { window: null, sync: {} } };

export class Cells {
  /** Where an interrupt is signalled: 2. */
  readonly flag = { 0: 0 };
  /** How the next questions are answered. */
  replies: Reply[] = [];
  /** What was asked, and how long was slept. */
  asked: [kind: AskKind, prompt: string][] = [];
  slept: number[] = [];
  readonly #written: Record<"stdout" | "stderr", Uint8Array[]> = { stdout: [], stderr: [] };
  #displays: Shown[] = [];
  events: unknown[] = [];
  comms: CommMessage[] = [];
  /** The number of the cell that runs. */
  cell = 1;
  readonly notices: string[] = [];
  adapter!: Adapter;
  /** What tasks raised that nobody awaited. */
  readonly raised: Failure[] = [];

  readonly host: Host = {
    write: (name, bytes) => {
      this.#written[name].push(bytes.slice());
      const text = Buffer.from(bytes).toString();
      if (typeof this.events.at(-1) === "string") this.events.push(`${this.events.pop() as string}${text}`);
      else this.events.push(text);
    },
    display: (shown) => {
      this.#displays.push(shown);
      this.events.push(shown);
    },
    clear: (wait) => this.events.push({ wait }),
    cell: () => this.cell,
    belongs: (cell) => this.events.push({ cell }),
    comm: (message) => {
      this.comms.push(message);
      this.events.push(message);
    },
    raised: (failure) => this.raised.push(failure),
    interrupt: this.flag,
    sleep: (milliseconds) => {
      this.slept.push(milliseconds);
      const interrupted = this.flag[0] === 2;
      this.flag[0] = 0;
      return interrupted;
    },
    ask: (kind, prompt) => {
      this.asked.push([kind, prompt]);
      return this.replies.shift()!;
    },
    materials: Promise.resolve(NO_MATERIALS),
    notice: (text) => this.notices.push(text),
    carried: null,
    config: {},
  };

  run(code: string, filename = "Cell In[3]"): Promise<Ran> {
    return this.#keep(() => this.adapter.run(code, filename));
  }

  perform(task: Task): Promise<Ran> {
    return this.#keep(() => this.adapter.perform(task));
  }

  /** What completes the code at its end, or where it has a "|". */
  async complete(code: string): Promise<{ matches: string[]; start: number; end: number; types: string[] }> {
    const { failure, result, events } = await this.perform({ task: "complete", ...cursorOf(code) });
    if (failure || events.length > 0) throw new Error(failure?.text ?? String(events));
    return result!.data as Awaited<ReturnType<Cells["complete"]>>;
  }

  /** What is told of the code at its end, or where it has a "|"; null for nothing. */
  async inspect(code: string, detail: 0 | 1 = 0): Promise<string | null> {
    const { failure, text } = await this.perform({ task: "inspect", ...cursorOf(code), detail });
    if (failure) throw new Error(failure.text);
    // eslint-disable-next-line no-control-regex -- colours
    return text === null ? null : (text as string).replace(/\x1b\[\d+m/g, "");
  }

  async #keep(begin: () => Promise<Outcome>): Promise<Ran> {
    this.#written.stdout = [];
    this.#written.stderr = [];
    this.#displays = [];
    this.events = [];
    this.comms = [];
    const outcome = await begin();
    return {
      ...outcome,
      stdout: Buffer.concat(this.#written.stdout).toString(),
      stderr: Buffer.concat(this.#written.stderr).toString(),
      displays: this.#displays,
      events: this.events,
      text: outcome.result?.data["text/plain"] ?? null,
    };
  }
}

function cursorOf(code: string): { code: string; cursor: number } {
  const at = code.indexOf("|");
  return at < 0 ? { code, cursor: Array.from(code).length } : { code: code.replace("|", ""), cursor: Array.from(code.slice(0, at)).length };
}
