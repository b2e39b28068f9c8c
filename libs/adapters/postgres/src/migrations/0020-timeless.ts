/**
 * Whether one of a crash's texts knows no time, no boot and no register that tells boots apart. Not known of crashes from
 * before: such a text may be a copy of theirs, and nothing is a copy of them for want of a time.
 */
export const timelessSql = `ALTER TABLE oopstream.crash ADD COLUMN timeless boolean NOT NULL DEFAULT false;`;
