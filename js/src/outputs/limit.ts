// The cut: how much of a run's output is sent. Output that never ends must not fill the notebook or the browser.

const NEWLINE = 10;

/** Counts what a run writes and displays, stdout, stderr and displays together. */
export class Limit {
  reached = false;
  #bytes = 0;
  #lines = 0;
  #by: "max_bytes" | "max_lines" = "max_lines";

  /** `maxBytes` and `maxLines` are 0 for no limit. */
  constructor(
    readonly maxBytes: number,
    readonly maxLines: number,
  ) {}

  /** How many of these bytes are still to be sent. `reached` is set when something had to be left out. */
  take(bytes: Uint8Array): number {
    let allowed = bytes.length;
    if (allowed === 0) return 0;
    if (this.maxLines > 0) {
      if (this.#lines >= this.maxLines) return this.#cut("max_lines", 0);
      let at = bytes.indexOf(NEWLINE);
      while (at !== -1 && this.#lines < this.maxLines) {
        this.#lines += 1;
        if (this.#lines === this.maxLines && at + 1 < bytes.length) allowed = this.#cut("max_lines", at + 1);
        at = bytes.indexOf(NEWLINE, at + 1);
      }
    }
    if (this.maxBytes > 0 && this.#bytes + allowed > this.maxBytes) {
      allowed = this.#cut("max_bytes", Math.max(this.maxBytes - this.#bytes, 0));
    }
    this.#bytes += allowed;
    return allowed;
  }

  /**
   * Whether a display of so many bytes is still to be sent. It counts as a line, too.
   *
   * It cannot be sent in part: the one that goes over the limit is still sent, so that one large picture is seen.
   */
  takeDisplay(bytes: number): boolean {
    if (this.maxLines > 0 && this.#lines >= this.maxLines) this.#cut("max_lines", 0);
    else if (this.maxBytes > 0 && this.#bytes >= this.maxBytes) this.#cut("max_bytes", 0);
    this.#lines += 1;
    this.#bytes += bytes;
    return !this.reached;
  }

  /** The line that says so, for stderr. */
  notice(): string {
    const count =
      this.#by === "max_lines"
        ? `${this.maxLines.toLocaleString("en-US")} lines`
        : `${this.maxBytes.toLocaleString("en-US")} bytes`;
    return `\n[output cut at ${count}; the cell goes on. %config PyScriptMagics.${this.#by} = 0 sends everything]\n`;
  }

  #cut(by: "max_bytes" | "max_lines", allowed: number): number {
    this.reached = true;
    this.#by = by;
    return allowed;
  }
}
