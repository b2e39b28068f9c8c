import type { Signature } from '@oopstream/core-signature';
import type { Reading } from '@oopstream/core-transcript';

/** Attributes of a host as one transcript has them; `null` where it does not say. */
export interface HostAttributes {
  readonly name: string | null;
  readonly model: string | null;
  readonly kernelRelease: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** A transcript as the door took it, without its text. */
export interface TranscriptFacts {
  readonly id: string;
  readonly hostId: string;
  readonly host: HostAttributes;
  /** Shared by the texts of one POST; `null` when it was alone. */
  readonly bundleId: string | null;
  /** Boot that crashed, as the sender knows it. */
  readonly bootId: string | null;
  /** When it crashed, as the sender knows it. */
  readonly occurredAtMs: number | null;
  /** Livepatches loaded when it crashed, as the sender knows it; left out or `null` where it does not say. */
  readonly livepatches?: readonly string[] | null;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** What the sender said, as it said it; kept, never looked into. */
  readonly context: Readonly<Record<string, unknown>>;
}

export interface SignedReading {
  readonly reading: Reading;
  readonly signature: Signature;
  /** `null` where nobody analysed it. */
  readonly analysis: CarriedAnalysis | null;
  /** Of the reader that made it; readings from before there were versions have none, and are of version 1. */
  readonly readerVersion?: number | undefined;
}

/**
 * What is looked at of an analysis; all else of it is kept as it came. Words are open: a newer analyst may say more of
 * them than we know.
 */
export interface CarriedAnalysis {
  readonly verdict: {
    readonly class: string;
    readonly confidence: string;
    readonly text: string;
    readonly flags?: readonly string[];
  };
  /** Slab cache of the memory in question; absent or `null` where not told. */
  readonly slabCache?: string | null | undefined;
  /** 0 to 1. */
  readonly hardware: { readonly value: number };
}

/** The bytes of a transcript that was read. */
export interface ReadBody {
  /** Why they are not kept, as a slug; `null`: they are. */
  readonly sampledAway: string | null;
  /** They lie in the blob store: always where they are kept. */
  readonly isStored: boolean;
}

export type ReceiptContent =
  | {
      readonly kind: 'read';
      /** In order of the text; none: it shows no crash. */
      readonly readings: readonly SignedReading[];
      /** Readings beyond the reader's limit. */
      readonly omittedReadings: number;
      /** What the reader did with the bytes; left out: it kept them. */
      readonly body?: ReadBody;
    }
  | { readonly kind: 'rejected'; readonly reason: string };

/** One record of `transcript.received`, and what the reader made of it. */
export interface Receipt {
  readonly receiptId: string;
  /** Where it lay in `transcript.received`. */
  readonly source: SourcePosition;
  readonly tenant: string;
  readonly receivedAtMs: number;
  readonly processedAtMs: number;
  /** `null` when not even the record's headers could be read. */
  readonly transcript: TranscriptFacts | null;
  readonly content: ReceiptContent;
  readonly traceparent: string | null;
}

export interface SourcePosition {
  readonly partition: number;
  readonly offset: number;
}
