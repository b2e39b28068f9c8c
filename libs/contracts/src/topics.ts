const DAY_MS = 86_400_000;

/** The topics of the pipeline. Partitions, retention and limits are what `migrate` creates; settings may raise them. */
export const TOPICS = {
  transcriptReceived: {
    name: 'oopstream.transcript.received.v1',
    partitions: 12,
    retentionMs: 7 * DAY_MS,
    cleanup: 'delete',
    maxRecordBytes: 1_000_000,
  },
  transcriptFingerprinted: {
    name: 'oopstream.transcript.fingerprinted.v1',
    partitions: 12,
    retentionMs: 7 * DAY_MS,
    cleanup: 'delete',
    maxRecordBytes: 4_000_000,
  },
  /** The same messages, of a storm's transcripts that are only counted: dedup takes them when it has nothing else. */
  transcriptFingerprintedBulk: {
    name: 'oopstream.transcript.fingerprinted-bulk.v1',
    partitions: 12,
    retentionMs: 7 * DAY_MS,
    cleanup: 'delete',
    maxRecordBytes: 4_000_000,
  },
  transcriptRejected: {
    name: 'oopstream.transcript.rejected.v1',
    partitions: 12,
    retentionMs: 30 * DAY_MS,
    cleanup: 'delete',
    // Any record of `received`, with why it was rejected on top.
    maxRecordBytes: 1_010_000,
  },
  fingerprintedDeadLetter: {
    name: 'oopstream.transcript.fingerprinted.dead-letter.v1',
    partitions: 12,
    retentionMs: 30 * DAY_MS,
    cleanup: 'delete',
    // What comes from a full record, and why it is here.
    maxRecordBytes: 4_100_000,
  },
  incidentChanged: {
    name: 'oopstream.incident.changed.v1',
    partitions: 12,
    retentionMs: 30 * DAY_MS,
    cleanup: 'compact',
    maxRecordBytes: 1_000_000,
  },
} as const;

/** Consumer groups: one for each stage that reads a topic. */
export const GROUPS = {
  fingerprintWorker: 'oopstream.fingerprint-worker',
  dedup: 'oopstream.dedup',
  /** Of its own: members of one group must all read the same topics. */
  dedupBulk: 'oopstream.dedup-bulk',
} as const;
