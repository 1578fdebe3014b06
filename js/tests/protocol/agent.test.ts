// What a browser is called.
import { describe, expect, it } from "vitest";
import { describeAgent } from "../../src/protocol/agent.ts";

const userAgent = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/150.0";
const chromium = { brand: "Chromium", version: "156" };

describe("a browser", () => {
  it.each(["Not(A:Brand", "Not.A/Brand", " Not A;Brand", "Not_A Brand"])("is called by its brand, not by %s", (brand) => {
    const brands = [{ brand, version: "24" }, chromium];
    expect(describeAgent({ userAgent, userAgentData: { brands, platform: "Linux" } })).toBe("Chromium 156 on Linux");
  });

  it("is called by its own brand rather than by what it is made of", () => {
    const brands = [chromium, { brand: "Microsoft Edge", version: "156" }];
    expect(describeAgent({ userAgent, userAgentData: { brands } })).toBe("Microsoft Edge 156");
  });

  it("that tells no brand is called by its user agent string", () => {
    expect(describeAgent({ userAgent })).toBe(userAgent);
    expect(describeAgent({ userAgent, userAgentData: { brands: [], platform: "" } })).toBe(userAgent);
  });
});
