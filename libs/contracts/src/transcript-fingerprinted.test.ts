import { createHash } from 'node:crypto';
import { analyse, parseInstructionText } from '@oopstream/core-forensics';
import { readDetails, readTranscript } from '@oopstream/core-transcript';
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

/** A reading of its own: one that has registers and code to say something of. */
const OOPS = [
  '[   92.000000] BUG: unable to handle page fault for address: ffff888104c1a418',
  '[   92.000100] #PF: supervisor read access in kernel mode',
  '[   92.000200] Oops: 0000 [#1] PREEMPT SMP NOPTI',
  '[   92.000300] CPU: 2 PID: 1187 Comm: fetcher Not tainted 6.1.0-39-amd64 #1 Debian 6.1.148-1',
  '[   92.000400] RIP: 0010:frob_commit+0x2f/0x90 [frobnic]',
  '[   92.000500] Code: 00 00 <48> 8b 5c 05 00 48 89 c2',
  '[   92.000600] RSP: 0018:ffffc90000a1bd90 EFLAGS: 00010246',
  '[   92.000700] RAX: 0000000000000000 RBX: ffff888104c1a418 RCX: 0000000000000000',
  '[   92.000800] Call Trace:',
  '[   92.000900]  frob_work+0x11/0x30 [frobnic]',
  '[   92.001000] ---[ end trace 0000000000000000 ]---',
].join('\n');

describe('transcript.fingerprinted', () => {
  it('carries a reading, its signature and its analysis unchanged, field by field', () => {
    const bytes = new TextEncoder().encode(`${TEXT}\n${OOPS}\n`);
    const mov = parseInstructionText('mov 0x0(%rbp,%rax,1),%rbx', 'x86_64');
    const readings = readTranscript(bytes).readings.map((reading) => ({
      reading,
      signature: sign(reading, hash),
      analysis: analyse({ reading, details: readDetails(bytes, reading), session: null }, () => mov),
    }));
    expect(readings).toHaveLength(2);
    expect(readings[1]!.analysis.registers.length).toBeGreaterThan(2);
    expect(readings[1]!.analysis.findings.length).toBeGreaterThan(0);
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
