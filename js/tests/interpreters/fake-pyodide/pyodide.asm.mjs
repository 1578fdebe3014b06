export default async function create() {}
