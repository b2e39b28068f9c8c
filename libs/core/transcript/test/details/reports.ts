import {
  DEFAULT_DETAIL_LIMITS,
  readDetails,
  readTranscript,
  type CrashDetails,
  type DetailLimits,
} from '../../src/index';

const bytesOf = (text: string) => new TextEncoder().encode(text);
export const stamped = (lines: readonly string[], from = 91) =>
  lines.map((line, i) => `[${(from + i / 1000).toFixed(6).padStart(12)}] ${line}\n`).join('');

/** Details of the last report in the text, or of the one at `index`. */
export function detailsOfText(text: string, limits: Partial<DetailLimits> = {}, index = -1): CrashDetails {
  const bytes = bytesOf(text);
  const reading = readTranscript(bytes).readings.at(index);
  if (reading === undefined) throw new Error('no report');
  return readDetails(bytes, reading, { ...DEFAULT_DETAIL_LIMITS, ...limits });
}

export const detailsOf = (lines: readonly string[], limits: Partial<DetailLimits> = {}) =>
  detailsOfText(stamped(lines), limits);

export const OOPS = [
  'BUG: kernel NULL pointer dereference, address: 0000000000000018',
  'Oops: 0000 [#1] PREEMPT SMP NOPTI',
  'CPU: 2 PID: 1187 Comm: fetcher Tainted: G        W  OE Y     6.1.0-39-amd64 #1 Debian 6.1.148-1',
  'Hardware name: Acme Corp. RackUnit 9/BoardX, BIOS 2.17 03/11/2024',
  'RIP: 0010:frob_commit+0x2f/0x90 [frobnic]',
  'RSP: 0018:ffffb3d2c0a17d48 EFLAGS: 00010246',
  'Call Trace:',
  ' <TASK>',
  ' frob_ioctl+0x1a4/0x5c0 [frobnic]',
  ' </TASK>',
];
export const stacksOf = ({ stacks }: CrashDetails) =>
  stacks.map(({ role, cpu, pid, comm, frames }) => [
    role,
    cpu,
    pid,
    comm,
    frames.map((f) => f.function).join(' '),
  ]);

export const BOOT = [
  'Linux version 6.1.0-39-amd64 (debian-kernel@lists.debian.org) #1 SMP Debian 6.1.148-1',
  'Command line: BOOT_IMAGE=/vmlinuz ro quiet',
  'DMI: Acme Corp. RackUnit 9/BoardX, BIOS 2.17 03/11/2024',
  'Hypervisor detected: KVM',
  'Booting paravirtualized kernel on KVM',
  'Kernel command line: BOOT_IMAGE=/vmlinuz ro quiet crashkernel=512M',
  'audit: type=2000 audit(1790205580.123:1): state=initialized audit_enabled=0 res=1',
  'rtc_cmos 00:01: setting system clock to 2026-09-23T23:19:45 UTC (1790205585)',
];
