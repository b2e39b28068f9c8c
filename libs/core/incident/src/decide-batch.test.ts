import fc from 'fast-check';
import { MemoryIncidents, SAMPLE_START_MS, sampleReceipt } from './fakes';
import type { SampleReading, SampleReceipt } from './fakes';
import { decideBatch } from './decide-batch';
import type { DecidedBatch } from './decide-batch';
import { JOIN_REASONS } from './join-reason';
import type { Receipt } from './receipt';
import { transition } from './incident-transition';

const NOW_MS = SAMPLE_START_MS + 86_400_000;

function world() {
  const store = new MemoryIncidents();
  let ids = 0;
  const settle = (receipts: readonly Receipt[], floorMs = 0): DecidedBatch => {
    const decided = decideBatch(receipts, store.load(receipts, floorMs), {
      newId: () => `id-${(ids += 1)}`,
      nowMs: NOW_MS,
    });
    store.apply(decided.plan);
    expect(store.counts(null)).toEqual(store.recount(null));
    expect(store.causes).toEqual(store.recountCauses());
    return decided;
  };
  const incidents = () => [...store.incidents.values()];
  const resolve = (atMs: number) => {
    for (const incident of incidents()) {
      const result = transition(incident, { kind: 'resolve', atMs, by: 'ann', release: null });
      if (result.kind === 'changed') store.incidents.set(incident.id, result.incident);
    }
  };
  return { store, settle, incidents, resolve };
}

const crash = (n: number, bug = 'f', more: SampleReceipt = {}, reading: Partial<SampleReading> = {}) =>
  sampleReceipt(n, { ...more, readings: [{ bug, ...reading }] });
const on = (hostId: string) => ({ transcript: { hostId } });
const changesOf = (decided: DecidedBatch) => decided.plan.changes.map(({ change }) => change);

describe('a first crash', () => {
  it('opens an incident with its number, counts and reason', () => {
    const { settle, incidents } = world();
    const { plan, results } = settle([crash(1, 'f', {}, { fatal: true })]);
    expect(results).toEqual([{ kind: 'settled', outcome: 'read', reason: null }]);
    expect(incidents()).toMatchObject([
      {
        number: 1,
        status: 'open',
        holding: false,
        crashes: 1,
        fatalCrashes: 1,
        hosts: 1,
        groupKeys: ['v1:f'],
      },
    ]);
    expect(incidents()[0]!.releases).toEqual(['6.1.0-18-amd64']);
    expect(plan.changes).toMatchObject([{ change: 'opened', crash: { hostId: 'host-1', fatal: true } }]);
    expect(plan.changes[0]!.traceparent).toBe(crash(1).traceparent);
    expect(plan.links).toMatchObject([{ primary: true, reason: 'first-sighting' }]);
    expect(plan.audit).toMatchObject([{ action: 'incident.opened', actor: 'machine' }]);
  });

  it('is joined by crashes of its key on other hosts and releases, each counted once', () => {
    const { settle, incidents } = world();
    settle([crash(1)]);
    const { plan } = settle([crash(2, 'f', on('b')), crash(3, 'f', on('b'), { kernelRelease: '6.9.1' })]);
    expect(incidents()).toMatchObject([{ crashes: 3, fatalCrashes: 0, hosts: 2 }]);
    expect(incidents()[0]!.releases).toEqual(['6.9.1', '6.1.0-18-amd64']);
    expect(plan.links.map(({ reason }) => reason)).toEqual(['group-key', 'group-key']);
    expect(changesOf({ plan, results: [] })).toEqual(['seen']);
  });

  it('has its facets counted by host, release, variant and UTC day of its own time', () => {
    const { settle } = world();
    const lateMs = Date.UTC(2025, 11, 31, 23, 59, 59);
    const { plan } = settle([crash(1, 'f', {}, { occurredAtMs: lateMs, fatal: true })]);
    const counted = { crashes: 1, fatalCrashes: 1, firstSeenAtMs: lateMs, lastSeenAtMs: lateMs };
    expect(plan.byHost).toMatchObject([{ value: 'host-1', ...counted }]);
    expect(plan.byRelease).toMatchObject([{ value: '6.1.0-18-amd64', ...counted }]);
    expect(plan.byVariant).toMatchObject([
      { value: 'v1:exact:f+16', title: 'f+16 page_fault from entry_of_f' },
    ]);
    expect(plan.byDay).toMatchObject([{ value: '2025-12-31', ...counted }]);
  });
});

