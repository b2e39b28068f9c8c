/** The ledger by hour, and what a storm leaves out. */
export const stormLedgerSql = `
SELECT 1;
`;
