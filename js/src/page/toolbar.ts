// What is done to the whole notebook: run, stop, restart, reset, download.
import type { Notebook } from "./notebook.ts";

export class Toolbar {
  readonly element = document.createElement("div");
  readonly #notebook: Notebook;
  readonly #stop: HTMLButtonElement;

  constructor(notebook: Notebook, name: string) {
    this.#notebook = notebook;
    const { element } = this;
    element.className = "toolbar";
    element.setAttribute("role", "toolbar");
    element.setAttribute("aria-label", "Notebook");
    this.#button("Run all", "Run all cells in this page, one after another", () => notebook.runAll());
    this.#stop = this.#button("Stop", "Stop the cell that runs", () => notebook.onStop());
    this.#button("Restart", "Start Python anew: what the cells have defined is lost", () => notebook.restart());
    this.#button("Reset", "Show everything as it was saved: your changes are lost", () => void notebook.reset());
    this.#button("Download", "Save the notebook as it is now, as an .ipynb file", () => this.#download(name));
    this.update();
  }

  update(): void {
    this.#stop.disabled = !this.#notebook.busy;
  }

  #button(text: string, title: string, onClick: () => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.title = title;
    button.addEventListener("click", onClick);
    this.element.append(button);
    return button;
  }

  #download(name: string): void {
    const text = `${JSON.stringify(this.#notebook.toJson(), null, 1)}\n`;
    const url = URL.createObjectURL(new Blob([text], { type: "application/x-ipynb+json" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = `${name}.ipynb`;
    link.click();
    // A browser may begin to read it only when the reader has said where it is to go.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }
}
