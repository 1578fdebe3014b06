// The MicroPython adapter and its Python helpers, with the real interpreter.
// @ts-expect-error -- the package ships no types
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { beforeAll, describe, expect, it } from "vitest";
import { MicroPythonAdapter, type MicroPython } from "../../src/interpreters/micropython.ts";
import type { Wrap } from "../../src/interpreters/polyscript.ts";
import { bothPythons } from "./both.ts";
import { Cells } from "./cells.ts";

const cells = new Cells();

beforeAll(async () => {
  // As PolyScript does it: a map whose members are replaced later.
  const io: Wrap<MicroPython>["io"] = { stdout: () => undefined, stderr: () => undefined };
  const load = loadMicroPython as (options: object) => Promise<MicroPython>;
  const interpreter = await load({
    linebuffer: false,
    stdout: (bytes: Uint8Array) => io.stdout(bytes),
    stderr: (bytes: Uint8Array) => io.stderr(bytes),
  });
  cells.adapter = new MicroPythonAdapter({ interpreter, io }, "1.27.0", cells.host);
});

bothPythons("MicroPython", cells);

describe("MicroPython", () => {
  it("is a fresh interpreter: only the helpers have run", async () => {
    expect((await cells.run("import sys\nsys.implementation.name")).text).toBe("'micropython'");
  });
});
