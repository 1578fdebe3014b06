// Who is at this end, for people: "Chromium 156 on Linux".

/** The part of the browser's `navigator` that tells. Only Chromium's browsers have `userAgentData`, and only on https. */
export interface Agent {
  userAgent: string;
  userAgentData?: { brands?: { brand: string; version: string }[]; platform?: string };
}

/** The browser in a few words; where it does not tell, its user agent string. */
export function describeAgent({ userAgent, userAgentData: { brands = [], platform = "" } = {} }: Agent): string {
  // Browsers add an invented brand, such as "Not(A:Brand", so that nobody counts on the list.
  const known = brands.filter(({ brand }) => !/^\W*not[^a-z].*brand/i.test(brand));
  const own = known.find(({ brand }) => brand !== "Chromium") ?? known[0];
  if (!own) return userAgent;
  return [`${own.brand} ${own.version}`, platform].filter(Boolean).join(" on ");
}
