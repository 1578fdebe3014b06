// The page of a browser that a kernel has started for itself: it holds the kernel's room, and shows nothing.
import { start } from "./index.ts";

const room = JSON.parse(document.getElementById("room")?.textContent ?? "null") as string;
const assets = new URL(".", import.meta.url).pathname.slice(1).replace(/\/$/, "");
start({
  room,
  assets,
  baseUrl: `${location.origin}/`,
  token: "",
  notebook: () => "",
  signal: new AbortController().signal,
  onProblem: (message) => console.error(`pyscript_jupyter: ${message}`),
});
