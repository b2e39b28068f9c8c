/**
 * Every metric there is. Emitting another name, or a label that is not listed, does not compile; docs/metrics.md and
 * this list are compared by a test. Counters end in `_total` when exposed.
 */
export const METRICS = {
  oopstream_collector_requests: {
    type: 'counter',
    labels: ['outcome', 'reason'],
    help: 'POSTs by outcome (accepted, refused) and reason slug.',
  },
  oopstream_collector_transcripts: { type: 'counter', labels: [], help: 'Transcripts answered 202.' },
  oopstream_collector_bytes: {
    type: 'counter',
    labels: ['form'],
    help: 'Bytes taken in, by form (received, decompressed).',
  },
  oopstream_collector_request_seconds: {
    type: 'histogram',
    labels: [],
    help: 'Time from the first byte of a POST to its answer.',
  },
  oopstream_stage_records: {
    type: 'counter',
    labels: ['stage', 'outcome', 'reason'],
    help: 'Records by what became of them at a stage.',
  },
  oopstream_stage_batch_seconds: {
    type: 'histogram',
    labels: ['stage'],
    help: 'Time of one batch at a stage.',
  },
  oopstream_fingerprint_part_seconds: {
    type: 'histogram',
    labels: ['part'],
    help: "Time of a batch's transcripts at the fingerprint worker, by part (reading, analysis, signing).",
  },
  oopstream_readings_analysed: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Readings by whether their evidence was analysed (analysed, over-limit, failed).',
  },
  oopstream_log_append_seconds: {
    type: 'histogram',
    labels: ['topic'],
    help: 'Time until appended records were durable.',
  },
  oopstream_log_lag_records: {
    type: 'gauge',
    labels: ['group', 'topic'],
    help: 'Records that a group has not read yet.',
  },
  oopstream_log_offset_resets: {
    type: 'counter',
    labels: ['group', 'topic'],
    help: 'Times a stored offset had fallen out of the log.',
  },
  oopstream_census_heartbeats: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Heartbeats of hosts by what became of them (recorded, repeated, too-late, in-future).',
  },
  oopstream_crashes_counted: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Readings by what became of them (grouped, same-crash, held, sampled-away).',
  },
  oopstream_incidents_changed: {
    type: 'counter',
    labels: ['change'],
    help: 'Incident changes by what changed.',
  },
  oopstream_life_looks: {
    type: 'counter',
    labels: [],
    help: 'Incidents looked at by the life sweep, since something was due.',
  },
  oopstream_replay_crashes: {
    type: 'counter',
    labels: [],
    help: 'Crashes that replays signed again, or moved.',
  },
  oopstream_replays_changed: {
    type: 'counter',
    labels: ['state'],
    help: 'Replays by the state they came to.',
  },
  oopstream_outbox_open_rows: { type: 'gauge', labels: ['kind'], help: 'Outbox rows not closed yet.' },
  oopstream_reboots_settled: {
    type: 'counter',
    labels: ['state'],
    help: 'Reboots that broke off a boot, as no transcript came in time (opened) or one did (explained).',
  },
  oopstream_bodies_sampled: {
    type: 'counter',
    labels: ['reason'],
    help: 'Transcripts that were read and counted, and neither archived nor analysed, since a storm brings the same.',
  },
  oopstream_retention_rows: {
    type: 'counter',
    labels: ['kind'],
    help: 'What retention let go of: months of crashes, receipts, claims, deliveries.',
  },
  oopstream_delivery_attempts: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Webhook attempts by outcome slug.',
  },
  oopstream_delivery_attempt_seconds: { type: 'histogram', labels: [], help: 'Time of one webhook attempt.' },
  oopstream_deliveries_swept: {
    type: 'counter',
    labels: [],
    help: 'Deliveries that the sweeper enqueued again.',
  },
  oopstream_api_requests: {
    type: 'counter',
    labels: ['route', 'status'],
    help: 'API answers by route and status.',
  },
  oopstream_api_request_seconds: { type: 'histogram', labels: ['route'], help: 'Time of one API answer.' },
  oopstream_limiter_failures: {
    type: 'counter',
    labels: [],
    help: 'Requests allowed because the rate limiter could not be asked.',
  },
  oopstream_ledger_mismatched_counts: {
    type: 'gauge',
    labels: [],
    help: 'Counts of the ledger that what is stored does not bear out; anything but 0 is an alarm.',
  },
  oopstream_ledger_imbalance_transcripts: {
    type: 'gauge',
    labels: [],
    help: 'Receipts that nobody accounts for (below 0: counted twice); anything but 0 is an alarm.',
  },
} as const satisfies Record<
  string,
  { type: 'counter' | 'histogram' | 'gauge'; labels: readonly string[]; help: string }
>;

export type MetricName = keyof typeof METRICS;
type NamesOf<Type extends string> = {
  [Name in MetricName]: (typeof METRICS)[Name]['type'] extends Type ? Name : never;
}[MetricName];
export type CounterName = NamesOf<'counter'>;
export type HistogramName = NamesOf<'histogram'>;
export type GaugeName = NamesOf<'gauge'>;
export type LabelsOf<Name extends MetricName> = Readonly<
  Record<(typeof METRICS)[Name]['labels'][number], string>
>;
