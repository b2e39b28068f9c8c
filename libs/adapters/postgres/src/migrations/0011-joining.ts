/** What the frames of a key look like, and how to find keys that look like it. */
export const joiningSql = `
SELECT 1;
`;
