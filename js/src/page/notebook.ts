// The notebook: its cells take turns, as they do with a kernel, and it can be had back as it is now.
import { Cell, type CellData, type CellListener } from "./cell.ts";
import type { Environment, Sink } from "./environment.ts";
import type { Output, Places } from "./outputs.ts";

/** A notebook as nbformat has it, as far as the page changes it. */
export interface NotebookJson {
  cells: { cell_type: string; source: string | string[]; outputs?: Output[]; execution_count?: number | null }[];
  [other: string]: unknown;
}

export interface NotebookOptions {
  json: NotebookJson;
  cells: CellData[];
  /** The section of a cell, by its place in the notebook. */
  section: (index: number) => HTMLElement | null;
  environment: (cell: CellData, onProgress: (sentence: string) => void) => Environment;
  /** Told that something has changed: a source, an output, what runs. */
  onChange: () => void;
}

export class Notebook implements CellListener {
  readonly cells: Cell[];
  readonly #options: NotebookOptions;
  readonly #environments = new Map<string, Environment>();
  readonly #places: Places = new Map();
  #queue: Cell[] = [];
  #running: Cell | null = null;
  /** Settles when nothing runs. */
  #over = Promise.resolve();
  #count = 0;

  constructor(options: NotebookOptions) {
    this.#options = options;
    this.cells = options.cells.flatMap((data) => {
      const section = options.section(data.index);
      return section ? [new Cell(section, data, data.index + 1, this.#places, this)] : [];
    });
  }

  get busy(): boolean {
    return this.#running !== null;
  }

  onRun = (cell: Cell, on: boolean): void => {
    this.#enqueue([cell]);
    if (on) this.cells[this.cells.indexOf(cell) + 1]?.focus();
  };

  onStop = (): void => {
    for (const cell of this.#queue.splice(0)) cell.setState("idle");
    const { data } = this.#running ?? {};
    if (data) this.#environments.get(data.environment)?.interrupt();
  };

  onChange = (): void => this.#options.onChange();

  runAll(): void {
    this.#enqueue(this.cells);
  }

  /** End all environments, and with them what they have. */
  restart(): void {
    this.onStop();
    for (const environment of this.#environments.values()) environment.close();
    this.#environments.clear();
    this.#count = 0;
  }

  /** Make everything as it was saved, when the cell that runs has been stopped and has said so. */
  async reset(): Promise<void> {
    this.restart();
    await this.#over;
    for (const cell of this.cells) cell.restore();
    this.#options.onChange();
  }

  /** The notebook as it is now. */
  toJson(): NotebookJson {
    const json = structuredClone(this.#options.json);
    for (const cell of this.cells) {
      const own = json.cells[cell.data.index];
      if (!own) continue;
      if (cell.source !== cell.data.source) own.source = cell.source;
      if (cell.fresh) {
        own.outputs = cell.fresh;
        own.execution_count = cell.count;
      }
    }
    return json;
  }

  #enqueue(cells: Cell[]): void {
    for (const cell of cells) {
      if (this.#queue.includes(cell) || this.#running === cell) continue;
      cell.setState("waiting");
      this.#queue.push(cell);
    }
    if (!this.#running) this.#over = this.#runQueue();
  }

  async #runQueue(): Promise<void> {
    for (;;) {
      const cell = this.#queue.shift();
      if (!cell) break;
      this.#running = cell;
      this.#options.onChange();
      const good = await this.#run(cell);
      // As in Jupyter: what was to run after it counts on it.
      if (!good) for (const other of this.#queue.splice(0)) other.setState("idle");
    }
    this.#running = null;
    this.#options.onChange();
  }

  async #run(cell: Cell): Promise<boolean> {
    const { data, outputs } = cell;
    let environment = this.#environments.get(data.environment);
    if (!environment) {
      environment = this.#options.environment(data, (sentence) => this.#running?.setProgress(sentence));
      this.#environments.set(data.environment, environment);
    }
    const count = (this.#count += 1);
    cell.begin();
    cell.count = count;
    cell.setState("running");
    const sink: Sink = {
      stream: (name, text) => outputs.stream(name, text),
      display: (shown) => outputs.display(shown),
      result: (bundle) => outputs.result(bundle, count),
      clear: (wait) => outputs.clear(wait),
    };
    const { failure } = await environment.run(cell.code, `<cell ${data.index + 1}>`, sink, data.timeout);
    if (failure) outputs.error(failure);
    cell.setProgress("");
    cell.setState(failure ? "failed" : "done");
    return !failure;
  }
}
