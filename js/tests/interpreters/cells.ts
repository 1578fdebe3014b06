// Runs cells in a real interpreter under Node, and keeps what they wrote and showed.
import { type Adapter, type Host, NO_MATERIALS, type Outcome } from "../../src/interpreters/adapter.ts";
import type { Failure } from "../../src/protocol/messages.ts";
import type { AskKind, Bundle } from "../../src/protocol/port.ts";
import type { Reply } from "../../src/protocol/signals.ts";

export interface Ran extends Outcome {
  stdout: string;
  stderr: string;
  displays: Bundle[];
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
  #displays: Bundle[] = [];
  readonly notices: string[] = [];
  adapter!: Adapter;
  /** What tasks raised that nobody awaited. */
  readonly raised: Failure[] = [];

  readonly host: Host = {
    write: (name, bytes) => this.#written[name].push(bytes.slice()),
    display: (bundle) => this.#displays.push(bundle),
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
    config: {},
  };

  async run(code: string, filename = "Cell In[3]"): Promise<Ran> {
    this.#written.stdout = [];
    this.#written.stderr = [];
    this.#displays = [];
    const outcome = await this.adapter.run(code, filename);
    return {
      ...outcome,
      stdout: Buffer.concat(this.#written.stdout).toString(),
      stderr: Buffer.concat(this.#written.stderr).toString(),
      displays: this.#displays,
      text: outcome.result?.data["text/plain"] ?? null,
    };
  }
}
