// The views of this page that can hold an environment's frame: one under each cell that has drawn, and each card.
//
// A view is made by the bootstrap, which knows no room; a room has the frame, and knows from its kernel which views are
// of its environments. They meet on the page's own global, because each widget has its own copy of the bootstrap.

/**
 * Where a view's frame is: `here`; `away`, in another view of the page or out of sight; `dock`, below the notebook, with
 * no view to be moved into; `page`, in another page; `nowhere`, as nothing is drawn. `unknown`: no room knows the view.
 */
export type Where = "here" | "away" | "dock" | "page" | "nowhere" | "unknown";

/** What happens to a view: it is put into the document or about to be taken out, or a button of it is pressed. */
export type ViewEvent = "attached" | "detaching" | "wanted" | "interrupt" | "restart";

export interface View {
  /** The id of its widget's model. Another view may have the same. */
  readonly id: string;
  /** Where the frame goes. */
  readonly place: HTMLElement;
  /** It is in the document, and will tell before it is taken out: a frame that is taken out is lost. */
  attached: boolean;
  show: (where: Where) => void;
}

export type Listener = (view: View, event: ViewEvent) => void;

interface Registry {
  views: Set<View>;
  listeners: Set<Listener>;
}

const page = globalThis as { __pyscript_jupyter_views__?: Registry };

function registry(): Registry {
  return (page.__pyscript_jupyter_views__ ??= { views: new Set(), listeners: new Set() });
}

/** The views that are there, oldest first. */
export function views(): View[] {
  return [...registry().views];
}

/** Hear what happens to any view, until the signal ends it. */
export function listen(listener: Listener, signal: AbortSignal): void {
  registry().listeners.add(listener);
  signal.addEventListener("abort", () => registry().listeners.delete(listener), { once: true });
}

/** Tell every room what happens to a view. One that is attached becomes the newest. */
export function tell(view: View, event: ViewEvent): void {
  const { views, listeners } = registry();
  if (event === "attached" || event === "detaching") {
    views.delete(view);
    view.attached = event === "attached";
    if (view.attached) views.add(view);
  }
  for (const listener of listeners) listener(view, event);
}
