/** What the address of a crash's page says beside its id. */
export interface CrashView {
  /** Transcript that is looked at; absent: the one of the primary reading. */
  readonly transcript?: string;
  /** The raw transcript is open. */
  readonly raw?: '1';
  /** Byte in the transcript that the link points at: bytes stay true whatever a viewer calls a line. */
  readonly at?: string;
}

export function readCrashView(search: Readonly<Record<string, unknown>>): CrashView {
  const { transcript, raw, at } = search;
  return {
    ...(typeof transcript === 'string' && /^[0-9a-f]{32}$/.test(transcript) && { transcript }),
    ...(raw === '1' && { raw }),
    ...(typeof at === 'string' && /^\d{1,12}$/.test(at) && { at }),
  };
}
