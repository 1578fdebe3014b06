// The real MicroPython under Node, in the adapter. One a test file: two in one realm spoil each other.
// @ts-expect-error -- the package ships no types
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { watchInvokes } from "../../src/interpreters/invoke.ts";
import { Look, MicroPythonAdapter, type MicroPython } from "../../src/interpreters/micropython.ts";
import type { Wrap } from "../../src/interpreters/polyscript.ts";
import { type Cells, POLYSCRIPT } from "./cells.ts";

export async function startMicroPython(cells: Cells): Promise<void> {
  // As PolyScript does it: a map whose members are replaced later.
  const io: Wrap<MicroPython>["io"] = { stdout: () => undefined, stderr: () => undefined };
  const load = loadMicroPython as (options: object) => Promise<MicroPython>;
  const look = new Look();
  const options = {
    linebuffer: false,
    stdout: (bytes: Uint8Array) => io.stdout(bytes),
    stderr: (bytes: Uint8Array) => io.stderr(bytes),
  };
  const interpreter = await watchInvokes(
    () => look.call(),
    () => load(options),
  );
  interpreter.registerJsModule("polyscript", POLYSCRIPT);
  cells.adapter = new MicroPythonAdapter({ interpreter, io, window: null }, cells.host, look);
}
