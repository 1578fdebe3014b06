// Packages that come while Pyodide runs.
import { describe, expect, it } from "vitest";
import type { ConfigPackage } from "../../src/protocol/messages.ts";
import type { Cells } from "./cells.ts";
import { wheel } from "./configuring.ts";

interface Installed {
  name: string;
  version: string;
  requires: string[];
}

export function installing(cells: Cells): void {
  const supply = (name: string, data = wheel(name)): ConfigPackage => ({
    source: name,
    filename: `${name}-1.0-py3-none-any.whl`,
    data,
  });
  const install = async (...packages: ConfigPackage[]) => {
    const { failure, result } = await cells.perform({ task: "install", packages });
    const installed = (result?.data["installed"] ?? []) as Installed[];
    return { failure, versions: Object.fromEntries(installed.map(({ name, version }) => [name, version])) };
  };

  describe("packages for Pyodide while it runs", () => {
    it("are there for the next cell, and told with their versions", async () => {
      expect((await cells.run("import live_one")).failure).toMatchObject({ name: "ModuleNotFoundError" });
      expect((await install()).versions).not.toHaveProperty("live_one");
      expect((await install(supply("live_one"))).versions).toMatchObject({ live_one: "1.0" });
      expect((await cells.run("import live_one\nlive_one.answer")).text).toBe("42");
      expect((await install()).versions).toMatchObject({ live_one: "1.0" });
    });

    it("are all installed, or none", async () => {
      const broken = supply("live_broken", new TextEncoder().encode("no wheel"));
      const { failure } = await install(supply("live_two"), broken);
      expect(failure).toMatchObject({ kind: "code", name: "ConfigError" });
      expect(failure!.message).toMatch(/^`packages`: live_broken could not be installed: ./);
      expect((await install()).versions).not.toHaveProperty("live_two");
      expect((await cells.run("import live_two")).failure).toMatchObject({ name: "ModuleNotFoundError" });
    });
  });
}
