/** Indexes of hot queries. */
export const scaleSql = `
SELECT 1;
`;
