/** Part of the budget that one request holds. */
export interface Reservation {
  /** Asks for more, up to `totalBytes` for this request. @returns false when the budget does not allow it. */
  growTo(totalBytes: number): boolean;
  /** Gives everything back. Safe to call twice. */
  release(): void;
}

export interface MemoryBudget {
  /** @returns `null` when the budget does not allow it. */
  reserve(bytes: number): Reservation | null;
  readonly usedBytes: number;
}

/** Counts bytes that requests hold in memory, so that many large ones at once are refused and not fatal. */
export function createMemoryBudget(maxBytes: number): MemoryBudget {
  let usedBytes = 0;
  const take = (bytes: number): boolean => {
    if (usedBytes + bytes > maxBytes) return false;
    usedBytes += bytes;
    return true;
  };
  return {
    get usedBytes() {
      return usedBytes;
    },
    reserve(bytes) {
      if (!take(bytes)) return null;
      let heldBytes = bytes;
      return {
        growTo(totalBytes) {
          if (totalBytes > heldBytes && !take(totalBytes - heldBytes)) return false;
          heldBytes = Math.max(heldBytes, totalBytes);
          return true;
        },
        release() {
          usedBytes -= heldBytes;
          heldBytes = 0;
        },
      };
    },
  };
}
