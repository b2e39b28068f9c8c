/** Walking what is stored, the last counted first. */
export const transcriptWalkSql = `
CREATE INDEX transcript_by_processed ON oopstream.transcript (tenant, processed_at DESC, transcript_id);
`;
