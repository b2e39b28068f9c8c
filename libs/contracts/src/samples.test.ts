import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as contracts from './index';
import * as http from './http';

/**
 * What yesterday's processes wrote and today's must read. A sample is never changed; a new version, or a field that
 * older writers did not have, gets a sample of its own: `samples/<schema>/v<version>-<what>.json`.
 */
const SAMPLES = join(__dirname, '../samples');

/** How each schema of a topic, job, webhook, header set or file is decoded. */
const DECODERS: Readonly<Record<string, (sample: never) => unknown>> = {
  accepted: (sample) => contracts.acceptedSchema.parse(sample),
  'alert-job': (sample) => contracts.alertJobSchema.parse(sample),
  connection: (sample) => contracts.connectionSchema.parse(sample),
  'host-context': (sample) => contracts.hostContextSchema.parse(sample),
  'incident-changed': (sample) => contracts.incidentChangedSchema.parse(sample),
  problem: (sample) => contracts.problemSchema.parse(sample),
  'ledger-mismatch-body': (sample) => contracts.ledgerMismatchBodySchema.parse(sample),
  'rebooted-dirty': (sample) => contracts.rebootedDirtySchema.parse(sample),
  'transcript-fingerprinted': (sample) => contracts.transcriptFingerprintedSchema.parse(sample),
  // Its headers are text: what comes back is compared as text again.
  'transcript-received': (sample) =>
    contracts.encodeTranscriptReceived(contracts.decodeTranscriptReceived(sample)),
  'transcript-rejected': (sample) => contracts.rejectedHeadersSchema.parse(sample),
  'webhook-body': (sample) => contracts.webhookBodySchema.parse(sample),
};
/** Parts of the schemas above, in their samples. */
const PARTS = [
  'analysisSchema',
  'incidentSchema',
  'readingSchema',
  'signatureSchema',
  'storedReadingSchema',
  'storedSignatureSchema',
];
/** `rejectedHeadersSchema` says it of the topic `transcript.rejected`. */
const OTHER_NAMES: Readonly<Record<string, string>> = { rejectedHeadersSchema: 'transcript-rejected' };

const samples = readdirSync(SAMPLES).flatMap((schema) =>
  readdirSync(join(SAMPLES, schema)).map((file) => ({ schema, file })),
);

describe('samples', () => {
  it.each(samples)('$schema/$file still decodes, and nothing of it is lost', ({ schema, file }) => {
    const sample: unknown = JSON.parse(readFileSync(join(SAMPLES, schema, file), 'utf8'));
    const decoded = DECODERS[schema]!(sample as never);
    const kept = schema === 'transcript-rejected' ? rejectHeadersOf(sample) : sample;
    expect(decoded).toMatchObject(kept as object);
  });

  it('are there for every schema, and for nothing else', () => {
    expect(new Set(samples.map(({ schema }) => schema))).toEqual(new Set(Object.keys(DECODERS)));
    expect(samples.filter(({ file }) => !/^v\d+-[a-z0-9-]+\.json$/.test(file))).toEqual([]);
  });

  it('cannot be forgotten with a new schema: answers of the HTTP API alone are for today only', () => {
    const schemas = Object.keys(contracts).filter((name) => name.endsWith('Schema') && !(name in http));
    const known = schemas.filter((name) => PARTS.includes(name) || folderOf(name) in DECODERS);
    expect(known).toEqual(schemas);
  });

  it('of fingerprints show a crash with its stack', () => {
    const path = join(SAMPLES, 'transcript-fingerprinted/v1-crash.json');
    const { readings } = contracts.transcriptFingerprintedSchema.parse(
      JSON.parse(readFileSync(path, 'utf8')),
    );
    expect(readings[0]?.reading.frames.length).toBeGreaterThan(3);
    expect(readings[0]?.reading.fault).not.toBeNull();
  });
});

function folderOf(schemaName: string): string {
  const other = OTHER_NAMES[schemaName];
  return other ?? schemaName.replace(/Schema$/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The schema describes what is added; the rest are the headers of the record that was rejected. */
function rejectHeadersOf(sample: unknown): object {
  const headers = Object.entries(sample as Record<string, string>);
  return Object.fromEntries(headers.filter(([name]) => name.startsWith('reject-')));
}
