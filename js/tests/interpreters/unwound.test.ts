// What JavaScript raises in a cell of MicroPython, which cannot catch it: the interpreter is given up, and that is said.
import { beforeAll, expect, it } from "vitest";
import { Cells } from "./cells.ts";
import { startMicroPython } from "./start.ts";

const cells = new Cells();

beforeAll(() => startMicroPython(cells));

it.each([
  ["a cell", "import js\ntry:\n    js.JSON.parse('{')\nexcept Exception:\n    pass"],
  ["a cell that awaits", "import js\njs.JSON.parse('{')\nawait js.Promise.resolve(1)"],
])("an error of JavaScript in %s breaks the interpreter, and says what it was", async (_, code) => {
  await expect(cells.run(code)).rejects.toThrow(/^JavaScript raised SyntaxError: .*, which MicroPython cannot catch\.$/);
});
