// The registry: which adapter starts which interpreter. The names are the catalogue's.
import type { Start } from "./adapter.ts";
import { MicroPythonAdapter } from "./micropython.ts";
import { PyodideAdapter } from "./pyodide.ts";

export const adapters: ReadonlyMap<string, Start> = new Map<string, Start>([
  ["micropython", MicroPythonAdapter.start],
  ["pyodide", PyodideAdapter.start],
]);
