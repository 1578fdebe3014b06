// When a view is put into the document, and when it is about to be taken out.
//
// JupyterLab removes outputs without notice: cleared, run again, their cell deleted or their notebook moved. A frame in
// them would be unloaded, and its state lost, before any observer of the document hears of it. But Lumino, of which
// JupyterLab is made, sends each widget `before-detach`, and ipywidgets passes it on to the widget's view.
import type { LuminoView, Model } from "./model.ts";

export interface Attachment {
  onAttached: () => void;
  onDetaching: () => void;
}

/** Follow a view, whose element holds `el`, of the model with this id, until the signal ends it. */
export async function follow(model: Model, id: string, el: HTMLElement, attachment: Attachment, signal: AbortSignal): Promise<void> {
  const full = await model.widget_manager?.get_model?.(id);
  for (const made of Object.values(full?.views ?? {})) {
    // The view that is being made is there when its rendering is over.
    made.then((view) => {
      if (!signal.aborted && view.el?.contains(el)) hook(view, attachment, signal);
    }, () => undefined);
  }
}

function hook(view: LuminoView, { onAttached, onDetaching }: Attachment, signal: AbortSignal): void {
  const original = view.processLuminoMessage;
  if (!original) return;
  view.processLuminoMessage = (message) => {
    if (message.type === "before-detach") onDetaching();
    original.call(view, message);
    if (message.type === "after-attach") onAttached();
  };
  signal.addEventListener("abort", () => (view.processLuminoMessage = original), { once: true });
  if (view.el?.isConnected) onAttached();
}
