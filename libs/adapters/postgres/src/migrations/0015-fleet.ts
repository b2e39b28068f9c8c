/** The fleet beside its crashes. */
export const fleetSql = `
SELECT 1;
`;
