// When a frame says that a run has drawn, and when it sends a picture of how it looks.
//
// A run has drawn when the document changed while it ran and there is something to see. What a reader's click changes is
// not the run's doing: it would pull the frame away from under the pointer. A picture is taken at the end of a run that
// has drawn, a moment after the reader has done something in the frame, and when the frame leaves its place.
//
// No document here: it comes in as a `Scene`, so that a test drives it with a fake.
import type { FromWorker, ToWorker } from "../protocol/port.ts";
import type { Engine, StartEngine } from "./engine.ts";

/** How long after what a reader does a picture is taken, and how long what he does explains a change; milliseconds. */
const SETTLED = 1000;

/** A picture of the document. */
export interface Picture {
  svg: string;
  width: number;
  height: number;
  text: string;
}

/** The document, as far as the stage needs it. */
export interface Scene {
  /** Whether it has changed since this was asked last. */
  takeChanges: () => boolean;
  /** Whether there is anything to see. */
  visible: () => boolean;
  /** How it looks; null while it has no layout, as in the moment in which its frame is moved. */
  picture: () => Picture | null;
  /** Make it as new. */
  clear: () => void;
}

export interface StageOptions {
  scene: Scene;
  /** The time in milliseconds, such as `performance.now`. */
  now: () => number;
  /** Calls back after some milliseconds; the function it returns takes that back. */
  later: (callback: () => void, milliseconds: number) => () => void;
}

export class Stage {
  readonly #options: StageOptions;
  #send: ((message: FromWorker) => void) | null = null;
  #run = 0;
  /** The run that goes on has been said to draw. */
  #drawn = false;
  /** The run whose cell shows the document: the last one that drew, unless the reader chose another; 0 for a card. */
  #place: number | null = null;
  /** Something was drawn between two runs, before there was any place. */
  #pending = false;
  #touchedAt = -Infinity;
  #forgetPicture: (() => void) | null = null;

  constructor(options: StageOptions) {
    this.#options = options;
  }

  /** An engine whose runs are watched. What one interpreter has drawn goes with it. */
  watch(startEngine: StartEngine): StartEngine {
    return (onMessage, onError) => {
      this.#send = onMessage;
      const engine = startEngine((message) => {
        if (message.type === "done") this.#end();
        onMessage(message);
      }, onError);
      return this.#watched(engine, onMessage);
    };
  }

  /** The document may have changed. */
  changed(): void {
    if (!this.#options.scene.takeChanges() || !this.#options.scene.visible()) return;
    if (this.#options.now() - this.#touchedAt < SETTLED) return;
    if (this.#run) this.#tellDrawn();
    else if (this.#place === null) this.#pending = true;
  }

  /** The reader has done something in the document. */
  touched(): void {
    this.#touchedAt = this.#options.now();
    this.#pictureLater();
  }

  /** The page shows the frame under the cell of a run, or in a card where that is 0. */
  placed(run: number): void {
    if (run === this.#place) return;
    // What a run has just drawn is no picture for the cell before it.
    if (!this.#run) this.#takePicture();
    this.#place = run;
    this.#pictureLater();
  }

  #watched(engine: Engine, send: (message: FromWorker) => void): Engine {
    return {
      ...engine,
      post: (message: ToWorker) => {
        // What is done beside the cells has no place of its own.
        if (message.type === "run" && (message.task ?? "cell") === "cell") this.#begin(message.run);
        engine.post(message);
      },
      terminate: () => {
        if (this.#send === send) this.#clear();
        engine.terminate();
      },
    };
  }

  #begin(run: number): void {
    // From here on a change is the run's doing.
    if (this.#forgetPicture) this.#takePicture();
    this.changed();
    this.#touchedAt = -Infinity;
    this.#run = run;
    this.#drawn = false;
    if (this.#pending) this.#tellDrawn();
  }

  #end(): void {
    this.changed();
    if (this.#drawn) this.#takePicture();
    this.#run = 0;
    this.#drawn = false;
  }

  #tellDrawn(): void {
    this.#pending = false;
    if (this.#drawn) return;
    this.#drawn = true;
    this.#place = this.#run;
    this.#send?.({ type: "drawn", run: this.#run });
  }

  #pictureLater(): void {
    this.#forgetPicture ??= this.#options.later(() => {
      this.#forgetPicture = null;
      // The end of a run that draws takes one anyway, and before it the picture would be half of one.
      if (!this.#run) this.#takePicture();
    }, SETTLED);
  }

  #takePicture(): void {
    this.#forgetPicture?.();
    this.#forgetPicture = null;
    if (!this.#place || !this.#options.scene.visible()) return;
    const picture = this.#options.scene.picture();
    if (picture) this.#send?.({ type: "snapshot", run: this.#place, ...picture });
    else this.#pictureLater();
  }

  #clear(): void {
    if (!this.#run || this.#drawn) this.#takePicture();
    // Taken or not, there will be none later.
    this.#forgetPicture?.();
    this.#forgetPicture = null;
    this.#options.scene.clear();
    this.#options.scene.takeChanges();
    this.#run = 0;
    this.#place = null;
    this.#drawn = this.#pending = false;
    this.#send = null;
  }
}