describe('receipts', () => {
  it('of a transcript seen before are duplicates and change no count but "seen again"', () => {
    const { settle, store, incidents } = world();
    settle([crash(1)]);
    const before = structuredClone(incidents());
    const again = { ...crash(1), receiptId: 'another-receipt', source: { partition: 0, offset: 77 } };
    expect(settle([again]).results).toEqual([{ kind: 'settled', outcome: 'duplicate', reason: null }]);
    expect(incidents()).toEqual(before);
    expect([...store.transcripts.values()]).toMatchObject([{ seen: 2 }]);
    expect(store.counts(null).transcripts).toEqual({ read: 1, duplicate: 1 });
  });

  it('redelivered from the same position change nothing, from another count as redelivered once', () => {
    const { settle, store } = world();
    settle([crash(1)]);
    const { plan } = settle([crash(1)]);
    expect(plan.ledger).toEqual([]);
    expect(plan.changes).toEqual([]);
    const elsewhere = { ...crash(1), source: { partition: 1, offset: 99 } };
    settle([elsewhere, elsewhere]);
    settle([elsewhere]);
    expect(store.counts(null)).toMatchObject({ transcripts: { read: 1 }, redelivered: 1 });
  });

  it('without a crash are counted and open nothing', () => {
    const { settle, incidents, store } = world();
    settle([sampleReceipt(1)]);
    expect(incidents()).toEqual([]);
    expect(store.counts(null).transcripts).toEqual({ 'no-crash': 1 });
  });

  it('from before the retention floor are refused, not counted again', () => {
    const { settle, incidents, store } = world();
    const { results } = settle([crash(1)], crash(1).receivedAtMs + 1);
    expect(results).toEqual([{ kind: 'settled', outcome: 'rejected', reason: 'past-retention' }]);
    expect(incidents()).toEqual([]);
    expect(store.counts(null).transcripts).toEqual({ 'rejected:past-retention': 1 });
    settle([crash(1)], crash(1).receivedAtMs + 1);
    expect(store.counts(null).transcripts).toEqual({ 'rejected:past-retention': 1 });
  });

  it('rejected at first and readable later are settled anew', () => {
    const { settle, incidents, store } = world();
    settle([sampleReceipt(1, { rejected: 'blob-missing' })]);
    expect(store.counts(null).transcripts).toEqual({ 'rejected:blob-missing': 1 });
    settle([{ ...crash(1), source: { partition: 2, offset: 50 } }]);
    expect(incidents()).toHaveLength(1);
    expect(store.counts(null)).toMatchObject({ transcripts: { read: 1 }, redelivered: 1 });
    settle([sampleReceipt(1, { rejected: 'blob-missing' })]);
    expect(store.counts(null).transcripts).toEqual({ read: 1 });
  });

  it('whose record could not even be read are counted', () => {
    const { settle, store } = world();
    settle([{ ...sampleReceipt(1, { rejected: 'undecodable' }), transcript: null }]);
    expect(store.counts(null).transcripts).toEqual({ 'rejected:undecodable': 1 });
  });

  it('count readings beyond the limit as sampled away', () => {
    const { settle, store } = world();
    settle([sampleReceipt(1, { readings: [{ bug: 'f' }], omittedReadings: 7 })]);
    expect(store.counts(null).readings).toEqual({ grouped: 1, 'sampled-away': 7 });
  });
});

