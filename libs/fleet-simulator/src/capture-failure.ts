import type { Delivery } from './delivery';
import { composeText } from './compose-text';
import type { OwnedLine } from './compose-text';
import type { Failure } from './failure';
import { DAY_MS } from './host';
import type { TextLine } from './scene';
import { createSeededRandom } from './seeded-random';
import type { SeededRandom } from './seeded-random';
import { bootLog } from './text/boot-log';
import { asDmesg, asNetconsole, asPstore, damage } from './text/captures';
import { backtrace, banner, hasSession } from './text/crash-session';
import { writeReport } from './text/write-report';

const MINUTE_MS = 60_000;
/** Share of the texts of a sort that are not whole. */
const DAMAGED = { netconsole: 0.08, pstore: 0.05, dmesg: 0.01, session: 0, journal: 0.01 } as const;

/** A text that a host sent, before the door numbered it. */
export type Capture = Omit<Delivery, 'receiptId' | 'source'>;

type Sort = keyof typeof DAMAGED;

/** All texts that tell of a failure, in whatever order they arrive. `earlier`: what the same boot survived before. */
export function captureFailure(failure: Failure, earlier: readonly Failure[], seed: number): Capture[] {
  return new FailureCapture(failure, earlier, seed).all();
}

class FailureCapture {
  private readonly random: SeededRandom;
  private readonly report: readonly TextLine[];
  private readonly captures: Capture[] = [];

  constructor(
    private readonly failure: Failure,
    private readonly earlier: readonly Failure[],
    private readonly seed: number,
  ) {
    this.random = createSeededRandom(`${seed} captures ${failure.id}`);
    this.report = reportOf(failure, seed);
  }

  all(): Capture[] {
    const { random, failure } = this;
    const { captures } = failure.host;
    if (failure.survived) {
      this.send('journal', own(asDmesg(this.report), failure.id), { afterMs: random.below(5 * MINUTE_MS) });
      if (captures.netconsole) this.netconsole();
      return this.captures;
    }
    if (captures.netconsole) this.netconsole();
    if (captures.kdump && random.chance(0.95)) this.dump();
    if (captures.pstore) this.pstore();
    // Somebody copies it off the console.
    if (this.captures.length === 0)
      this.send('journal', own(asDmesg(this.report), failure.id), { afterMs: 10 * MINUTE_MS });
    return this.captures;
  }

  private netconsole(): void {
    const lines = own(asNetconsole(this.report, 900 + this.random.below(9000)), this.failure.id);
    this.send('netconsole', lines, { afterMs: this.random.below(MINUTE_MS / 2), tells: 'nothing' });
  }

  private dump(): void {
    const { random, failure } = this;
    const { scene, host, boot, occurredAtMs } = failure;
    const bundleId = random.chance(0.35) && hasSession(scene) ? `01J${random.hex(23).toUpperCase()}` : null;
    const boots = asDmesg(bootLog(scene, boot.atMs + host.skewMs));
    const before = this.earlier.flatMap((one) => own(asDmesg(reportOf(one, this.seed)), one.id));
    const lines = [...own(boots, null), ...before, ...own(asDmesg(this.report), failure.id)];
    const afterMs = (3 + random.below(20)) * MINUTE_MS;
    this.send('dmesg', lines, { afterMs, bundleId });
    if (!hasSession(scene)) return;
    const session = own(['crash> bt', ...backtrace(this.freshScene()), 'crash> quit'], failure.id);
    if (bundleId !== null) this.send('session', session, { afterMs: afterMs + 10, bundleId });
    else if (random.chance(0.25)) {
      const opened = own(banner(this.freshScene(), occurredAtMs + host.skewMs), failure.id);
      const days = 0.1 + random.next() * 9;
      this.send('session', [...opened, ...session], { afterMs: Math.round(days * DAY_MS), tells: 'nothing' });
    }
  }

  private pstore(): void {
    const { random, failure, report } = this;
    const lines = own(asPstore(report, 'Panic'), failure.id);
    const afterMs = random.chance(0.9)
      ? (3 + random.below(20)) * MINUTE_MS
      : Math.round(random.next() * 4 * DAY_MS);
    this.send('pstore', lines, { afterMs, tells: 'nothing' });
  }

  private freshScene(): Failure['scene'] {
    return { ...this.failure.scene, values: createSeededRandom(`${this.seed} session ${this.failure.id}`) };
  }

  private send(
    sort: Sort,
    lines: readonly OwnedLine[],
    {
      afterMs,
      bundleId = null,
      tells = 'boot',
    }: { afterMs: number; bundleId?: string | null; tells?: 'boot' | 'nothing' },
  ): void {
    const { random, failure } = this;
    const { host, boot, occurredAtMs } = failure;
    const damaged = random.chance(DAMAGED[sort]);
    // What is in one POST arrives together.
    const lateMs = bundleId === null && random.chance(0.03) ? Math.round(random.next() * 20 * DAY_MS) : 0;
    const told = tells === 'boot' && host.tellsBoot;
    const text = composeText(
      damaged
        ? damage(
            random,
            lines,
            lines.findIndex((line) => line.owner === failure.id),
          )
        : lines,
    );
    this.captures.push({
      bytes: text.bytes,
      shows: text.shows,
      damaged,
      receivedAtMs: occurredAtMs + afterMs + lateMs,
      facts: {
        ...text.facts(host.id),
        hostId: host.id,
        host: { name: host.name, model: host.model.name, kernelRelease: null, labels: {} },
        bundleId,
        bootId: told ? boot.id : null,
        occurredAtMs: told && random.chance(0.5) ? occurredAtMs + host.skewMs + random.below(3000) : null,
        context: { host: host.id },
      },
    });
  }
}

function own(lines: readonly string[], owner: string | null): OwnedLine[] {
  return lines.map((text) => ({ text, owner }));
}

function reportOf({ id, scene }: Failure, seed: number): TextLine[] {
  return writeReport({ ...scene, values: createSeededRandom(`${seed} report ${id}`) });
}
