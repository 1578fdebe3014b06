// What a browser is called.
import { describe, expect, it } from "vitest";
import { describeAgent } from "../../src/protocol/agent.ts";

const userAgent = "Somebody/1.0";
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

  it.each([
    ["Firefox 153 on Linux", "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"],
    ["Firefox 153 on Windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:153.0) Gecko/20100101 Firefox/153.0"],
    [
      "Safari 26 on Mac",
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
    ],
  ])("without brands is called %s", (name, userAgent) => {
    expect(describeAgent({ userAgent })).toBe(name);
  });

  it("that tells nothing of that is called by its user agent string", () => {
    expect(describeAgent({ userAgent })).toBe(userAgent);
    expect(describeAgent({ userAgent, userAgentData: { brands: [], platform: "" } })).toBe(userAgent);
  });
});