describe('the same crash seen twice', () => {
  const bundle = { bundleId: '01J00000000000000000BUNDLE' };

  it.each([
    ['same-bundle', { transcript: bundle }, {}],
    ['same-boot', { transcript: { bootId: 'b8a3f0ee-8d1b-4d8e-9c8e-2d1f0a9d5b11' } }, {}],
    ['same-boot', {}, { bootId: 'b8a3f0ee-8d1b-4d8e-9c8e-2d1f0a9d5b11' }],
  ] as const)('counts once: %s', (reason, more, reading) => {
    const { settle, store, incidents } = world();
    settle([crash(1, 'f', more, reading)]);
    const { plan } = settle([crash(2, 'f', more, reading)]);
    expect(incidents()).toMatchObject([{ crashes: 1 }]);
    expect(plan.links).toMatchObject([{ reason, primary: false }]);
    expect(store.counts(null).readings).toEqual({ grouped: 1, 'same-crash': 1 });
  });

  it('is another crash each time that one transcript reports it, and the n-th of one text is the n-th of another', () => {
    const { settle, store, incidents } = world();
    const readings = [{ bug: 'f' }, { bug: 'g' }, { bug: 'f' }];
    settle([sampleReceipt(1, { transcript: bundle, readings })]);
    expect(incidents()).toMatchObject([{ crashes: 2 }, { crashes: 1 }]);
    const { plan } = settle([sampleReceipt(2, { transcript: bundle, readings })]);
    expect(incidents()).toMatchObject([{ crashes: 2 }, { crashes: 1 }]);
    expect(new Set(plan.links.map((link) => link.crashId)).size).toBe(3);
    expect(store.counts(null).readings).toEqual({ grouped: 3, 'same-crash': 3 });
  });

  it('is the fatal one of its bundle whatever its key, for the first fatal reading of a text only', () => {
    const { settle, store } = world();
    settle([crash(1, 'f', { transcript: bundle }, { fatal: true })]);
    const { plan } = settle([
      sampleReceipt(2, {
        transcript: bundle,
        readings: [
          { bug: 'g', fatal: true },
          { bug: 'h', fatal: true },
        ],
      }),
    ]);
    expect(plan.links.map(({ reason }) => reason)).toEqual(['bundle-fatal', 'first-sighting']);
    expect(store.counts(null).readings).toEqual({ grouped: 2, 'same-crash': 1 });
  });

  it('is not assumed for other hosts, bundles or boots', () => {
    const { settle, incidents } = world();
    settle([
      crash(1, 'f', { transcript: bundle }),
      crash(2, 'f', { transcript: { ...bundle, hostId: 'b' } }),
      crash(3, 'f', { transcript: { bundleId: '01J00000000000000000OTHER0' } }),
      crash(4),
    ]);
    expect(incidents()).toMatchObject([{ crashes: 4, hosts: 2 }]);
  });

  it('turns fatal once a copy shows that the machine died', () => {
    const { settle, incidents } = world();
    settle([crash(1, 'f', { transcript: bundle })]);
    const { plan } = settle([crash(2, 'f', { transcript: bundle }, { fatal: true })]);
    expect(incidents()).toMatchObject([{ crashes: 1, fatalCrashes: 1 }]);
    expect(plan.byHost).toMatchObject([{ crashes: 0, fatalCrashes: 1 }]);
  });
});

