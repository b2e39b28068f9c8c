/** Status, trend and triage of incidents. */
export const lifeSql = `
SELECT 1;
`;
