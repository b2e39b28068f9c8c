import { hash } from 'node:crypto';
import type { HostContext, ResolvedHost, TranscriptReceived } from '@oopstream/contracts';
import { hostContextSchema } from '@oopstream/contracts';
import type { Text, Texts } from './texts';
import { transcriptIdOf } from './transcript-id';

/** An accepted text on its way to the log. */
export interface Receipt extends Omit<TranscriptReceived, 'blob'> {
  readonly bytes: Buffer;
}

export interface Sending {
  readonly tenant: string;
  readonly host: ResolvedHost;
  readonly idempotencyKey: string | undefined;
  readonly receivedAtMs: number;
  readonly traceparent: string | null;
  readonly nextUlid: () => string;
}

/** Makes a receipt of each text; texts of one POST share a bundle. Checksums are made here, once. */
export function makeReceipts({ texts, context }: Texts, sending: Sending): readonly Receipt[] {
  const { tenant, host, receivedAtMs, traceparent } = sending;
  const checksums = texts.map((text) => hash('sha256', text.bytes));
  const bundleId = texts.length > 1 ? bundleIdOf(sending, checksums) : null;
  return texts.map((text, index) => {
    const sha256 = checksums[index]!;
    return {
      receiptId: sending.nextUlid(),
      tenant,
      transcriptId: transcriptIdOf(tenant, host.hostId, ...identify(sending, sha256, index, texts.length)),
      bundleId,
      hostId: host.hostId,
      receivedAtMs,
      sha256,
      sizeBytes: text.bytes.byteLength,
      context: describeText(context, host, text),
      traceparent,
      bytes: text.bytes,
    };
  });
}

const BUNDLE_ID_CHARACTERS = 26;

/** The same for a second send: texts of which one got through at first and one later are still one crash. */
function bundleIdOf({ tenant, host, idempotencyKey }: Sending, checksums: readonly string[]): string {
  const words = idempotencyKey === undefined ? checksums : [`key:${idempotencyKey}`];
  const digits = transcriptIdOf(tenant, host.hostId, 'bundle', ...words);
  return digits.slice(0, BUNDLE_ID_CHARACTERS).toUpperCase();
}

function identify(sending: Sending, sha256: string, index: number, texts: number): readonly string[] {
  if (sending.idempotencyKey === undefined) return [`sha256:${sha256}`];
  const key = `key:${sending.idempotencyKey}`;
  return texts === 1 ? [key] : [key, `part:${index}`];
}

/**
 * What an Idempotency-Key stands for: the id of the POST, and the checksum of all that it held. One text: the
 * transcript's own.
 */
export function describePost(
  receipts: readonly Receipt[],
  sending: Sending & { readonly idempotencyKey: string },
): { readonly id: string; readonly sha256: string } {
  const checksums = receipts.map((receipt) => receipt.sha256);
  return {
    id: transcriptIdOf(sending.tenant, sending.host.hostId, `key:${sending.idempotencyKey}`),
    sha256: checksums.length === 1 ? checksums[0]! : hash('sha256', checksums.join('\n')),
  };
}

/** The context with what the part itself says, where that fits the contract and the sender has not said better. */
function describeText(context: HostContext, host: ResolvedHost, text: Text): HostContext {
  const { fileName, source } = hostContextSchema.shape;
  const named = fileName.safeParse(text.fileName ?? undefined).data;
  const called = source.safeParse(text.partName ?? undefined).data;
  return {
    ...context,
    ...(host.name !== null && { host: host.name }),
    ...(named !== undefined && { fileName: named }),
    ...(called !== undefined && context.source === undefined && { source: called }),
  };
}