describe('a damaged reading', () => {
  const bundle = { transcript: { bundleId: '01J00000000000000000BUNDLE' } };
  const torn = { damage: 'torn', fatal: true } as const;

  it('waits in one holding incident of its host', () => {
    const { settle, incidents, store } = world();
    const { plan } = settle([crash(1, 'f', {}, torn), crash(2, 'g', {}, torn), crash(3, 'f', on('b'), torn)]);
    expect(incidents()).toMatchObject([
      { holding: true, crashes: 2, hosts: 1, groupKeys: ['hold:host-1'] },
      { holding: true, crashes: 1, hosts: 1, groupKeys: ['hold:b'] },
    ]);
    expect(plan.links.map(({ reason }) => reason)).toEqual(['damaged', 'damaged', 'damaged']);
    expect(store.counts(null).readings).toEqual({ held: 3 });
  });

  it('moves to its incident when a sound copy comes, and the emptied holding incident is done', () => {
    const { settle, incidents, store } = world();
    settle([crash(1, '', bundle, torn)]);
    const { plan } = settle([crash(2, 'f', bundle, { fatal: true })]);
    expect(incidents()).toMatchObject([
      { holding: true, status: 'resolved', crashes: 0, fatalCrashes: 0, hosts: 0 },
      {
        holding: false,
        status: 'open',
        crashes: 1,
        fatalCrashes: 1,
        hosts: 1,
        title: 'f+16 page_fault from entry_of_f',
      },
    ]);
    expect(plan.crashes).toMatchObject([{ isNew: false, held: false, primaryReplaced: true }]);
    expect(plan.links).toMatchObject([
      { reason: 'better-copy', primary: true, detail: { found: 'bundle-fatal' } },
    ]);
    expect(changesOf({ plan, results: [] }).sort()).toEqual(['opened', 'resolved']);
    expect(store.crashes.size).toBe(1);
  });

  it('is one with a sound copy that came before', () => {
    const { settle, incidents } = world();
    settle([crash(1, 'f', bundle, { fatal: true }), crash(2, '', bundle, torn)]);
    expect(incidents()).toMatchObject([{ holding: false, crashes: 1 }]);
  });

  it('is one with a sound copy of another POST that knows the boot which ended in it, whichever comes first', () => {
    const boot = { transcript: { bootId: 'b8a3f0ee-8d1b-4d8e-9c8e-2d1f0a9d5b11' } };
    const damaged = crash(1, 'cut', boot, torn);
    const sound = crash(2, 'f', boot, { fatal: true });
    for (const [first, second] of [
      [damaged, sound],
      [sound, damaged],
    ] as const) {
      const { settle, incidents, store } = world();
      settle([first]);
      const { plan } = settle([second]);
      expect(store.crashes.size).toBe(1);
      const open = incidents().filter(({ status }) => status === 'open');
      expect(open).toMatchObject([{ holding: false, crashes: 1, fatalCrashes: 1, groupKeys: ['v1:f'] }]);
      expect(JSON.stringify(plan.links)).toContain('boot-fatal');
    }
  });

  it('stays a crash of its own beside another death, or a survived one, of the same boot', () => {
    const boot = { transcript: { bootId: 'b8a3f0ee-8d1b-4d8e-9c8e-2d1f0a9d5b11' } };
    const { settle, store } = world();
    settle([crash(1, 'f', boot, { fatal: true }), crash(2, 'g', boot, { fatal: true })]);
    settle([crash(3, 'cut', boot, { damage: 'torn', fatal: false })]);
    expect(store.crashes.size).toBe(3);
  });

  it('opens an emptied holding incident again without calling it a recurrence', () => {
    const { settle, incidents } = world();
    settle([crash(1, '', bundle, torn), crash(2, 'f', bundle, { fatal: true })]);
    const decided = settle([crash(3, 'h', {}, torn)]);
    expect(changesOf(decided)).toEqual(['reopened']);
    expect(incidents()[0]).toMatchObject({ holding: true, status: 'open', crashes: 1, recurrences: 0 });
  });
});

describe('a resolved incident', () => {
  const RESOLVED_MS = SAMPLE_START_MS + 100_000;

  it('recurs by a crash that happened after the resolve', () => {
    const { settle, incidents, resolve } = world();
    settle([crash(1)]);
    resolve(RESOLVED_MS);
    const decided = settle([crash(200)]);
    expect(changesOf(decided)).toEqual(['recurred']);
    expect(incidents()).toMatchObject([{ status: 'open', recurrences: 1, resolvedAtMs: null, crashes: 2 }]);
  });

  it.each([
    ['the text', {}, { occurredAtMs: RESOLVED_MS - 1 }],
    ['the sender', { transcript: { occurredAtMs: RESOLVED_MS - 1 } }, {}],
  ] as const)(
    'only counts a crash that happened before, as %s says, though received after',
    (_, more, reading) => {
      const { settle, incidents, resolve } = world();
      settle([crash(1)]);
      resolve(RESOLVED_MS);
      const decided = settle([crash(200, 'f', more, reading)]);
      expect(changesOf(decided)).toEqual(['seen']);
      expect(incidents()).toMatchObject([{ status: 'resolved', crashes: 2 }]);
    },
  );

  it('does not recur by a second copy of a crash', () => {
    const { settle, incidents, resolve } = world();
    const boot = { transcript: { bootId: 'b8a3f0ee-8d1b-4d8e-9c8e-2d1f0a9d5b11' } };
    settle([crash(1, 'f', boot)]);
    resolve(RESOLVED_MS);
    settle([crash(200, 'f', boot)]);
    expect(incidents()).toMatchObject([{ status: 'resolved', crashes: 1 }]);
  });
});

