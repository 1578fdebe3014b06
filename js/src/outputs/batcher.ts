// What a cell writes, gathered into few messages: one a line would cost more than the cell; and what it displays.
//
// Bytes come in as the interpreter writes them, often one at a time. They go out as text when 8 kB are together, or
// 50 ms after the last time. No timer fires while a synchronous cell runs, so the clock is looked at on every line; and
// the first few lines after a quiet time go out at once, so that what a cell says before it gets stuck is seen.
// stdout and stderr share one buffer: a change of stream sends what is there, which keeps their order.
// A display is never gathered: it goes out at once, after the text before it. But of what takes the place of something
// else, as an animation does all the time, only the last counts: of the updates of a display, and of the text between two
// clears, one goes out in 50 ms.
import { measure } from "../protocol/measure.ts";
import type { Shown, StreamName } from "../protocol/port.ts";
import { Limit } from "./limit.ts";

/** How often text goes out, in milliseconds. */
export const INTERVAL = 50;
/** How much text goes out at once, in bytes. */
export const CAPACITY = 8192;
/** How many lines go out at once before gathering begins. */
export const BURST = 8;
/** Less than this in an interval is slow output: it gets its burst back. In bytes. */
const SLOW = 1024;
/** How much is kept of what is written while no cell runs, in bytes. */
const HELD = 65_536;
/** How much is kept of what is displayed while no cell runs, in bytes, and as how many bytes a display counts at least. */
const HELD_DISPLAYS = 1_000_000;
const SMALLEST_DISPLAY = 1000;

const NEWLINE = 10;

export interface BatcherOptions {
  /** Takes a piece of text, in order. */
  send: (run: number, name: StreamName, text: string) => void;
  /** Takes a display, in order with the text. */
  show: (run: number, shown: Shown) => void;
  /** Takes that all of it is to go, in order with the rest. */
  clear: (run: number, wait: boolean) => void;
  /** The time in milliseconds, such as `performance.now`. */
  now: () => number;
  /** Calls back after some milliseconds, such as `setTimeout`: for text that waits while a cell awaits. */
  later: (callback: () => void, milliseconds: number) => unknown;
}

type Held = { name: StreamName; bytes: number[] } | { shown: Shown } | { wait: boolean };

/** Gathers the output of one interpreter, run after run. */
export class Batcher {
  readonly #options: BatcherOptions;
  readonly #buffer = new Uint8Array(CAPACITY);
  readonly #decoders: Record<StreamName, TextDecoder> = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  #length = 0;
  #name: StreamName = "stdout";
  #run: number | null = null;
  #limit = new Limit(0, 0);
  #sentAt = -Infinity;
  #burst = BURST;
  #timed = false;
  /** Updates that wait, by their id. */
  readonly #updates = new Map<string, Shown>();
  #updatedAt = -Infinity;
  /** The last thing that was sent is a clear: when, and whether it waits for the next thing. */
  #cleared: { at: number; wait: boolean } | null = null;
  /** The text that is gathered is to go when there is other. */
  #passing = false;
  #held: Held[] = [];
  #heldBytes = 0;
  #droppedBytes = 0;
  #heldDisplays = 0;
  #droppedDisplays = 0;

  constructor(options: BatcherOptions) {
    this.#options = options;
  }

  /** A run begins: what it writes is sent under its number, up to the limits (0 for none). */
  begin(run: number, maxBytes: number, maxLines: number): void {
    this.#run = run;
    this.#limit = new Limit(maxBytes, maxLines);
    this.#sentAt = -Infinity;
    this.#cleared = null;
    this.#release();
  }

  /** A run ends: everything it wrote has been sent when this returns. */
  end(): void {
    this.flush();
    this.#finishDecoders();
    this.#run = null;
  }

