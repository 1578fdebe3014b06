export async function writeLicences() {}
