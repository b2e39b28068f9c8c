/** Replays of deliveries, each a job of its own. */
export const replaySql = `
ALTER TABLE oopstream.delivery ADD COLUMN replays integer NOT NULL DEFAULT 0;
`;
