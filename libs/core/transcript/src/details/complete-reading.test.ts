import { readTranscript } from '../read-transcript';
import { completeReading } from './complete-reading';
import { readDetails } from './read-details';

const OOPS = [
  '[   81.336491] BUG: unable to handle page fault for address: ffffc90000a1d000',
  '[   81.336510] Oops: 0002 [#1] PREEMPT SMP NOPTI',
  '[   81.336520] CPU: 1 PID: 812 Comm: insmod Not tainted 6.1.0-13-amd64 #1  Debian 6.1.55-1',
  '[   81.336540] RIP: 0010:rtx_memcpy+0x1b/0x40 [rtx]',
  '[   81.336560] Call Trace:',
  '[   81.336580]  rtx_open+0x51/0x90 [rtx]',
  '[   81.336640] ---[ end trace 0000000000000000 ]---',
].join('\n');
const CLOCK = '[    1.336491] rtc_cmos 00:04: setting system clock to 2026-03-04T05:06:07 UTC (1772600767)\n';

const completed = (text: string) => {
  const bytes = Buffer.from(text);
  const reading = readTranscript(bytes).readings[0]!;
  return { reading, complete: completeReading(reading, readDetails(bytes, reading)) };
};

describe('a reading with what its boot says', () => {
  it('knows the wall clock of the crash from a message that said both clocks', () => {
    const { reading, complete } = completed(`[    0.000000] Linux version 6.1.0-13-amd64\n${CLOCK}${OOPS}`);
    expect(reading.occurredAtMs).toBeNull();
    const uptimeMs = Math.round((reading.uptimeSeconds! - 1.336491) * 1000);
    const bootedAtMs = Date.UTC(2026, 2, 4, 5, 6, 7) - 1_336;
    const moment = { bootedAtMs, uptimeSeconds: null, machineStates: [] };
    expect(complete).toEqual({ ...reading, occurredAtMs: Date.UTC(2026, 2, 4, 5, 6, 7) + uptimeMs, moment });
  });

  it('is the same reading where the text says nothing more', () => {
    const { reading, complete } = completed(OOPS);
    expect(complete).toBe(reading);
  });

  const bare = completed(OOPS).reading;
  const boot = (bootId: string | null, clock: { atMs: number; uptimeSeconds: number } | null = null) => {
    const span = { start: 0, end: 1 };
    const none = { version: null, commandLine: null, hypervisor: null, dmi: null };
    const sourced = <Value>(value: Value | null) => (value === null ? null : { value, span });
    return { boot: { ...none, bootId: sourced(bootId), clock: sourced(clock) }, registers: [] };
  };

  it('writes a boot id as the kernel does', () => {
    const { bootId } = completeReading(bare, boot('b8a3f0ee8d1b4d8e9c8e2d1f0a9d5b11'));
    expect(bootId).toBe('b8a3f0ee-8d1b-4d8e-9c8e-2d1f0a9d5b11');
    expect(completeReading(bare, boot('b8a3f0ee')).bootId).toBeNull();
  });

  it('keeps what the report itself says', () => {
    const moment = { bootedAtMs: 4, uptimeSeconds: null, machineStates: [] };
    const said = { ...bare, bootId: 'its own', occurredAtMs: 7, moment };
    const clock = { atMs: 5, uptimeSeconds: 1 };
    expect(completeReading(said, boot('b8a3f0ee8d1b4d8e9c8e2d1f0a9d5b11', clock))).toBe(said);
  });

  it('takes no clock that was read later than the crash, nor one where the crash has no time', () => {
    expect(completeReading(bare, boot(null, { atMs: 5, uptimeSeconds: 1e6 })).occurredAtMs).toBeNull();
    const timeless = { ...bare, uptimeSeconds: null };
    expect(completeReading(timeless, boot(null, { atMs: 5, uptimeSeconds: 0 })).occurredAtMs).toBeNull();
  });
});
