/** How further transcripts of a crash find it. */
export const crashMatchSql = `
SELECT 1;
`;
