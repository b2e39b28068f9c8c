/** What the hosts of an incident have in common. */
export const patternsSql = `
SELECT 1;
`;
