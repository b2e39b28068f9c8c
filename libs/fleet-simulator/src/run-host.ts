import { RELEASE_DAYS } from './branches';
import { isPresent, isSurvived } from './bug';
import type { Bug } from './bug';
import { tailOf } from './contexts';
import type { Boot, Failure } from './failure';
import { compilerOf, DAY_MS, releaseAt } from './host';
import type { Host } from './host';
import type { Scene } from './scene';
import { createSeededRandom } from './seeded-random';
import type { SeededRandom } from './seeded-random';

/** A failure that comes at that time whatever the rates are: of a storm, or of bad hardware. */
export interface Forced {
  readonly atMs: number;
  readonly bug: Bug;
}

export interface World {
  readonly seed: number;
  readonly startMs: number;
  readonly days: number;
  readonly bugs: readonly Bug[];
}

const LOOP_CHANCE = 0.03;
const MINUTE_MS = 60_000;
const RANDOM_MODULES = ['nvme', 'ext4', 'xfs', 'dm_mod', 'bonding', 'ip_tables', 'overlay', 'ipmi_si'];

/** @returns the failures of one host over the days of the world, oldest first */
export function runHost(world: World, host: Host, forced: readonly Forced[]): Failure[] {
  return new HostRun(world, host, forced).run();
}

class HostRun {
  private readonly random: SeededRandom;
  private readonly failures: Failure[] = [];
  private readonly due: Forced[];
  private boot: Boot;

  constructor(
    private readonly world: World,
    private readonly host: Host,
    forced: readonly Forced[],
  ) {
    this.random = createSeededRandom(`${world.seed} ${host.id}`);
    this.due = [...forced].sort((a, b) => a.atMs - b.atMs);
    this.boot = this.bootAt(world.startMs - this.random.below(20 * DAY_MS));
  }

  run(): Failure[] {
    const { startMs, days } = this.world;
    const endMs = startMs + days * DAY_MS;
    let nowMs = startMs;
    while (nowMs < endMs) {
      const release = this.releaseAt(nowMs);
      const bugs = this.bugsOf(release);
      const rate = bugs.reduce((sum, bug) => sum + bug.perKiloHostDay, 0);
      const drawnMs = rate === 0 ? Infinity : nowMs + this.random.wait((1000 * DAY_MS) / rate);
      const upgradeMs = this.upgradeAfter(nowMs);
      const [forced] = this.due;
      const nextMs = Math.min(drawnMs, upgradeMs, forced?.atMs ?? Infinity, endMs);
      if (nextMs >= endMs) break;
      if (forced !== undefined && nextMs >= forced.atMs) {
        this.due.shift();
        // What is fixed on this host does not bring it down, whatever hits the others.
        const isHit = this.host.bad || isPresent(forced.bug, this.host.branch.name, release);
        nowMs = isHit
          ? this.fail(forced.bug, Math.max(nowMs, forced.atMs), release)
          : Math.max(nowMs, forced.atMs);
      } else if (nextMs === drawnMs) nowMs = this.failAgain(this.pickBug(bugs, rate), drawnMs, release);
      else {
        nowMs = upgradeMs + 3 * MINUTE_MS;
        this.boot = this.bootAt(nowMs);
      }
    }
    return this.failures;
  }

  private bugsOf(release: number): Bug[] {
    const { branch, model } = this.host;
    return this.world.bugs.filter(
      (bug) => isPresent(bug, branch.name, release) && (bug.model === null || bug.model === model.name),
    );
  }

  private pickBug(bugs: readonly Bug[], rate: number): Bug {
    let at = this.random.next() * rate;
    return bugs.find((bug) => (at -= bug.perKiloHostDay) < 0) ?? this.random.pick(bugs);
  }

  /** A machine that dies of something in its way up dies of it again and again. */
  private failAgain(bug: Bug, atMs: number, release: number): number {
    let nowMs = this.fail(bug, atMs, release);
    if (isSurvived(bug.kind) || !this.random.chance(LOOP_CHANCE)) return nowMs;
    for (let n = 2 + this.random.below(4); n > 0; n -= 1)
      nowMs = this.fail(bug, nowMs + (3 + this.random.below(8)) * MINUTE_MS, release);
    return nowMs;
  }

  /** @returns when the host is up again */
  private fail(bug: Bug, atMs: number, release: number): number {
    const survived = isSurvived(bug.kind);
    const { scene, inlined } = this.sceneOf(bug, atMs, release);
    this.failures.push({
      id: `${this.host.id}/${this.failures.length}`,
      bugId: bug.id,
      host: this.host,
      boot: this.boot,
      release,
      occurredAtMs: atMs,
      survived,
      inlined,
      scene,
    });
    if (survived) return atMs + MINUTE_MS;
    const upMs = atMs + (2 + this.random.below(6)) * MINUTE_MS;
    this.boot = this.bootAt(upMs);
    return upMs + MINUTE_MS;
  }

  private sceneOf(bug: Bug, atMs: number, release: number): { scene: Scene; inlined: boolean } {
    const { host, random, world } = this;
    const compiler = compilerOf(host, release, world.seed);
    const tail = tailOf(bug.path.context, host.branch.arch, host.branch.version);
    const built = compiler.stackOf(bug, random.below(6), tail.frames);
    const own = bug.path.module === null ? [] : [bug.path.module];
    return {
      inlined: built.inlined,
      scene: {
        bug,
        branch: host.branch,
        release: host.branch.releases[release] ?? '',
        model: host.model,
        hostName: host.name,
        frames: built.frames,
        interrupted: tail.interrupted?.map((name) => compiler.built(name, null, 'idle')) ?? null,
        comm: random.pick(bug.path.comms),
        pid:
          bug.path.context.kind === 'softirq' || bug.path.context.kind === 'irq'
            ? 0
            : 100 + random.below(60_000),
        cpu: random.below(64),
        // printk counts in microseconds.
        uptimeSeconds: Math.floor((atMs - this.boot.atMs) * 1000 + random.below(1000)) / 1e6,
        taint: random.chance(0.4) ? 'OE' : '',
        modules: [...own, ...RANDOM_MODULES.slice(random.below(4))],
        values: createSeededRandom(random.below(2 ** 31)),
      },
    };
  }

  private releaseAt(atMs: number): number {
    return releaseAt(this.host, (atMs - this.world.startMs) / DAY_MS);
  }

  private upgradeAfter(atMs: number): number {
    const { startMs } = this.world;
    const sinceFirst = (atMs - startMs) / DAY_MS - this.host.upgradeLagDays;
    const next = Math.max(1, Math.floor(sinceFirst / RELEASE_DAYS) + 1);
    return next >= this.host.branch.releases.length
      ? Infinity
      : startMs + (next * RELEASE_DAYS + this.host.upgradeLagDays) * DAY_MS;
  }

  private bootAt(atMs: number): Boot {
    const { random } = this;
    return { atMs, id: [8, 4, 4, 4, 12].map((digits) => random.hex(digits)).join('-') };
  }
}
