import { createHash } from 'node:crypto';
import { readTranscript } from '@oopstream/core-transcript';
import { sign } from '@oopstream/core-signature';
import { transcriptFingerprintedSchema } from './transcript-fingerprinted';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

const TEXT = [
  '[   91.000000] BUG: KASAN: slab-use-after-free in frob_commit+0x2f/0x90 [frobnic]',
  '[   91.000100] Read of size 8 at addr ffff888104c1a418 by task fetcher/1187',
  '[   91.000200] CPU: 2 PID: 1187 Comm: fetcher Not tainted 6.1.0-39-amd64 #1 Debian 6.1.148-1',
  '[   91.000300] Workqueue: events frob_work [frobnic]',
  '[   91.000400] Call Trace:',
  '[   91.000500]  frob_commit+0x2f/0x90 [frobnic] drivers/frob/ring.c:71',
  '[   91.000600]  ? process_one_work+0x1c7/0x380',
  '[   91.000700] RIP: 0010:frob_other+0x1/0x2',
].join('\n');

describe('transcript.fingerprinted', () => {
  it('carries a reading and its signature unchanged, field by field', () => {
    const readings = readTranscript(new TextEncoder().encode(TEXT)).readings.map((reading) => ({
      reading,
      signature: sign(reading, hash),
    }));
    expect(readings).toHaveLength(1);
    const record = {
      version: 1,
      receiptId: '01JD0000000000000000000000',
      source: { partition: 0, offset: 7 },
      tenant: 'default',
      transcriptId: '0'.repeat(32),
      bundleId: null,
      hostId: 'host',
      context: {},
      receivedAtMs: 1,
      processedAtMs: 2,
      sha256: '0'.repeat(64),
      sizeBytes: TEXT.length,
      readings,
      omittedReadings: 0,
      traceparent: null,
    };
    // A field that core has and the schema lacks would be dropped here.
    expect(transcriptFingerprintedSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });
});
