// Runs cells in a real interpreter under Node, and keeps what they wrote and showed.
import { type Adapter, type Host, NO_MATERIALS, type Outcome } from "../../src/interpreters/adapter.ts";
import type { Bundle } from "../../src/protocol/port.ts";

export interface Ran extends Outcome {
  stdout: string;
  stderr: string;
  displays: Bundle[];
  /** The result's text, or null. */
  text: unknown;
}

export class Cells {
  readonly buffer = new Uint8Array(new SharedArrayBuffer(1));
  readonly #written: Record<"stdout" | "stderr", Uint8Array[]> = { stdout: [], stderr: [] };
  #displays: Bundle[] = [];
  readonly notices: string[] = [];
  adapter!: Adapter;

  readonly host: Host = {
    write: (name, bytes) => this.#written[name].push(bytes.slice()),
    display: (bundle) => this.#displays.push(bundle),
    interruptBuffer: this.buffer,
    materials: Promise.resolve(NO_MATERIALS),
    notice: (text) => this.notices.push(text),
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
