// The bottom of a notebook, where a frame is shown that cannot be moved into an output: the frame stays where it is in
// the document, and only its position on the screen follows the notebook.

/** How much of the notebook's height a docked frame takes at most. */
const TALLEST = 0.4;

const BAR = 26;

const STYLE = `position:fixed;box-sizing:border-box;display:flex;align-items:center;justify-content:space-between;height:${BAR}px;
  padding:0 .6em;z-index:100;border-top:1px solid var(--jp-border-color1,GrayText);color:var(--jp-ui-font-color1,CanvasText);
  background:var(--jp-layout-color2,Canvas);font:var(--jp-ui-font-size1,13px)/1.4 var(--jp-ui-font-family,system-ui,sans-serif)`;

export class Dock {
  readonly #notebook: Element;
  readonly #dress: (style: string) => void;
  readonly #bar: HTMLElement;
  readonly #observer: ResizeObserver;
  #height = 0;

  /** Dock at the notebook that holds `view`. `dress` takes the frame's style. */
  constructor(view: HTMLElement, title: string, onClose: () => void, dress: (style: string) => void) {
    this.#notebook = view.closest(".jp-NotebookPanel") ?? document.body;
    this.#dress = dress;
    const bar = document.createElement("div");
    bar.style.cssText = STYLE;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "pyscript-button";
    close.textContent = "Hide";
    close.addEventListener("click", onClose);
    bar.append(title, close);
    document.body.append(bar);
    this.#bar = bar;
    // A notebook in a tab that is not in front has no size.
    this.#observer = new ResizeObserver(() => this.#place());
    this.#observer.observe(this.#notebook);
  }

  /** Take in how high the content is, in CSS pixels. */
  fit(height: number): void {
    this.#height = height;
    this.#place();
  }

  remove(): void {
    this.#observer.disconnect();
    this.#bar.remove();
  }

  #place(): void {
    const { left, bottom, width, height } = this.#notebook.getBoundingClientRect();
    const tall = Math.min(this.#height, height * TALLEST);
    const across = `left:${left}px;width:${width}px`;
    this.#bar.style.cssText = `${STYLE};${across};top:${bottom - tall - BAR}px${width ? "" : ";display:none"}`;
    const shown = width ? "" : ";visibility:hidden";
    this.#dress(
      `position:fixed;${across};top:${bottom - tall}px;height:${tall}px;border:0;z-index:100;` +
        `background:var(--jp-layout-color0,Canvas)${shown}`,
    );
  }
}
