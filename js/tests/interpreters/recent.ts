// What a cell finds of those before it: `_`, `Out`, `In` and the like, in every Python alike.
import { beforeEach, describe, expect, it } from "vitest";
import type { Cells } from "./cells.ts";

export function recent(name: string, cells: Cells): void {
  const text = async (code: string) => {
    const { failure, text } = await cells.run(code, "<no cell>");
    expect(failure).toBeNull();
    return text;
  };

  describe(`the results of earlier cells in ${name}`, () => {
    beforeEach(() => cells.run("get_ipython().run_line_magic('reset', '-f')", "<no cell>"));

    it("are _, __ and ___, and have their numbers", async () => {
      expect(await text("_, __, ___, Out")).toBe("('', '', '', {})");
      for (const [number, code] of ["11", "12", "None", "13;", "x = 14", "import asyncio\nawait asyncio.sleep(0)\n15"].entries()) {
        await cells.run(code, `Cell In[${number + 1}]`);
      }
      expect(await text("_, __, ___, _1, _2, _6")).toBe("(15, 12, 11, 11, 12, 15)");
      expect(await text("sorted(Out.items())")).toBe("[(1, 11), (2, 12), (6, 15)]");
      await cells.run("Out", "Cell In[7]");
      expect(await text("_, 7 in Out")).toBe("(15, False)");
      await cells.run("[In, Out]", "Cell In[8]");
      expect(await text("_, Out")).toBe("(15, {1: 11, 2: 12, 6: 15})");
    });

    it("leave the user's own _ alone, until it is deleted", async () => {
      await cells.run("1", "Cell In[1]");
      await cells.run("_ = 'mine'", "Cell In[2]");
      await cells.run("3", "Cell In[3]");
      expect(await text("_, __, _3")).toBe("('mine', '', 3)");
      await cells.run("del _, __, ___", "Cell In[4]");
      await cells.run("5", "Cell In[5]");
      expect(await text("_, __, ___")).toBe("(5, 3, 1)");
    });

    it.runIf(name === "Pyodide")("leave the _ of gettext alone", async () => {
      await text("import builtins\nbuiltins._ = str\ndel _");
      await cells.run("1", "Cell In[1]");
      expect(await text("_ is str, _1")).toBe("(True, 1)");
      await text("del builtins._");
    });

    it("are a thousand at most", async () => {
      await text("import _pyscript_recent as part\nkept = part.CACHE_SIZE, part._CULLED\npart.CACHE_SIZE, part._CULLED = 5, 2");
      for (let number = 1; number <= 7; number++) await cells.run(String(number), `Cell In[${number}]`);
      expect(await text("sorted(Out), [n for n in range(1, 8) if '_{}'.format(n) in globals()]")).toBe(
        "([3, 4, 5, 6, 7], [3, 4, 5, 6, 7])",
      );
      expect(await text("In, '_i2' in globals(), _i3")).toBe("(['', '', '', '3', '4', '5', '6', '7'], False, '3')");
      await text("part.CACHE_SIZE, part._CULLED = kept");
    });

    it("are forgotten by %reset, and are no names of the user's", async () => {
      await cells.run("mine = 1\n2", "Cell In[1]");
      expect((await cells.run("get_ipython().run_line_magic('who', '')", "<no cell>")).stdout).toBe("mine\n");
      await text("get_ipython().run_line_magic('reset', '-f')");
      expect(await text("_, Out, In, _i, [n for n in ('_1', '_i1', 'mine') if n in globals()]")).toBe("('', {}, [''], '', [])");
    });
  });

  describe(`the code of earlier cells in ${name}`, () => {
    beforeEach(() => cells.run("get_ipython().run_line_magic('reset', '-f')", "<no cell>"));

    it("is _i, _ii and _iii, and has its number", async () => {
      await cells.run("\na = 1\n", "Cell In[1]");
      await cells.run("raise ValueError", "Cell In[2]");
      expect((await cells.run("_i, _ii, _iii, In[-1]", "Cell In[4]")).text).toBe("('raise ValueError', 'a = 1', '', '_i, _ii, _iii, In[-1]')");
      expect(await text("_i1, In[2:4], len(In)")).toBe("('a = 1', ['raise ValueError', ''], 5)");
    });
  });
}
