import type { Reading } from '@oopstream/core-transcript';

/**
 * Version of reading rules and tables together; part of every key and of every reading's identity.
 * Rises whenever a key of an existing case changes.
 */
export const ALGORITHM_VERSION = 1;

/** The identity of one crash as one algorithm version sees it. Every key begins `v<algorithm version>:`. */
export interface Signature {
  readonly algorithmVersion: number;
  /** `__kmalloc+171 stack_segment from usbdev_ioctl`: for people, may differ between builds. */
  readonly title: string;
  /** "The same instruction": exception, fault function + offset, module, kernel build. */
  readonly exactKey: string;
  /** Which incident: family, blamed function, next relevant frames, module. `v1:` + 32 hex digits. */
  readonly groupKey: string;
  /** The readable text that hashes to {@link groupKey}. */
  readonly groupText: string;
  /** Near-duplicate search: family and blamed function. */
  readonly looseKey: string;
  /** `bad-access` for every way a bad pointer shows; otherwise the kind. */
  readonly family: string;
  /** Where a maintainer would start; `null` when the text does not support a name. */
  readonly blamed: string | null;
  /** The outermost function of the failing subsystem; `null` when the stack does not reach that far. */
  readonly entry: string | null;
}

/** Hashes UTF-8 text to lower-case hexadecimal SHA-256; comes in as an argument since core has no built-ins. */
export type HashText = (text: string) => string;

/** Signs a reading. Pure: the same reading gives the same signature on every machine. */
export function sign(_reading: Reading, _hash: HashText): Signature {
  throw new Error('sign: not written');
}