describe('any order and company of redeliveries, retries and second sends', () => {
  const reading = fc.record({
    bug: fc.constantFrom('f', 'g', 'h'),
    fatal: fc.boolean(),
    damage: fc.constantFrom(null, null, null, 'torn' as const),
    verdict: fc.constantFrom(undefined, 'unknown', 'lockup', 'bit-flip'),
    confidence: fc.constantFrom('hint' as const, 'likely' as const, 'certain' as const),
    hardwareLikelihood: fc.constantFrom(0, 0.3, 0.9),
  });
  const original = fc.record({
    hostId: fc.constantFrom('a', 'b'),
    bundle: fc.constantFrom(null, null, '01J00000000000000000BUNDLE'),
    boot: fc.constantFrom(null, null, 'b8a3f0ee-8d1b-4d8e-9c8e-2d1f0a9d5b11'),
    readings: fc.array(reading, { maxLength: 3 }),
    rejected: fc.constantFrom(undefined, undefined, undefined, 'blob-missing'),
    repeats: fc.array(
      fc.record({ kind: fc.constantFrom('redelivery', 'retry', 'second-send'), after: fc.nat(6) }),
      {
        maxLength: 3,
      },
    ),
  });

  it('gives the same incidents, crashes and counts', () => {
    fc.assert(
      fc.property(
        fc.array(original, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 4 })),
        (plan, cuts) => {
          const originals = plan.map((one, n) =>
            sampleReceipt(n, {
              transcript: { hostId: one.hostId, bundleId: one.bundle, bootId: one.boot },
              readings: one.readings,
              ...(one.rejected !== undefined && { rejected: one.rejected }),
            }),
          );
          const noisy = originals.map((receipt, at) => ({ receipt, at }));
          let extra = 1000;
          const expected = { retries: 0, sends: 0 };
          plan.forEach((one, n) => {
            const receipt = originals[n]!;
            for (const { kind, after } of one.repeats) {
              extra += 1;
              const at = n + after + 0.5;
              const source = { partition: 9, offset: extra };
              if (kind === 'redelivery') noisy.push({ receipt, at });
              if (kind === 'retry') noisy.push({ receipt: { ...receipt, source }, at });
              if (kind === 'second-send')
                noisy.push({ receipt: { ...receipt, receiptId: `second-${extra}`, source }, at });
              expected.retries += kind === 'retry' ? 1 : 0;
              expected.sends += kind === 'second-send' ? 1 : 0;
            }
          });
          const quiet = run(originals, []);
          const loud = run(
            noisy.sort((a, b) => a.at - b.at).map((one) => one.receipt),
            cuts,
          );
          expect(loud.shape).toEqual(quiet.shape);
          expect(loud.counts.readings).toEqual(quiet.counts.readings);
          expect(loud.counts.redelivered).toBe(expected.retries);
          expect(total(loud.counts.transcripts)).toBe(originals.length + expected.sends);
          expect(loud.counts.transcripts['read'] ?? 0).toBe(quiet.counts.transcripts['read'] ?? 0);
        },
      ),
      { numRuns: 300 },
    );
  });

  function run(receipts: readonly Receipt[], cuts: readonly number[]) {
    const { settle, store, incidents } = world();
    let at = 0;
    for (const size of cuts) {
      if (at < receipts.length) settle(receipts.slice(at, at + size));
      at += size;
    }
    if (at < receipts.length) settle(receipts.slice(at));
    const shape = incidents().map((one) => ({
      keys: one.groupKeys,
      crashes: one.crashes,
      fatal: one.fatalCrashes,
      hosts: one.hosts,
      status: one.status,
      causes: [...store.causes].filter(([key]) => key.startsWith(`["${one.id}"`)).sort(),
    }));
    expect([...store.crashes.values()].length).toBe(shape.reduce((sum, one) => sum + one.crashes, 0));
    return { shape, counts: store.counts(null) };
  }

  function total(counts: Readonly<Record<string, number>>): number {
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }
});

it('every join has a sentence', () => {
  for (const sentence of Object.values(JOIN_REASONS)) expect(sentence).toMatch(/^[A-Z].*\.$/);
});
