// What the bootstrap imports from the server: `start`, once a room and page however often it is called.
import type { StartOptions } from "./model.ts";
import { holdRoom } from "./room.ts";

interface Held {
  life: AbortController;
  holders: number;
}

// On the page's own global, because two notebooks, or two versions of this file, may each start a room.
const page = globalThis as { __pyscript_jupyter_rooms__?: Map<string, Held> };
const rooms = (page.__pyscript_jupyter_rooms__ ??= new Map<string, Held>());

/** Hold a room in this page until every caller's signal has ended it, or its kernel has gone. */
export function start({ signal, ...options }: StartOptions): void {
  if (signal.aborted) return;
  const { room } = options;
  let held = rooms.get(room);
  if (!held) {
    const life = new AbortController();
    const made = { life, holders: 0 };
    held = made;
    rooms.set(room, made);
    holdRoom(options, life)
      .catch((error: unknown) => options.onProblem(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        if (rooms.get(room) === made) rooms.delete(room);
      });
  }
  const holding = held;
  holding.holders += 1;
  signal.addEventListener(
    "abort",
    () => {
      holding.holders -= 1;
      if (holding.holders === 0) holding.life.abort();
    },
    { once: true },
  );
}
