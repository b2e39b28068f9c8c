import type { Line } from './framing';
import { matchHeader } from './header-line';
import type { Arch } from './reading';
import { openDraft, type Draft } from './report';

// crash(8) kernel.c display_sys_stats.
const BANNER =
  /^\s*(KERNEL|DUMPFILE|DATE|NODENAME|RELEASE|MACHINE|PANIC|PID|COMMAND|STATE|CPU|UPTIME): +(.*)$/;
/** First letters of the banner's names. */
const LETTERS = 'KDNRMPCSU';

const MACHINES: Readonly<Record<string, Arch>> = {
  x86_64: 'x86_64',
  i686: 'i386',
  i386: 'i386',
  aarch64: 'arm64',
  armv7l: 'arm',
  ppc64: 'powerpc',
  ppc64le: 'powerpc',
  s390x: 's390x',
  riscv64: 'riscv',
  mips: 'mips',
  mips64: 'mips',
  loongarch64: 'loongarch',
};

const ORIGIN: Line = {
  number: 0,
  start: 0,
  end: 0,
  message: '',
  uptime: null,
  wallTime: null,
  caller: null,
  framed: false,
  foreign: false,
};

/** What the start-up banner and `sys` say of the dump. */
export class Crash8Banner {
  private readonly values = new Map<string, string>();

  /** @param first the line's first letter that is no blank. */
  line(message: string, first: string): boolean {
    const m = LETTERS.includes(first) ? BANNER.exec(message) : null;
    if (!m) return false;
    const key = m[1] ?? '';
    if (!this.values.has(key)) this.values.set(key, (m[2] ?? '').trim());
    return true;
  }

  /** What the panic was told to be; crash(8) has it from the log. */
  get panic(): string | null {
    return this.values.get('PANIC')?.replace(/^"|"?(?: \(check log for details\))?$/g, '') ?? null;
  }

  get release(): string | null {
    return this.values.get('RELEASE') ?? null;
  }

  get arch(): Arch | null {
    return MACHINES[this.values.get('MACHINE')?.split(/\s/)[0] ?? ''] ?? null;
  }

  get occurredAtMs(): number | null {
    const date = this.values.get('DATE');
    return date === undefined ? null : instantOfDate(date);
  }

  /** A start-up banner alone still tells what crashed. */
  draft(): Draft | null {
    const message = this.panic;
    if (message === null || !this.values.has('DUMPFILE')) return null;
    const row = matchHeader(message);
    const kind = row === null || row.role === 'panic' ? 'unknown' : row.kind;
    const draft = openDraft(ORIGIN, kind, 'own', 'crash8');
    draft.headline = message;
    draft.exception = row?.exception ?? null;
    draft.damage = 'trace-lost';
    draft.fatal = true;
    draft.panicked = true;
    draft.kernelRelease = this.release;
    draft.arch = this.arch;
    draft.occurredAtMs = this.occurredAtMs;
    return draft;
  }
}

// `Sun Sep 20 23:58:01 UTC 2026`. Zones without a name of their own are printed as an offset; other short names are
// ambiguous, and from before crash 7.2.9 there is none.
const DATE =
  /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d) (?:UTC|GMT|UCT|([+-])(\d\d):?([0-5]\d)?) (\d{4})$/;

/** @returns milliseconds since 1970, UTC; `null` where the zone is not known for certain. */
export function instantOfDate(date: string): number | null {
  const m = DATE.exec(date.trim());
  if (!m) return null;
  const at = Date.parse(`${m[2]} ${m[1]} ${m[7]} ${m[3]} UTC`);
  if (Number.isNaN(at)) return null;
  const minutes = m[4] === undefined ? 0 : Number(m[5]) * 60 + Number(m[6] ?? 0);
  return at - (m[4] === '-' ? -minutes : minutes) * 60_000;
}
