// Takes times inside JupyterLab's page: from the moment of the key press to the moment the wanted text is in the
// document. Nothing of the harness, which talks to the page through another process, is in them.
{
  const panel = () => window.jupyterapp.shell.currentWidget;
  const cell = (index) => panel().content.widgets[index];
  const shown = (index) =>
    [...cell(index).node.querySelectorAll(".jp-OutputArea-output")].map((each) => each.textContent).join("");
  const isDone = (index) => /\d/.test(cell(index).node.querySelector(".jp-InputArea-prompt").textContent);

  const conditions = {
    /** The cell shows this line, whether or not it is done. */
    line: (index, text) => shown(index).split("\n").includes(text),
    /** The cell is done, and this text is all that it shows. */
    all: (index, text) => isDone(index) && shown(index) === text,
  };

  const press = () =>
    new Promise((resolve) => {
      const take = (event) => {
        if (event.key !== "Enter" || !event.shiftKey) return;
        window.removeEventListener("keydown", take, true);
        resolve(event.timeStamp);
      };
      window.addEventListener("keydown", take, true);
    });

  window.stopwatch = {
    /** Choose a cell with no output, and wait for Shift+Enter. */
    async arm(index, condition, text) {
      const { content } = panel();
      content.activeCellIndex = index;
      content.mode = "command";
      content.activate();
      cell(index).model.outputs.clear();
      cell(index).node.scrollIntoView({ block: "nearest" });
      await this.rest();
      const met = new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          if (!conditions[condition](index, text)) return;
          observer.disconnect();
          resolve(performance.now());
        });
        observer.observe(cell(index).node, { childList: true, characterData: true, subtree: true });
      });
      this.time = Promise.all([press(), met]).then(([pressed, seen]) => seen - pressed);
    },

    /** Take a cell's output away, so that no cell is measured below a long one. */
    async clear(index) {
      cell(index).model.outputs.clear();
      await this.rest();
    },

    /** The longest time between two turns of a timer, in this many milliseconds. */
    async gap(milliseconds) {
      const began = performance.now();
      let longest = 0;
      for (let last = began; last - began < milliseconds; ) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
      }
      return longest;
    },

    /** Restart the kernel, without the question that the menu asks. */
    async restart() {
      await panel().sessionContext.session.kernel.restart();
    },

    /** Let the page draw and finish what it has put off. */
    async rest() {
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      await new Promise((resolve) => requestIdleCallback(resolve, { timeout: 1000 }));
    },
  };
}
