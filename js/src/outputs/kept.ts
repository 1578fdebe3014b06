// Where the output of earlier cells goes: a task goes on when its cell is over, and what it writes belongs to that cell.
import { Batcher, type BatcherOptions } from "./batcher.ts";

/** How many cells are kept. What tasks of older ones write belongs to the last cell. */
export const MAX_KEPT = 100;

interface Cell {
  run: number;
  maxBytes: number;
  maxLines: number;
  /** Made when it is first needed: few cells have tasks that go on. */
  batcher: Batcher | null;
}

/** A batcher for each of the last cells, whose run the messages have. */
export class Kept {
  readonly #options: BatcherOptions;
  readonly #cells = new Map<number, Cell>();

  constructor(options: BatcherOptions) {
    this.#options = options;
  }

  /** A cell begins. What it writes later is sent under its run, within the limits (0 for none). */
  begin(cell: number, run: number, maxBytes = 0, maxLines = 0): void {
    this.#cells.set(cell, { run, maxBytes, maxLines, batcher: null });
    for (const [oldest, { batcher }] of this.#cells) {
      if (this.#cells.size <= MAX_KEPT) break;
      batcher?.end();
      this.#cells.delete(oldest);
    }
  }

  /** What takes the output of a cell; null for one that is not kept. */
  of(cell: number): Batcher | null {
    const kept = this.#cells.get(cell);
    if (!kept) return null;
    if (!kept.batcher) {
      kept.batcher = new Batcher(this.#options);
      kept.batcher.begin(kept.run, kept.maxBytes, kept.maxLines);
    }
    return kept.batcher;
  }

  /** Keep none. */
  clear(): void {
    for (const { batcher } of this.#cells.values()) batcher?.end();
    this.#cells.clear();
  }
}
