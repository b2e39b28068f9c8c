import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CrashMoment } from '../reading';
import { readSession } from '../session/read-session';
import { readTranscript } from '../read-transcript';
import { completeReading } from './complete-reading';
import { readDetails } from './read-details';

const KDUMP = join(__dirname, '../../cases/kdump');

function momentOf(bytes: Uint8Array): CrashMoment | null {
  const [reading] = readTranscript(bytes).readings;
  if (reading === undefined) throw new Error('no crash in it');
  return completeReading(reading, readDetails(bytes, reading), readSession(bytes)).moment ?? null;
}
const ofCase = (slug: string) => momentOf(readFileSync(join(KDUMP, slug, 'transcript.txt')));
const ofText = (text: string) => momentOf(new TextEncoder().encode(text));

const BANNER = `      KERNEL: /usr/lib/debug/boot/vmlinux-6.1.0-55-amd64  [TAINTED]
    DUMPFILE: dump.202611181634  [PARTIAL DUMP]
        DATE: Wed Nov 18 16:34:18 UTC 2026
      UPTIME: 2 days, 01:00:08
     RELEASE: 6.1.0-55-amd64
     MACHINE: x86_64  (2599 Mhz)
       PANIC: "Oops: 0000 [#1] PREEMPT SMP NOPTI" (check log for details)
         PID: 0
     COMMAND: "swapper/0"
         CPU: 0
       STATE: TASK_RUNNING (PANIC)
`;

describe('the moment of a crash', () => {
  it('has the boot time by the real-time clock of the log', () => {
    expect(ofCase('ghost-timer-01.dmesg')?.bootedAtMs).toBe(Date.UTC(2026, 10, 18, 16, 34, 11) - 2_075);
  });

  it('has the boot time and the uptime that crash(8) prints, in days too', () => {
    const uptimeSeconds = 2 * 86_400 + 3600 + 8;
    const bootedAtMs = Date.UTC(2026, 10, 18, 16, 34, 18) - uptimeSeconds * 1000;
    expect(ofText(BANNER)).toEqual({ bootedAtMs, uptimeSeconds, machineStates: [] });
  });

  it('leaves the uptime to the stamps of a log where the text holds one', () => {
    const moment = ofCase('usb-strdesc-pool-01.crash-session');
    expect(moment?.uptimeSeconds).toBeNull();
    expect(moment?.bootedAtMs).not.toBeNull();
  });

  it('knows the same machine state in a log, a bare bt and a session, and never in another crash', () => {
    const owners = new Map<string, string>();
    const alone: string[] = [];
    for (const slug of readdirSync(KDUMP).sort()) {
      const [report = ''] = slug.split('.');
      const states = ofCase(slug)?.machineStates ?? [];
      if (states.length === 0) alone.push(slug);
      for (const state of states) expect(owners.get(state) ?? report).toBe(report);
      for (const state of states) owners.set(state, report);
    }
    // Kernel threads in a kernel that is not loaded at random: every boot may repeat their registers.
    const repeated = ['nvc-flushd-bug-02', 'nvc-list-corruption-03'].flatMap((report) =>
      ['crash-bt', 'crash-session', 'dmesg'].map((one) => `${report}.${one}`),
    );
    expect(alone).toEqual(['hung-task-02.crash-bt', ...repeated]);
  });

  it('is not known by registers that every boot repeats', () => {
    const value = 'ffff888004217c00';
    const registers = [
      ['RAX', 'RBX', 'RCX'],
      ['RDX', 'RSI', 'RDI'],
      ['RBP', 'R08', 'R09'],
      ['R10', 'R11', 'R12'],
      ['R13', 'R14', 'R15'],
    ].map((names) => `[    7.000005] ${names.map((name) => `${name}: ${value}`).join(' ')}`);
    const oops = (stack: string) =>
      ofText(
        `[    7.000001] BUG: kernel NULL pointer dereference, address: 0000000000000010
[    7.000002] Oops: 0000 [#1] PREEMPT SMP
[    7.000003] RIP: 0010:f+0x10/0x20
[    7.000004] RSP: 0018:${stack} EFLAGS: 00010246
${registers.join('\n')}
[    7.000006] Call Trace:
[    7.000007]  g+0x10/0x20
[    7.000008] Kernel panic - not syncing: Fatal exception
`,
      )?.machineStates ?? [];
    expect(oops('ffffc9000041fdf0')).toEqual([]);
    expect(oops('ffffd0584041be20')).toHaveLength(1);
  });
});