  /** Take what the interpreter wrote. The bytes are copied: they may be a view of its memory. */
  write(name: StreamName, bytes: Uint8Array): void {
    if (this.#run === null) {
      this.#hold(name, bytes);
      return;
    }
    if (this.#limit.reached) return;
    this.#pass();
    if (name !== this.#name && this.#length > 0) this.flush();
    this.#name = name;

    const allowed = this.#limit.take(bytes);
    this.#append(allowed === bytes.length ? bytes : bytes.subarray(0, allowed));
    if (allowed < bytes.length) {
      this.flush();
      this.#sayCut(this.#run);
    } else if (bytes[bytes.length - 1] === NEWLINE) {
      this.#lineEnded();
    } else if (!this.#timed && this.#length > 0) {
      this.#flushLater();
    }
  }

  /** Take what the interpreter displays. */
  display(shown: Shown): void {
    if (this.#run !== null && shown.update) {
      this.#update(shown);
      return;
    }
    if (this.#run !== null && this.#limit.reached) return;
    const { bytes } = measure(shown.data);
    if (this.#run === null) {
      this.#holdDisplay(shown, bytes);
      return;
    }
    this.#pass();
    this.flush();
    this.#cleared = null;
    if (this.#limit.takeDisplay(bytes)) this.#options.show(this.#run, shown);
    else this.#sayCut(this.#run);
  }

  /**
   * Take that all of it is to go. The run may then show as much as before it: what is taken away fills no notebook.
   */
  clear(wait: boolean): void {
    if (this.#run === null) {
      const last = this.#held.at(-1);
      if (last && "wait" in last) last.wait &&= wait;
      else this.#held.push({ wait });
      return;
    }
    this.#pass();
    this.#limit = new Limit(this.#limit.maxBytes, this.#limit.maxLines);
    const last = this.#cleared;
    const now = this.#options.now();
    if (last && this.#length > 0 && last.wait === wait && now - last.at < INTERVAL) {
      // What has been written since is seen by nobody: it goes, or is sent where nothing follows it.
      if (wait) this.#passing = true;
      else this.#length = 0;
      return;
    }
    this.flush();
    this.#cleared = { at: now, wait };
    this.#options.clear(this.#run, wait);
  }

  /** Send what has been gathered. */
  flush(): void {
    this.#flushText();
    this.#flushUpdates();
  }

  #flushText(): void {
    if (this.#length === 0 || this.#run === null) return;
    // `stream` keeps half a character for the next piece.
    const text = this.#decoders[this.#name].decode(this.#buffer.subarray(0, this.#length), { stream: true });
    this.#length = 0;
    this.#sentAt = this.#options.now();
    if (text) {
      this.#cleared = null;
      this.#options.send(this.#run, this.#name, text);
    }
    if (!this.#passing) return;
    this.#passing = false;
    this.#cleared = { at: this.#sentAt, wait: true };
    this.#options.clear(this.#run, true);
  }

  /** There is something else now: what was to go then is gone. */
  #pass(): void {
    if (this.#passing) this.#length = 0;
    this.#passing = false;
  }

  // It fills no notebook, and counts for no limit: it takes the place of what was there.
  #update(shown: Shown): void {
    this.#updates.set(shown.display_id ?? "", shown);
    if (this.#options.now() - this.#updatedAt >= INTERVAL) this.#flushUpdates();
    else if (!this.#timed) this.#flushLater();
  }

  #flushUpdates(): void {
    if (this.#updates.size === 0 || this.#run === null) return;
    this.#updatedAt = this.#options.now();
    for (const shown of this.#updates.values()) this.#options.show(this.#run, shown);
    this.#updates.clear();
  }

  #sayCut(run: number): void {
    this.#options.send(run, "stderr", this.#limit.notice());
  }

  #append(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > CAPACITY - this.#length) {
      const room = CAPACITY - this.#length;
      this.#buffer.set(rest.subarray(0, room), this.#length);
      this.#length = CAPACITY;
      this.flush();
      rest = rest.subarray(room);
    }
    this.#buffer.set(rest, this.#length);
    this.#length += rest.length;
    if (this.#length === CAPACITY) this.flush();
  }

  #lineEnded(): void {
    const due = this.#options.now() - this.#sentAt >= INTERVAL;
    if (due && this.#length < SLOW) this.#burst = BURST;
    if (due || this.#burst > 0) {
      this.#burst -= 1;
      this.flush();
    } else if (!this.#timed) {
      this.#flushLater();
    }
  }

  #flushLater(): void {
    this.#timed = true;
    // By itself: a browser's setTimeout refuses to be called as a member of anything but the global.
    const { later } = this.#options;
    later(() => {
      this.#timed = false;
      this.flush();
    }, INTERVAL);
  }

  // What a background task writes between two cells belongs to no run: the next one shows it first.
  #hold(name: StreamName, bytes: Uint8Array): void {
    if (this.#heldBytes + bytes.length > HELD) {
      this.#droppedBytes += bytes.length;
      return;
    }
    this.#heldBytes += bytes.length;
    const last = this.#held.at(-1);
    if (last && "name" in last && last.name === name) last.bytes.push(...bytes);
    else this.#held.push({ name, bytes: [...bytes] });
  }

  #holdDisplay(shown: Shown, bytes: number): void {
    const same = (held: Held) => "shown" in held && held.shown.update && held.shown.display_id === shown.display_id;
    const earlier = shown.update ? this.#held.findIndex(same) : -1;
    if (earlier !== -1) {
      this.#held[earlier] = { shown };
      return;
    }
    const counted = Math.max(bytes, SMALLEST_DISPLAY);
    if (this.#heldDisplays + counted > HELD_DISPLAYS) {
      this.#droppedDisplays += 1;
      return;
    }
    this.#heldDisplays += counted;
    this.#held.push({ shown });
  }

  #release(): void {
    const held = this.#held;
    const dropped: [count: number, what: string][] = [
      [this.#droppedBytes, "bytes written"],
      [this.#droppedDisplays, "displays shown"],
    ];
    this.#held = [];
    this.#heldBytes = this.#droppedBytes = this.#heldDisplays = this.#droppedDisplays = 0;
    for (const item of held) {
      if ("shown" in item) this.display(item.shown);
      else if ("wait" in item) this.clear(item.wait);
      else this.write(item.name, Uint8Array.from(item.bytes));
    }
    for (const [count, what] of dropped) {
      const line = `\n[${count.toLocaleString("en-US")} ${what} between two cells were dropped]\n`;
      if (count > 0) this.write("stderr", new TextEncoder().encode(line));
    }
  }

  // Half a character that never got its other half is shown as U+FFFD, and not before the next run's text.
  #finishDecoders(): void {
    for (const name of ["stdout", "stderr"] as const) {
      const rest = this.#decoders[name].decode();
      if (rest && this.#run !== null && !this.#limit.reached) this.#options.send(this.#run, name, rest);
    }
  }
}
