import { hash } from 'node:crypto';
import {
  TOPICS,
  encodeTranscriptReceived,
  hostKey,
  transcriptFingerprintedSchema,
} from '@oopstream/contracts';
import type { TranscriptFingerprinted, TranscriptReceived } from '@oopstream/contracts';
import { blobKey } from '@oopstream/ports';
import type { LogRecord, NewRecord } from '@oopstream/ports';
import { MemoryBlobStore, createMemoryEventLog } from '@oopstream/ports/fakes';
import type { MemoryEventLog } from '@oopstream/ports/fakes';
import { createLogger } from '@oopstream/runtime';
import { fingerprintConfigSchema } from './config';
import type { FingerprintWorkerDeps } from './start-fingerprint-worker';

/** A kernel oops as short as one gets. */
export const OOPS = Buffer.from(
  [
    '[   81.336491] BUG: unable to handle page fault for address: ffffc90000a1d000',
    '[   81.336500] #PF: supervisor write access in kernel mode',
    '[   81.336510] Oops: 0002 [#1] PREEMPT SMP NOPTI',
    '[   81.336520] CPU: 1 PID: 812 Comm: insmod Tainted: G           OE      6.1.0-13-amd64 #1  Debian 6.1.55-1',
    '[   81.336530] Hardware name: QEMU Standard PC (Q35 + ICH9, 2009), BIOS 1.16.2-debian-1.16.2-1 04/01/2014',
    '[   81.336540] RIP: 0010:rtx_memcpy+0x1b/0x40 [rtx]',
    '[   81.336550] RSP: 0018:ffffc90000a1bd90 EFLAGS: 00010246',
    '[   81.336560] Call Trace:',
    '[   81.336570]  <TASK>',
    '[   81.336580]  rtx_open+0x51/0x90 [rtx]',
    '[   81.336590]  chrdev_open+0xc1/0x250',
    '[   81.336600]  do_dentry_open+0x14c/0x440',
    '[   81.336610]  do_syscall_64+0x5b/0xc0',
    '[   81.336620]  entry_SYSCALL_64_after_hwframe+0x6e/0xd8',
    '[   81.336630]  </TASK>',
    '[   81.336640] ---[ end trace 0000000000000000 ]---',
    '',
  ].join('\n'),
);

/** That many crashes, a minute after one another: the same lines at the same time would be copies of one. */
export function repeatedly(oops: Buffer, times: number): Buffer {
  const at = (minute: number) =>
    oops
      .toString()
      .replaceAll(/^\[ +(\d+)/gm, (_stamp, s: string) => `[${String(Number(s) + 60 * minute).padStart(5)}`);
  return Buffer.from(Array.from({ length: times }, (_, minute) => at(minute)).join(''));
}

export const hashText = (text: string): string => hash('sha256', text);

/** A worker's surroundings on fakes, for tests. */
export interface WorkerBench {
  readonly deps: FingerprintWorkerDeps;
  readonly log: MemoryEventLog;
  readonly blobs: MemoryBlobStore;
  /** What counters came to, and how often histograms were recorded: `name{label values}`. */
  readonly counts: ReadonlyMap<string, number>;
  append(...records: readonly NewRecord[]): Promise<void>;
  fingerprinted(): readonly TranscriptFingerprinted[];
  rejected(): readonly LogRecord[];
}

/** Those that a message may come out on. */
const LANES = [TOPICS.transcriptFingerprinted, TOPICS.transcriptFingerprintedBulk];
const TOPICS_USED = [TOPICS.transcriptReceived, ...LANES, TOPICS.transcriptRejected];
const NOW_MS = Date.UTC(2026, 0, 2);

/** @param settings of section `fingerprint`, as text. */
export async function createWorkerBench(
  settings: Readonly<Record<string, string>> = {},
): Promise<WorkerBench> {
  const clock = { nowMs: () => NOW_MS };
  const log = createMemoryEventLog({ clock });
  await log.admin.migrate(TOPICS_USED);
  const blobs = new MemoryBlobStore();
  const counts = new Map<string, number>();
  const deps: FingerprintWorkerDeps = {
    config: fingerprintConfigSchema.parse(settings),
    reader: log.reader,
    writer: log.writer,
    blobs,
    clock,
    logger: createLogger({ service: 'fingerprint-worker', level: 'silent' }),
    metrics: {
      count: (name, value, labels) => {
        const key = `${name}{${Object.values(labels).join()}}`;
        counts.set(key, (counts.get(key) ?? 0) + value);
      },
      record: (name, _seconds, labels) => {
        const key = `${name}{${Object.values(labels).join()}}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      },
      gauge: () => () => undefined,
    },
    disassemble: () => null,
  };
  return {
    deps,
    log,
    blobs,
    counts,
    append: (...records) => log.writer.append(TOPICS.transcriptReceived.name, records),
    fingerprinted: () =>
      LANES.flatMap(({ name }) => log.recordsOf(name)).map(({ value }) =>
        transcriptFingerprintedSchema.parse(JSON.parse(Buffer.from(value).toString())),
      ),
    rejected: () => log.recordsOf(TOPICS.transcriptRejected.name),
  };
}

let receipts = 0;

/** A record of `received` as the collector writes it. */
export function receivedRecord(
  bytes: Buffer,
  change: Partial<TranscriptReceived> & { readonly value?: Uint8Array } = {},
): NewRecord {
  const { value = bytes, ...changed } = change;
  const sha256 = hash('sha256', bytes);
  receipts += 1;
  const receipt: TranscriptReceived = {
    receiptId: `01ARZ3NDEK${String(receipts).padStart(16, '0')}`,
    tenant: 'default',
    transcriptId: sha256.slice(0, 32),
    bundleId: null,
    hostId: 'web-1',
    receivedAtMs: NOW_MS - 1_000,
    sha256,
    sizeBytes: bytes.byteLength,
    context: { host: 'web-1' },
    blob: null,
    traceparent: null,
    ...changed,
  };
  return { key: hostKey(receipt.tenant, receipt.hostId), value, headers: encodeTranscriptReceived(receipt) };
}

export const keyOf = (bytes: Buffer): string => blobKey('default', hash('sha256', bytes));
