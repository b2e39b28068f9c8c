import type { LogRecord } from '@oopstream/ports';

/**
 * Cuts a batch where the bodies that its records refer to would be more than may be held at once. Order is kept; a body
 * that is larger by itself is alone in its slice.
 */
export function sliceBatch(records: readonly LogRecord[], maxFetchedBytes: number): readonly LogRecord[][] {
  const slices: LogRecord[][] = [];
  let heldBytes = 0;
  for (const record of records) {
    const bytes = fetchedBytes(record);
    const last = slices.at(-1);
    if (last === undefined || (bytes > 0 && heldBytes > 0 && heldBytes + bytes > maxFetchedBytes)) {
      slices.push([record]);
      heldBytes = bytes;
    } else {
      last.push(record);
      heldBytes += bytes;
    }
  }
  return slices;
}

/** What fetching the body will take, as far as the headers say; decoding judges headers that say nonsense. */
function fetchedBytes({ headers }: LogRecord): number {
  const sizeBytes = headers['blob'] === undefined ? 0 : Number(headers['size-bytes']);
  return Number.isSafeInteger(sizeBytes) && sizeBytes > 0 ? sizeBytes : 0;
}
