/** Replays into a shadow. */
export const replayRunsSql = `
SELECT 1;
`;
