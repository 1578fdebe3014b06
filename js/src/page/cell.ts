// One cell that runs here: its editor, its buttons and its outputs, in the place of what was saved of it.
import { Editor } from "./editor.ts";
import { Outputs, type Output, type Places } from "./outputs.ts";

/** A cell as the page tells of it. */
export interface CellData {
  /** Which of the notebook's cells it is. */
  index: number;
  environment: string;
  interpreter: string;
  /** As the reader edits it: with the magic's line, if it has one. */
  source: string;
  /** What the interpreter gets of it. */
  code: string;
  /** How long it may run, in seconds; 0 for as long as it likes. */
  timeout: number;
  readOnly: boolean;
}

/** A cell's magic, which says where it runs: the interpreter gets an empty line in its place. */
const MAGIC = /^(\s*)%%pyscript(?: .*)?$/m;

export interface CellListener {
  onRun: (cell: Cell, on: boolean) => void;
  onStop: () => void;
  onChange: (cell: Cell) => void;
}

export type CellState = "idle" | "waiting" | "running" | "done" | "failed";

const STATES: Record<CellState, string> = {
  idle: "",
  waiting: "waits for the cells before it",
  running: "is running",
  done: "has run",
  failed: "has failed",
};

export class Cell {
  readonly outputs: Outputs;
  readonly #section: HTMLElement;
  readonly #area: HTMLElement;
  readonly #saved: Node[];
  readonly #editor: Editor;
  readonly #button: HTMLButtonElement;
  readonly #label: HTMLElement;
  readonly #progress: HTMLElement;
  readonly #number: number;
  #state: CellState = "idle";
  #text: string | null = null;
  #live = false;
  /** How often it has run, or null. */
  count: number | null = null;

  constructor(
    section: HTMLElement,
    readonly data: CellData,
    number: number,
    places: Places,
    { onRun, onStop, onChange }: CellListener,
  ) {
    this.#section = section;
    const area = section.querySelector<HTMLElement>(".outputs");
    const source = section.querySelector("pre.source");
    if (!area || !source) throw new Error(`Cell ${number} of this page has no place for its ${area ? "source" : "outputs"}.`);
    this.#area = area;
    this.#saved = [...area.childNodes];
    this.outputs = new Outputs(area, places);
    this.#editor = new Editor({
      label: `Code of cell ${number}`,
      text: data.source,
      readOnly: data.readOnly,
      onChange: (text) => {
        this.#text = text;
        section.classList.toggle("changed", text !== data.source);
        onChange(this);
      },
      onRun: (on) => onRun(this, on),
    });
    source.replaceWith(this.#editor.element);
    this.#button = document.createElement("button");
    this.#button.type = "button";
    this.#button.className = "run";
    this.#button.addEventListener("click", () => (this.#busy ? onStop() : onRun(this, false)));
    this.#label = document.createElement("span");
    this.#label.className = "state";
    this.#progress = document.createElement("span");
    this.#progress.className = "progress";
    const bar = document.createElement("div");
    bar.className = "cell-bar";
    bar.append(this.#button, this.#label, this.#progress);
    this.#editor.element.after(bar);
    area.setAttribute("aria-live", "polite");
    this.#number = number;
    this.setState("idle");
  }

  get #busy(): boolean {
    return this.#state === "running" || this.#state === "waiting";
  }

  /** What its code is now. */
  get source(): string {
    return this.#text ?? this.data.source;
  }

  set source(text: string) {
    this.#editor.replace(text);
  }

  /** What the interpreter gets of that. */
  get code(): string {
    const { source, data } = this;
    if (source === data.source) return data.code;
    return data.code === data.source ? source : source.replace(MAGIC, "$1");
  }

  /** What it shows that was not there when the page was saved; null for nothing. */
  get fresh(): Output[] | null {
    return this.#live ? this.outputs.list : null;
  }

  setState(state: CellState): void {
    this.#state = state;
    const [verb, sign] = this.#busy ? ["Stop", "■"] : ["Run", "▶"];
    this.#button.textContent = `${sign} ${verb}`;
    this.#button.setAttribute("aria-label", `${verb} cell ${this.#number}`);
    this.#section.dataset["state"] = state;
    this.#label.textContent = state === "waiting" ? "waiting" : state === "running" ? "running" : this.#counted();
    this.#section.setAttribute("aria-busy", String(this.#busy));
    this.#button.title = STATES[state] && `Cell ${this.#number} ${STATES[state]}`;
  }

  #counted(): string {
    return this.count === null ? "" : `[${this.count}]`;
  }

  setProgress(sentence: string): void {
    this.#progress.textContent = sentence;
  }

  /** Take away what was saved or shown before: it runs. */
  begin(): void {
    this.#live = true;
    this.outputs.reset();
  }

  /** Show what was saved, as if it had never run. */
  restore(): void {
    this.#live = false;
    this.count = null;
    this.outputs.reset();
    this.#area.replaceChildren(...this.#saved);
    if (this.source !== this.data.source) this.#editor.replace(this.data.source);
    this.#text = null;
    this.#section.classList.remove("changed");
    this.setState("idle");
  }

  focus(): void {
    this.#editor.focus();
    this.#section.scrollIntoView({ block: "nearest" });
  }
}
