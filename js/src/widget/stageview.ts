// The view of a stage: what stands under a cell that has drawn. It holds the frame while that is shown there, and hides
// the snapshot, an output of its own, meanwhile.
import type { Model } from "./model.ts";
import { addSlot } from "./slot.ts";

/** anywidget's `render`: fills `el` and returns the clean-up. */
export function renderStage({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const hidden = document.createElement("style");
  const { view, remove } = addSlot({
    model,
    el,
    onWhere(where) {
      const snapshot = `.pyscript-snapshot-${view.id}`;
      // While the environment lives, this view says how to see it: the picture's own line would say otherwise.
      const over = where === "here" ? `.jp-OutputArea-child:has(${snapshot}), ${snapshot}` : `${snapshot} .pyscript-snapshot-line`;
      hidden.textContent = `${over} { display: none; }`;
      hidden.disabled = !["here", "away", "dock", "page"].includes(where);
    },
  });
  el.append(hidden);
  return () => {
    remove();
    hidden.remove();
  };
}
