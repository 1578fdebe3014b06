// Who is at this end, for people: "Chromium 156 on Linux".

/** The part of the browser's `navigator` that tells. Only Chromium's browsers have `userAgentData`, and only on https. */
export interface Agent {
  userAgent: string;
  userAgentData?: { brands?: { brand: string; version: string }[]; platform?: string };
}

// What Firefox and Safari, which have no brands, say in their user agent string. Safari's version is not that of "Safari/".
const NAMES = [
  [/Firefox\/(\d+)/, "Firefox"],
  [/Version\/(\d+)\S* (?:Mobile\/\S+ )?Safari\//, "Safari"],
] as const;

/** The browser in a few words; where it does not tell, its user agent string. */
export function describeAgent({ userAgent, userAgentData: { brands = [], platform = "" } = {} }: Agent): string {
  // Browsers add an invented brand, such as "Not(A:Brand", so that nobody counts on the list.
  const known = brands.filter(({ brand }) => !/^\W*not[^a-z].*brand/i.test(brand));
  const own = known.find(({ brand }) => brand !== "Chromium") ?? known[0];
  if (own) return named(own.brand, own.version, platform);
  for (const [pattern, name] of NAMES) {
    const version = pattern.exec(userAgent)?.[1];
    if (version) return named(name, version, /Windows|Android|iPhone|iPad|Mac|Linux/.exec(userAgent)?.[0] ?? "");
  }
  return userAgent;
}

function named(name: string, version: string, platform: string): string {
  return [`${name} ${version}`, platform].filter(Boolean).join(" on ");
}
