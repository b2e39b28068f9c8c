import { readDetails, readTranscript, type Arch, type CrashDetails } from '../../src/index';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Details of the first report in the lines. */
export function detailsOf(lines: readonly string[]): CrashDetails {
  const bytes = bytesOf(lines.map((line, i) => `[   91.${String(i).padStart(6, '0')}] ${line}\n`).join(''));
  const reading = readTranscript(bytes).readings[0];
  if (reading === undefined) throw new Error('no report');
  return readDetails(bytes, reading);
}

const hexOf = (details: CrashDetails, of: string) =>
  Object.fromEntries(
    [...(details.registers.find((set) => set.of === of)?.values ?? [])].map(([name, { value }]) => [
      name,
      value.toString(16),
    ]),
  );

/** A report as one era of one architecture prints it, and what it says. */
export interface Era {
  readonly name: string;
  readonly arch: Arch;
  readonly lines: readonly string[];
  readonly fault: Readonly<Record<string, string>>;
  readonly user?: Readonly<Record<string, string>>;
  readonly interrupted?: Readonly<Record<string, string>>;
  /** Bytes from the trapping one on; the number of those before it. */
  readonly code?: readonly [before: number, from: readonly number[]];
  readonly address?: readonly [value: string, source: string, trusted: boolean];
  readonly trap?: readonly [value: string, source: string, words: string];
}

/** What holds of every such report. */
export function describeEras(eras: readonly Era[]): void {
  describe.each(eras.map((era) => [era.name, era] as const))('%s', (_name, era) => {
    const details = detailsOf(era.lines);

    it('registers at the trap, of user space and of what was interrupted', () => {
      expect(details.arch).toBe(era.arch);
      expect(hexOf(details, 'fault')).toMatchObject(era.fault);
      expect(hexOf(details, 'user')).toMatchObject(era.user ?? {});
      expect(hexOf(details, 'interrupted')).toMatchObject(era.interrupted ?? {});
      const kinds = ['fault', ...(era.user ? ['user'] : []), ...(era.interrupted ? ['interrupted'] : [])];
      expect(details.registers.map(({ of }) => of).sort()).toEqual(kinds.sort());
    });

    it('instruction bytes in memory order, the trapping one marked', () => {
      const { code } = details;
      if (era.code === undefined) {
        expect(code).toBeNull();
        return;
      }
      const [before, from] = era.code;
      expect(code?.trapAt).toBe(before);
      expect(code?.bytes.slice(before, before + from.length)).toEqual(from);
    });

    it('the address and what the processor says of the access', () => {
      const { faultAddress: address, trapCode: trap } = details;
      expect(address && [address.value.toString(16), address.source, address.trusted]).toEqual(
        era.address ?? null,
      );
      expect(trap && [trap.value.toString(16), trap.source, trap.words.join(' ')]).toEqual(era.trap ?? null);
    });
  });
}
