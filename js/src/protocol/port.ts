// What a frame and its worker say to one another, over a MessagePort of ours beside PolyScript's own channel.
import type { MailboxAddress } from "./mailbox.ts";
import type { Ask, CommMessage, ConfigPackage, Failure, Options, Run, Stream, WorkerEvent } from "./messages.ts";

export type StreamName = Stream["name"];
export type AskKind = Ask["kind"];

/** A MIME bundle. */
export interface Bundle {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
}

/** What `display()` shows. */
export interface Shown extends Bundle {
  /** By what an update finds it again. */
  display_id?: string;
  /** It takes the place of what has this id. */
  update?: boolean;
}

/** Start the interpreter. The first message. */
export interface Boot {
  type: "boot";
  interpreter: string;
  /** The absolute URL of the interpreter's entry module; where `files` has it, its path there. */
  entry: string;
  /** The interpreter's files by their paths in the manifest, where they came with the page and not from a server. */
  files?: Record<string, Blob>;
  options: Options;
  /** Whether `materials` come after this, which the start may wait for. */
  materials: boolean;
  /** Where interrupts and answers are signalled, where SharedArrayBuffer is there: see signals.ts. */
  signals: SharedArrayBuffer | null;
  /** Output comes also while no cell runs, under the run 0, and is not held for the next one. */
  background?: boolean;
}

/** What an interpreter starts sooner from. The frame keeps it for the next start. */
export interface Materials {
  /** The interpreter's WebAssembly, compiled; null where it did not compile, and the interpreter loads its own. */
  wasm: WebAssembly.Module | null;
  /** The memory of an interpreter that has started, as the build packed it. */
  snapshot: ArrayBuffer | null;
  /** Why there is no snapshot, where there should be one. */
  trouble: string | null;
}

/** Comes once after `boot`, when the materials are there. */
export interface MaterialsCame extends Materials {
  type: "materials";
}

export interface RunCell {
  type: "run";
  run: number;
  code: string;
  filename: string;
  maxBytes: number;
  maxLines: number;
  /** Where to look while no message is heard, as long as the connection lasts that the run came by. */
  mailbox: MailboxAddress | null;
  /** What is to be done where it is not to run `code` as a cell: see `Run` in messages.ts. */
  task?: Run["task"];
  cursor?: number;
  detail?: Run["detail"];
  comm?: CommMessage | null;
  packages?: ConfigPackage[];
}

/** Heard only while the running cell awaits something: a cell that computes is reached through the signals. */
export interface InterruptCell {
  type: "interrupt";
  run: number;
}

export type ToWorker = Boot | MaterialsCame | RunCell | InterruptCell;

/**
 * What comes from beside the cells: see frame/beside.ts. A worker of the name "" is the environment itself. `of` is the run
 * of an earlier cell, whose task it comes from.
 */
export type FromBeside =
  | { type: "written"; of?: number; name: StreamName; text: string }
  | { type: "shown"; of?: number; bundle: Shown }
  | { type: "cleared"; of?: number; wait: boolean }
  | { type: "posted"; worker: string; data: unknown }
  | { type: "worker"; worker: string; kind: Exclude<WorkerEvent["kind"], "message">; failure: Failure | null };

export type FromWorker =
  | FromBeside
  | { type: "booted"; topLevelAwait: boolean; interruptible: boolean; window: boolean }
  | { type: "boot-failed"; failure: Failure }
  /** Something that the user is to know, under the next cell. */
  | { type: "notice"; text: string }
  | { type: "installing"; detail: string; loaded: number; total: number }
  | { type: "stream"; run: number; name: StreamName; text: string }
  | ({ type: "display"; run: number } & Shown)
  | ({ type: "result"; run: number } & Bundle)
  /** What the run has shown so far is to go. */
  | { type: "clear"; run: number; wait: boolean }
  /** A comm message of the interpreter's, with the run 0 where none goes on. */
  | { type: "comm"; run: number; comm: CommMessage }
  /** The cell waits for an answer; the number goes back with it. */
  | { type: "ask"; run: number; ask: number; kind: AskKind; prompt: string }
  /** Of the stage, which stands between the two: the run has drawn into the frame's document. */
  | { type: "drawn"; run: number }
  /** Of the stage, also between runs: how the document looks that is shown under the cell of a run. */
  | { type: "snapshot"; run: number; svg: string; width: number; height: number; text: string }
  | {
      type: "done";
      run: number;
      seconds: number;
      failure: Failure | null;
      /** The interpreter itself broke: it cannot run another cell. */
      broken: boolean;
    };
