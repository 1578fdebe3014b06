// Notices that the machine slept, or that the browser held the page up: a clock that should tick often has jumped.
//
// Connections may be dead then, with nobody to say so: the other end closed them long ago.

/** How often the clock ticks, and how late it has to be to have slept, in milliseconds. */
const TICK = 5000;
const LATE = 15_000;

/** Calls back whenever the clock has jumped. The function that it returns ends it. */
export function onWake(callback: () => void): () => void {
  let last = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    if (now - last > TICK + LATE) callback();
    last = now;
  }, TICK);
  return () => clearInterval(timer);
}
