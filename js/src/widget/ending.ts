// How a page learns that the kernel behind a widget's model has gone. Nobody tells the model of it: the kernel that
// restarts, crashes or is shut down closes no comm.
import type { Kernel, Model } from "./model.ts";

/** Call back when the kernel restarts, dies, is shut down or changed for another one, until the signal ends it. */
export function onKernelEnd(kernel: Kernel | null | undefined, callback: () => void, signal: AbortSignal): void {
  const onStatus = (_: unknown, status: string) => {
    if (["dead", "restarting", "autorestarting"].includes(status)) callback();
  };
  kernel?.disposed?.connect(callback);
  kernel?.statusChanged?.connect(onStatus);
  signal.addEventListener(
    "abort",
    () => {
      kernel?.disposed?.disconnect(callback);
      kernel?.statusChanged?.disconnect(onStatus);
    },
    { once: true },
  );
}

/** Whether a model comes from a saved notebook, with no kernel that knows it. */
export async function wasStored({ get, widget_manager: manager }: Pick<Model, "get" | "widget_manager">): Promise<boolean> {
  const id = get("_view_id");
  // A kernel's own model may have no id of ours yet.
  if (typeof id !== "string" || !id) return false;
  try {
    return (await manager?.get_model?.(id))?.comm_live === false;
  } catch {
    return false;
  }
}
