/** What the address of a crash's page says beside its id; which claim is chosen stands behind `#`. */
export interface CrashView {
  /** Transcript that is looked at; absent: the one of the primary reading. */
  readonly transcript?: string;
  /** Byte at which the reading begins that is looked at; absent: the first reading of the transcript. */
  readonly reading?: string;
  /** The raw transcript is open, or closed; absent: open where it has room beside the story and the token may. */
  readonly raw?: '1' | '0';
  /** Byte in the transcript that the link points at: bytes stay true whatever a viewer calls a line. */
  readonly at?: string;
}

const isByte = (value: unknown): value is string => typeof value === 'string' && /^\d{1,12}$/.test(value);

export function readCrashView(search: Readonly<Record<string, unknown>>): CrashView {
  const { transcript, reading, raw, at } = search;
  return {
    ...(typeof transcript === 'string' && /^[0-9a-f]{32}$/.test(transcript) && { transcript }),
    ...(isByte(reading) && { reading }),
    ...((raw === '1' || raw === '0') && { raw }),
    ...(isByte(at) && { at }),
  };
}
