// How an interpreter is reached that hears no message; and the memory that it shares with its frame where
// SharedArrayBuffer is there. Elsewhere it has a mailbox: see mailbox.ts.
//
// A worker that computes or waits hears no message, but it can look here: whether its run is to be interrupted, and
// what the answer to its question is. An interrupt is the number of its run, so that it can meet no other one.
import type { Failure } from "./messages.ts";

/** The answer to a question: what was typed, or why there is none. */
export interface Reply {
  value: string | null;
  failure: Failure | null;
}

/** What an interpreter asks while it computes or waits. A run of null is none: a callback between two cells. */
export interface Signals {
  /** Whether this run is to stop. It stays so: who asks remembers that it has stopped. */
  isInterrupted: (run: number | null) => boolean;
  /** Wait until that many milliseconds are over, or the run is to stop. */
  wait: (run: number | null, milliseconds: number) => void;
  /** Wait for the answer to a question; null where the run is to stop, and `heed` says that it has not stopped before. */
  reply: (run: number, ask: number, heed: boolean) => Reply | null;
}

/** Where things are, in 32-bit words; the text of an answer comes after them. */
const INTERRUPT = 0;
const WAKE = 1;
const ANSWERED = 2;
const LENGTH = 3;
const HEAD = 16;

/** How long an answer may be, in bytes: at first, and where the browser can make such memory larger. */
const CAPACITY = 65_536;
const MAX_CAPACITY = 16_777_216;

export class SharedSignals implements Signals {
  readonly #words: Int32Array;

  constructor(
    readonly memory: SharedArrayBuffer = new SharedArrayBuffer(HEAD + CAPACITY, { maxByteLength: HEAD + MAX_CAPACITY }),
  ) {
    this.#words = new Int32Array(memory, 0, HEAD / 4);
  }

  /** The frame: this run is to stop. */
  interrupt(run: number): void {
    Atomics.store(this.#words, INTERRUPT, run);
    this.#wake();
  }

  /** The frame: this is the answer to that question. */
  answer(ask: number, reply: Reply): void {
    let bytes = new TextEncoder().encode(JSON.stringify(reply));
    if (!this.#makeRoom(HEAD + bytes.length)) {
      const message = `The answer is ${bytes.length} bytes long, and this browser takes at most ${CAPACITY}.`;
      const failure: Failure = { kind: "code", name: "ValueError", message, frames: [], text: "", offset: 0 };
      bytes = new TextEncoder().encode(JSON.stringify({ value: null, failure }));
    }
    new Uint8Array(this.memory, HEAD).set(bytes);
    Atomics.store(this.#words, LENGTH, bytes.length);
    Atomics.store(this.#words, ANSWERED, ask);
    this.#wake();
  }

  isInterrupted(run: number | null): boolean {
    return Atomics.load(this.#words, INTERRUPT) === run;
  }

  wait(run: number | null, milliseconds: number): void {
    const end = performance.now() + milliseconds;
    this.#waitUntil(end, () => this.isInterrupted(run));
  }

  reply(run: number, ask: number, heed: boolean): Reply | null {
    const isAnswered = () => Atomics.load(this.#words, ANSWERED) === ask;
    this.#waitUntil(Infinity, () => isAnswered() || (heed && this.isInterrupted(run)));
    if (!isAnswered()) return null;
    // A copy: no text is decoded from memory that is shared.
    const bytes = new Uint8Array(this.memory, HEAD, Atomics.load(this.#words, LENGTH)).slice();
    return JSON.parse(new TextDecoder().decode(bytes)) as Reply;
  }

  // The count is read before the condition, so that a change between the two ends the wait at once.
  #waitUntil(end: number, isOver: () => boolean): void {
    for (;;) {
      const seen = Atomics.load(this.#words, WAKE);
      const left = end - performance.now();
      if (left <= 0 || isOver()) return;
      Atomics.wait(this.#words, WAKE, seen, left);
    }
  }

  #wake(): void {
    Atomics.add(this.#words, WAKE, 1);
    Atomics.notify(this.#words, WAKE);
  }

  #makeRoom(length: number): boolean {
    const { memory } = this;
    if (length <= memory.byteLength) return true;
    // Firefox before 128 makes memory that does not grow.
    if (!("growable" in memory && memory.growable) || length > memory.maxByteLength) return false;
    memory.grow(length);
    return true;
  }
}
