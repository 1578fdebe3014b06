// What is in an archive.
import { strToU8, zipSync } from "fflate";
import { createTar } from "nanotar";
import { describe, expect, it } from "vitest";
import { installed, unpacked } from "../../src/interpreters/archives.ts";

describe("an archive", () => {
  it("has its files by name, and no folders", () => {
    const zip = zipSync({ "a/": new Uint8Array(), "a/b.txt": strToU8("b"), "./c.txt": strToU8("c") });
    expect([...unpacked(zip, "zip").keys()]).toEqual(["a/b.txt", "c.txt"]);
  });

  it.each(["../out.txt", "a/../../out.txt", "/etc/out.txt"])("does not reach out of its folder: %s", (name) => {
    expect(() => unpacked(zipSync({ [name]: strToU8("x") }), "zip")).toThrow("would go elsewhere");
    // nanotar takes such parts away by itself.
    expect([...unpacked(createTar([{ name, data: "x" }]), "tar").keys()]).toEqual([name.replaceAll(/^\/|(a\/)?\.\.\//g, "")]);
  });

  it("that is none throws", () => {
    expect(() => unpacked(strToU8("no zip"), "zip")).toThrow();
    expect(() => unpacked(strToU8("no gzip"), "tar.gz")).toThrow();
  });
});

describe("a wheel", () => {
  it("has its packages and what its data add to them, and nothing else", () => {
    const wheel = zipSync({
      "p/__init__.py": strToU8("1"),
      "p-1.data/purelib/q/r.py": strToU8("2"),
      "p-1.data/scripts/run": strToU8("3"),
      "p-1.dist-info/METADATA": strToU8("4"),
    });
    expect([...installed(wheel).keys()]).toEqual(["p/__init__.py", "q/r.py"]);
  });
});
