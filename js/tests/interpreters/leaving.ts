// `exit` and `quit`, in every Python alike: the kernel is asked, and says no where it is not the cell's own.
import { beforeEach, describe, expect, it } from "vitest";
import { failure } from "../../src/interpreters/adapter.ts";
import type { Cells } from "./cells.ts";

const LEAVES = ["exit", ""];
const STAYS = ["exit", "stay"];

export function leaving(name: string, cells: Cells): void {
  describe(`exit in ${name}`, () => {
    beforeEach(() => {
      cells.asked = [];
      cells.replies = [{ value: "", failure: null }];
    });

    it.each([
      ["in a branch, and the cell goes on", "if True:\n    exit()\n6 * 7", LEAVES, "42"],
      ["in a function", "def f():\n    quit()\nf()", LEAVES, null],
      ["in a cell that awaits", "import asyncio\nawait asyncio.sleep(0)\nquit(False)\n1", LEAVES, "1"],
      ["and only the client leaves", "exit(True)", STAYS, null],
      ["and only the client leaves, by name", "quit(keep_kernel=1)", STAYS, null],
      ["without brackets at the end", "x = 1\nexit", LEAVES, null],
      ["without brackets at the end of a cell that awaits", "import asyncio\nawait asyncio.sleep(0)\nquit", LEAVES, null],
    ])("is asked for %s", async (_, code, asked, text) => {
      const ran = await cells.run(code);
      expect(ran.failure).toBeNull();
      expect(ran.text).toBe(text);
      expect(cells.asked).toEqual([asked]);
    });

    it("is the user's own where they have one, until they delete it", async () => {
      expect((await cells.run("def exit(): return 'mine'\nexit()")).text).toBe("'mine'");
      expect((await cells.run("from sys import exit as quit\nquit(3)")).failure!.name).toBe("SystemExit");
      expect(cells.asked).toEqual([]);
      await cells.run("del exit, quit\nexit()");
      expect(cells.asked).toEqual([LEAVES]);
    });

    it.each(["x = 1\nexit()\nx = 2", "x = 1\nexit"])("stops the cell where the kernel says why it goes on: %j", async (code) => {
      cells.replies = [{ value: null, failure: failure("code", "NotImplementedError", "not here") }];
      const ran = await cells.run(code, "Cell In[3]");
      expect(ran.failure).toMatchObject({ name: "NotImplementedError", message: "not here" });
      expect((await cells.run("x")).text).toBe("1");
    });

    it("is completed", async () => {
      expect((await cells.complete("exi")).matches).toEqual(["exit"]);
      expect((await cells.complete("qui")).matches).toEqual(["quit"]);
    });
  });
}
