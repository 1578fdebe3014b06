// The relay's mailbox, as an interpreter sees it that shares no memory with its frame, or may not wait at it.
//
// A synchronous request is the one thing that a thread of a browser can wait for everywhere. It tells whether the run is
// to stop, and what the answer to its question is: see `pyscript_jupyter/relay/mailbox.py`.
import type { Letter, Look } from "./messages.ts";
import type { Reply, SharedSignals, Signals } from "./signals.ts";

export interface MailboxAddress {
  url: string;
  /** Shows the relay which mailbox, and that it may be looked into: only ever in the body of a request. */
  id: string;
}

/** Sends a text and waits for the answer; status 0 says that there was none. `patience` is in milliseconds. */
export type Post = (url: string, body: string, patience: number) => { status: number; text: string };

/** A cell that computes looks into its mailbox no more often than so, in milliseconds. */
const OFTEN = 150;
/** It spends a tenth of its time on it; but where the server is slow, the interrupt still has to come within the grace. */
const SHARE = 10;
const SELDOM = 2000;

/** How long the relay is asked to wait, in milliseconds; see `MAX_WAIT` there. */
const HOLD = 20_000;
/** A wait that is shorter is not worth a request. */
const SHORT = 50;

/** How often a question is asked of a server that does not answer, and how long lies between, in milliseconds. */
const ATTEMPTS = 3;
const PAUSE = 1000;
/** How long an answer may take beyond what it was asked to. */
const PATIENCE = 10_000;

const GONE = 404;

export interface MailboxOptions {
  /** The memory shared with the frame, where the thread only may not wait at it: interrupts are seen there. */
  shared?: SharedSignals | null;
  post?: Post;
  now?: () => number;
}

export class MailboxSignals implements Signals {
  readonly #shared: SharedSignals | null;
  readonly #post: Post;
  readonly #now: () => number;
  #address: MailboxAddress | null = null;
  /** The run that was last found to be interrupted. */
  #interrupted: number | null = null;
  /** How long an answer takes on its way. */
  #trip = 0;
  /** When a cell that computes looks again. */
  #next = Infinity;
  /** A request is under way. */
  #asking = false;
  /** Until when a server is left alone that did not answer. */
  #rest = -Infinity;

  constructor({ shared = null, post = postAndWait, now = () => performance.now() }: MailboxOptions = {}) {
    this.#shared = shared;
    this.#post = post;
    this.#now = now;
  }

  /** A run begins: its first look is a while away, so that a short cell asks nothing. */
  begin(address: MailboxAddress | null): void {
    this.#address = address;
    this.#interrupted = null;
    this.#rest = -Infinity;
    this.#next = address ? this.#now() + this.#interval() : Infinity;
  }

  /**
   * Take what the frame says: that a run is to stop. False where nobody asks just now, who would be told.
   *
   * Firefox lets messages in while a main thread waits for the answer to a request.
   */
  hear(run: number): boolean {
    if (this.#asking) this.#interrupted = run;
    return this.#asking;
  }

  isInterrupted(run: number | null): boolean {
    if (run === null) return false;
    if (this.#shared?.isInterrupted(run)) return true;
    if (!this.#shared && this.#now() >= this.#next) this.#look(run, 0, 0);
    return this.#interrupted === run;
  }

  wait(run: number | null, milliseconds: number): void {
    const end = this.#now() + milliseconds;
    for (;;) {
      const left = end - this.#now();
      if (left <= 0 || this.isInterrupted(run)) return;
      if (this.#address && left > Math.max(SHORT, 2 * this.#trip) && !this.#rests) this.#look(run ?? 0, 0, left - this.#trip);
    }
  }

  reply(run: number, ask: number, heed: boolean): Reply | null {
    for (let attempt = 0; this.#address && attempt < ATTEMPTS; attempt += 1) {
      while (this.#rests);
      const letter = this.#look(run, ask, HOLD);
      if (letter?.answer) return { value: letter.answer.value ?? null, failure: letter.answer.failure ?? null };
      if (heed && this.isInterrupted(run)) return null;
      if (letter) attempt = -1;
    }
    const message = "The question has no answer, because the Jupyter server does not answer. Run the cell again.";
    return { value: null, failure: { kind: "code", name: "ConnectionError", message, frames: [], text: "", offset: 0 } };
  }

  get #rests(): boolean {
    return this.#now() < this.#rest;
  }

  /** Null where the relay has not answered, or the mailbox is gone: then the kernel has given the run up. */
  #look(run: number, ask: number, wait: number): Letter | null {
    if (!this.#address) return null;
    const { url, id } = this.#address;
    const held = Math.min(wait, HOLD);
    const began = this.#now();
    const look: Look = { mailbox: id, run, ask, wait: held / 1000 };
    this.#asking = true;
    const { status, text } = this.#post(url, JSON.stringify(look), held + PATIENCE);
    this.#asking = false;
    const letter = status === 200 ? read(text) : null;
    const took = this.#now() - began;
    // A longer one is believed by degrees: a page that is busy for a moment is no server that is far away.
    if (letter && took >= held) this.#trip = Math.min(took - held, Math.max(OFTEN / SHARE, 2 * this.#trip));
    if (letter?.interrupted || status === GONE) this.#interrupted = run;
    if (!letter) this.#rest = this.#now() + PAUSE;
    this.#next = this.#now() + (letter ? this.#interval() : Math.max(OFTEN, SHARE * took));
    return letter;
  }

  #interval(): number {
    return Math.min(Math.max(OFTEN, SHARE * this.#trip), SELDOM);
  }
}

/** Where the mailboxes of a relay are that has this address. */
export function mailboxUrl(relay: string): string {
  return new URL("mailbox", relay.replace(/^ws/, "http")).href;
}

// Something that stands between may answer too, with a page of its own.
function read(text: string): Letter | null {
  try {
    const letter = JSON.parse(text) as Letter;
    return typeof letter.interrupted === "boolean" ? letter : null;
  } catch {
    return null;
  }
}

/** The real one. */
export function postAndWait(url: string, body: string, patience: number): { status: number; text: string } {
  const request = new XMLHttpRequest();
  request.open("POST", url, false);
  // A main thread may set no limit. A text needs no type here, and is sent anywhere without asking first.
  if ("WorkerGlobalScope" in globalThis) request.timeout = patience;
  try {
    request.send(body);
  } catch {
    return { status: 0, text: "" };
  }
  return { status: request.status, text: request.responseText };
}
