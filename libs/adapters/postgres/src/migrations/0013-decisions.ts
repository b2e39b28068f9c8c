/** What people decided of incidents, keys and crashes. */
export const decisionsSql = `
SELECT 1;
`;
