/**
 * Closing ends an escalation. Before, what was closed while it escalated kept that trend without what would end it: were it
 * resolved, a later storm of it could not begin.
 */
export const closedCalmSql = `
UPDATE oopstream.incident SET trend = 'ongoing' WHERE status <> 'open' AND trend = 'escalating';`;
