/** Ids come from paths of requests: what is no UUID names nothing, and PostgreSQL would refuse the statement. */
export function isUuid(id: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
}
