// A configuration applied to a real interpreter: the same for both Pythons.
import { gzipSync, strToU8, zipSync } from "fflate";
import { createTar } from "nanotar";
import { describe, expect, it, vi } from "vitest";
import { configure } from "../../src/interpreters/configure.ts";
import type { Config } from "../../src/protocol/messages.ts";
import type { Cells } from "./cells.ts";

const bytes = (text: string) => strToU8(text);

/** A wheel of Python alone, with a package and a package in it. */
export function wheel(name: string): Uint8Array<ArrayBuffer> {
  const info = `${name}-1.0.dist-info`;
  return zipSync({
    [`${name}/__init__.py`]: bytes(`from .deep.er import answer\nname = "${name}"\n`),
    [`${name}/deep/__init__.py`]: bytes(""),
    [`${name}/deep/er.py`]: bytes("answer = 42\n"),
    [`${info}/METADATA`]: bytes(`Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`),
    [`${info}/WHEEL`]: bytes("Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
    [`${info}/RECORD`]: bytes(""),
  });
}

export function configuring(name: string, cells: Cells): void {
  const apply = (config: Config) => configure(cells.adapter, config, () => undefined);
  const refused = async (config: Config) => apply(config).then(() => "", (error: unknown) => String(error));

  describe(`a configuration in ${name}`, () => {
    it("puts files where they are to go, with their folders", async () => {
      await apply({
        files: [
          { source: "/nb/data.csv", path: "data.csv", data: bytes("a,b\n") },
          { source: "/nb/mod.py", path: "some/folder/mod.py", data: bytes("x = 7\n") },
          { source: "/nb/other.txt", path: "/elsewhere/deep/other.txt", data: bytes("o") },
        ],
      });
      const { text, failure } = await cells.run(
        "import sys\nsys.path.append('some/folder')\nimport mod\n" +
          "open('data.csv').read(), mod.x, open('/elsewhere/deep/other.txt').read()",
      );
      expect(failure).toBeNull();
      expect(text).toBe("('a,b\\n', 7, 'o')");
    });

    it("fetches what is named by URL, and says what did not load", async () => {
      await apply({ files: [{ source: "data:text/plain,fetched", path: "fetched.txt" }] });
      expect((await cells.run("open('fetched.txt').read()")).text).toBe("'fetched'");
      vi.stubGlobal("fetch", () => Promise.resolve(new Response("", { status: 404, statusText: "Not Found" })));
      expect(await refused({ files: [{ source: "https://e.org/a.csv", path: "a.csv" }] })).toBe(
        "ConfigError: `files`: https://e.org/a.csv did not load: its server answered with status 404 Not Found, 200 was wanted.",
      );
      vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
      expect(await refused({ packages: [{ source: "https://e.org/a-1-py3-none-any.whl", filename: "a-1-py3-none-any.whl" }] }))
        .toMatch(/`packages`: https:\/\/e.org\/a-1-py3-none-any.whl did not load: Failed to fetch. .*CORS/);
      vi.unstubAllGlobals();
    });

    it("unpacks zip and tar archives, folders in folders included", async () => {
      const zip = zipSync({ "a.txt": bytes("za"), "one/two/b.txt": bytes("zb"), "one/": new Uint8Array() });
      const tar = createTar([{ name: "./a.txt", data: "ta" }, { name: "one/two/b.txt", data: "tb" }]);
      await apply({
        files: [
          { source: "/nb/a.zip", path: "./zipped/", format: "zip", data: zip },
          { source: "/nb/a.tgz", path: "/tarred/", format: "tar.gz", data: gzipSync(tar) },
          { source: "/nb/a.tar", path: "./", format: "tar", data: tar as Uint8Array<ArrayBuffer> },
        ],
      });
      const names = ["zipped/a.txt", "zipped/one/two/b.txt", "/tarred/a.txt", "/tarred/one/two/b.txt", "a.txt", "one/two/b.txt"];
      const { text } = await cells.run(`''.join(open(n).read() for n in ${JSON.stringify(names)})`);
      expect(text).toBe("'zazbtatbtatb'");
    });

    it("says which archive is none", async () => {
      const broken = { source: "/nb/b.zip", path: "./b/", format: "zip", data: bytes("no zip") } as const;
      expect(await refused({ files: [broken] })).toMatch(/^ConfigError: `files`: \/nb\/b.zip could not be put at .\/b\/: ./);
    });

    it("installs wheels, from the kernel's bytes and from the interpreter's own files", async () => {
      const told: string[] = [];
      await configure(
        cells.adapter,
        {
          files: [{ source: "/nb/second.whl", path: "/wheels/second-1.0-py3-none-any.whl", data: wheel("second") }],
          packages: [
            { source: "first", filename: "first-1.0-py3-none-any.whl", data: wheel("first") },
            { source: "emfs:/wheels/second-1.0-py3-none-any.whl", filename: "second-1.0-py3-none-any.whl" },
          ],
        },
        (detail, loaded, total) => told.push(`${detail} ${loaded}/${total}`),
      );
      const { text, failure } = await cells.run(
        "import first, second\nfirst.answer, second.name",
      );
      expect(failure).toBeNull();
      expect(text).toBe("(42, 'second')");
      expect(told).toEqual(["second.whl 1/3", "first 1.0 2/3", "second 1.0 3/3"]);
    });

    it("says which wheel could not be installed", async () => {
      const filename = "broken-1.0-py3-none-any.whl";
      expect(await refused({ packages: [{ source: filename, filename, data: bytes("no wheel") }] })).toMatch(
        /^ConfigError: `packages`: broken-1.0-py3-none-any.whl could not be installed: ./,
      );
      expect(await refused({ packages: [{ source: "emfs:/none.whl", filename }] })).toMatch(
        /^ConfigError: `packages`: emfs:\/none.whl could not be installed: ./,
      );
    });

    it("runs the code of hooks around each cell, and fails the cell where they fail", async () => {
      const hooks = { worker: { codeBeforeRun: "before = globals().get('before', 0) + 1", codeAfterRunAsync: "after = before" } };
      await apply({ user: { hooks } });
      expect((await cells.run("before, globals().get('after')")).text).toBe("(1, None)");
      expect((await cells.run("before, after")).text).toBe("(2, 1)");
      await apply({ user: { hooks: { worker: { codeBeforeRun: "1 / 0" } } } });
      const { failure } = await cells.run("'never'");
      expect(failure).toMatchObject({ name: "ZeroDivisionError" });
      expect(failure!.frames).toEqual([{ file: "<codeBeforeRun>", line: 1, name: "<module>" }]);
      Reflect.deleteProperty(cells.adapter, "run");
    });

    it("calls the hooks of plugins with the interpreter", async () => {
      const calls: string[] = [];
      Object.assign(globalThis, { noteHook: (text: string) => calls.push(text) });
      const plugin = `export const hooks = {worker: {
        onReady: ({type, config, run}) => { run("from_plugin = 5"); noteHook(type + " " + config.name); },
        onBeforeRun: async ({runAsync}) => { await runAsync("from_plugin += 1"); noteHook("before"); },
        onAfterRun: () => noteHook("never, there is another form"),
        onAfterRunAsync: () => noteHook("after"),
        codeBeforeRun: () => "from_plugin += 10",
      }}`;
      await apply({ user: { name: "mine" }, plugins: [{ source: `data:text/javascript,${encodeURIComponent(plugin)}` }] });
      expect((await cells.run("from_plugin")).text).toBe("16");
      expect(calls).toEqual([`${cells.adapter.system.type} mine`, "before", "after"]);
      Reflect.deleteProperty(cells.adapter, "run");
    });

    it("fails the cell, and not the interpreter, where a plugin's hook throws", async () => {
      const plugin = "export const hooks = {worker: {onBeforeRun() { throw new Error('oh no'); }}}";
      await apply({ plugins: [{ source: `data:text/javascript,${encodeURIComponent(plugin)}` }] });
      expect((await cells.run("1")).failure).toMatchObject({
        kind: "code",
        name: "HookError",
        message: "a hook before the cell failed: oh no",
      });
      Reflect.deleteProperty(cells.adapter, "run");
    });

    it("refuses plugins that are none, or whose hooks are none", async () => {
      const plugin = (text: string) => refused({ plugins: [{ source: `data:text/javascript,${encodeURIComponent(text)}` }] });
      expect(await plugin("export const hook = {}")).toContain("exports no `hooks`");
      expect(await plugin("export const hooks = {worker: {onRedy() {}}}")).toContain('there is no hook "onRedy". There are: onReady');
      expect(await plugin("export const hooks = {worker: {onReady: 'x'}}")).toContain("must be a function, and it is a string");
      expect(await plugin("export const hooks = {worker: {onReady() { throw new Error('no') }}}")).toContain("onReady failed: no.");
      expect(await plugin("syntax error")).toContain("did not load");
    });
  });
}
