import {
  FIXTURE_TIME_MS,
  fixtureCrash,
  fixtureIncident,
  fixtureReading,
  fixtureTranscript,
  fixtureTranscriptId,
  fixtureUuid,
} from '../fakes/incident-fixtures';
import type { StoredIncident } from '../fakes/memory-incident-queries';
import type { IncidentFilter, IncidentOrder, IncidentQueries, TranscriptRow } from '../incident-queries';
import { transcriptListLaws } from './transcript-list-laws';

export interface IncidentQueriesUnderTest {
  readonly queries: IncidentQueries;
  /** Puts in what the pipeline would have written. */
  addTranscript(tenant: string, transcript: TranscriptRow): Promise<void>;
  addIncident(incident: StoredIncident): Promise<void>;
  /** The crash turned out to be a copy of another. */
  addAbsorbed(tenant: string, id: string, into: string): Promise<void>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EVERYTHING: IncidentFilter = {
  status: null,
  titlePart: null,
  family: null,
  kind: null,
  release: null,
  host: null,
  verdict: null,
  hardware: null,
  lastSeenFromMs: null,
  trend: null,
  triage: null,
  assignee: null,
  severity: null,
};
const ALL_CRASHES = { host: null, release: null, fatal: null };
const TREND = { bucket: 'day', fromMs: FIXTURE_TIME_MS, toMs: FIXTURE_TIME_MS + 14 * DAY_MS } as const;
const FACETS = { maxRows: 50, maxHistory: 100, trend: TREND } as const;

/** The laws of {@link IncidentQueries}. `open` gives an empty store each time. */
export function incidentQueriesConformance(
  name: string,
  open: () => Promise<IncidentQueriesUnderTest>,
): void {
  describe(`incident queries: ${name}`, () => {
    let bench: IncidentQueriesUnderTest;
    beforeEach(async () => {
      bench = await open();
    });
    listLaws(() => bench);
    incidentLaws(() => bench);
    crashLaws(() => bench);
    transcriptLaws(() => bench);
    transcriptListLaws(() => bench);
  });
}

async function numbers(
  queries: IncidentQueries,
  filter: Partial<IncidentFilter>,
  order: IncidentOrder = 'firstSeen',
) {
  const page = { order, limit: 200, after: null, trend: TREND };
  const { items } = await queries.listIncidents('default', { ...EVERYTHING, ...filter }, page);
  return items.map((item) => item.number);
}

function listLaws(bench: () => IncidentQueriesUnderTest): void {
  it('answers a listed incident with everything that was stored of it', async () => {
    const stored = fixtureIncident(1, { crashes: 3, fatalCrashes: 2 }, { recurrences: 2 });
    await bench().addIncident(stored);
    const page = { order: '-lastSeen', limit: 1, after: null, trend: TREND } as const;
    await expect(bench().queries.listIncidents('default', EVERYTHING, page)).resolves.toEqual({
      items: [
        {
          ...stored.incident,
          recurrences: 2,
          verdict: 'memory-overwrite',
          trend: [{ atMs: FIXTURE_TIME_MS, fatal: 2, survived: 1 }],
        },
      ],
      next: null,
    });
  });

  it('holds to every filter', async () => {
    const seen = {
      crashes: 1,
      fatalCrashes: 1,
      firstSeenAtMs: FIXTURE_TIME_MS,
      lastSeenAtMs: FIXTURE_TIME_MS,
    };
    const other = { title: 'nvc_lookup+33 100% from nvc_ioctl', family: 'lockup', kind: 'soft-lockup' };
    await bench().addIncident(fixtureIncident(1));
    await bench().addIncident(
      fixtureIncident(
        2,
        { ...other, status: 'resolved', resolvedAtMs: FIXTURE_TIME_MS, releases: ['5.10.0'] },
        {
          hosts: [{ ...seen, hostId: 'host-2', name: 'db-2', model: null }],
          verdicts: [{ verdict: 'lockup', crashes: 1 }],
          hardware: [{ likelihood: 'likely', crashes: 1 }],
        },
      ),
    );
    const { queries } = bench();
    const only = ['OOPS-2'];
    await expect(numbers(queries, { status: 'resolved' })).resolves.toEqual(only);
    await expect(numbers(queries, { status: 'open' })).resolves.toEqual(['OOPS-1']);
    await expect(numbers(queries, { titlePart: 'NVC_Lookup+33' })).resolves.toEqual(only);
    await expect(numbers(queries, { titlePart: '0% from' })).resolves.toEqual(only);
    await expect(numbers(queries, { titlePart: 'nvc%ioctl' })).resolves.toEqual([]);
    await expect(numbers(queries, { titlePart: 'nvc.lookup' })).resolves.toEqual([]);
    await expect(numbers(queries, { family: 'lockup' })).resolves.toEqual(only);
    await expect(numbers(queries, { kind: 'soft-lockup' })).resolves.toEqual(only);
    await expect(numbers(queries, { release: '5.10.0' })).resolves.toEqual(only);
    await expect(numbers(queries, { host: 'host-2' })).resolves.toEqual(only);
    await expect(numbers(queries, { host: 'db-2' })).resolves.toEqual(only);
    await expect(numbers(queries, { verdict: 'lockup' })).resolves.toEqual(only);
    await expect(numbers(queries, { hardware: 'likely' })).resolves.toEqual(only);
    const mute = {
      ...{ atMs: FIXTURE_TIME_MS, by: 'token:ann', untilMs: null, crashes: 9, hosts: null, release: null },
    };
    const triage = {
      ...{ acknowledgedAtMs: FIXTURE_TIME_MS, acknowledgedBy: 'token:ann', assignee: 'ann', mute },
    };
    const living = {
      ...fixtureIncident(3).incident.living,
      recurrences: 0,
      trend: 'escalating',
      severity: 64,
      triage,
    } as const;
    await bench().addIncident(fixtureIncident(3, { living, status: 'obsolete' }));
    const lively = ['OOPS-3'];
    await expect(numbers(queries, { status: 'obsolete' })).resolves.toEqual(lively);
    await expect(numbers(queries, { trend: 'escalating' })).resolves.toEqual(lively);
    await expect(numbers(queries, { severity: 'high' })).resolves.toEqual(lively);
    await expect(numbers(queries, { severity: 'critical' })).resolves.toEqual([]);
    await expect(numbers(queries, { assignee: 'ann' })).resolves.toEqual(lively);
    for (const state of ['acknowledged', 'assigned', 'muted'] as const)
      await expect(numbers(queries, { triage: state })).resolves.toEqual(lively);
    for (const state of ['unacknowledged', 'unassigned', 'unmuted'] as const)
      await expect(numbers(queries, { triage: state })).resolves.toEqual(['OOPS-1', 'OOPS-2']);
    await expect(numbers(queries, { triage: 'unordered' })).resolves.toEqual([]);
    await expect(numbers(queries, { hardware: 'unlikely', verdict: 'lockup' })).resolves.toEqual([]);
    await expect(numbers(queries, { host: 'db-2', family: 'bad-access' })).resolves.toEqual([]);
    const recent = { lastSeenFromMs: FIXTURE_TIME_MS + 2 * HOUR_MS };
    await expect(numbers(queries, { ...recent, status: 'resolved' })).resolves.toEqual(only);
  });

  it.each([
    ['the class of most of its crashes', { lockup: 2, assertion: 3 }, 'assertion'],
    ['any class rather than none', { unknown: 5, 'bit-flip': 1 }, 'bit-flip'],
    ['that none is known', { unknown: 5 }, 'unknown'],
    ['the first by name among equals', { lockup: 1, deadlock: 1 }, 'deadlock'],
    ['nothing where nobody looked', {}, null],
  ])('says why: %s', async (_what, counts, expected) => {
    const verdicts = Object.entries(counts)
      .map(([verdict, crashes]) => ({ verdict, crashes }))
      .sort((a, b) => b.crashes - a.crashes || (a.verdict < b.verdict ? -1 : 1));
    await bench().addIncident(fixtureIncident(1, {}, { verdicts }));
    const page = { order: '-lastSeen', limit: 9, after: null, trend: TREND } as const;
    const { items } = await bench().queries.listIncidents('default', EVERYTHING, page);
    expect(items.map((item) => item.verdict)).toEqual([expected]);
  });

  it.each<[IncidentOrder, readonly number[]]>([
    ['-lastSeen', [3, 1, 2, 4, 5]],
    ['lastSeen', [5, 4, 2, 1, 3]],
    ['-firstSeen', [5, 4, 3, 2, 1]],
    ['firstSeen', [1, 2, 3, 4, 5]],
    ['-crashes', [4, 1, 2, 3, 5]],
    ['-hosts', [2, 1, 3, 4, 5]],
    ['-severity', [5, 3, 1, 2, 4]],
    ['severity', [4, 2, 1, 3, 5]],
  ])('sorts by %s and pages without gap or repeat, also among equals', async (order, expected) => {
    const last = [0, 30, 30, 40, 20, 10];
    for (const n of [5, 3, 1, 2, 4])
      await bench().addIncident(
        fixtureIncident(n, {
          lastSeenAtMs: FIXTURE_TIME_MS + (last[n] ?? 0) * HOUR_MS,
          crashes: n === 4 ? 9 : 5,
          hosts: n === 2 ? 7 : 1,
          living: { ...fixtureIncident(n).incident.living, severity: n === 5 ? 90 : 20 },
        }),
      );
    const walked: string[] = [];
    let after = null;
    do {
      const page = await bench().queries.listIncidents('default', EVERYTHING, {
        order,
        limit: 2,
        after,
        trend: TREND,
      });
      expect(page.items.length).toBeGreaterThan(0);
      walked.push(...page.items.map((item) => item.number));
      after = page.next;
    } while (after !== null);
    expect(walked).toEqual(expected.map((n) => `OOPS-${n}`));
  });

  it('tells nothing of another tenant', async () => {
    await bench().addIncident(fixtureIncident(1, { tenant: 'other' }));
    const { queries } = bench();
    await expect(numbers(queries, {})).resolves.toEqual([]);
    await expect(queries.incidentByNumber('default', 'OOPS-1')).resolves.toBeNull();
    await expect(queries.crashById('default', fixtureUuid(1000))).resolves.toBeNull();
    const facets = await queries.facetsOfIncident('default', fixtureUuid(1), FACETS);
    expect(facets).toMatchObject({ keys: [], hosts: [], releases: [], variants: [], trend: [], history: [] });
    const crashes = await queries.crashesOfIncident('default', fixtureUuid(1), ALL_CRASHES, {
      limit: 5,
      after: null,
    });
    expect(crashes).toEqual({ items: [], next: null });
  });
}

function incidentLaws(bench: () => IncidentQueriesUnderTest): void {
  it('finds an incident by its number, in any case, and nothing by anything else', async () => {
    const stored = fixtureIncident(42);
    await bench().addIncident(stored);
    const { queries } = bench();
    await expect(queries.incidentByNumber('default', 'oops-42')).resolves.toEqual({
      kind: 'found',
      incident: stored.incident,
    });
    for (const number of ['OOPS-43', '42', 'OOPS-', 'OOPS-99999999999999999999', "OOPS-42' OR 1=1"])
      await expect(queries.incidentByNumber('default', number)).resolves.toBeNull();
  });

  it('leads from a merged number to the one that lives on, and lists only that', async () => {
    await bench().addIncident(fixtureIncident(1));
    await bench().addIncident({ ...fixtureIncident(2), mergedInto: 'OOPS-1' });
    await expect(bench().queries.incidentByNumber('default', 'OOPS-2')).resolves.toEqual({
      kind: 'merged',
      into: 'OOPS-1',
    });
    await expect(numbers(bench().queries, {})).resolves.toEqual(['OOPS-1']);
  });

  it('answers the facets as stored, most crashes first, no more than asked for', async () => {
    const base = fixtureIncident(1, { crashes: 6, fatalCrashes: 4, hosts: 2 });
    const [host] = base.facets.hosts;
    if (host === undefined) throw new Error('the fixture has a host');
    const hosts = [
      { ...host, crashes: 5, fatalCrashes: 4 },
      { ...host, hostId: 'host-2', name: null, model: null, crashes: 1, fatalCrashes: 0 },
    ];
    await bench().addIncident({ ...base, facets: { ...base.facets, hosts } });
    const { queries } = bench();
    await expect(queries.facetsOfIncident('default', base.incident.id, FACETS)).resolves.toEqual({
      ...base.facets,
      hosts,
    });
    const short = await queries.facetsOfIncident('default', base.incident.id, { ...FACETS, maxRows: 1 });
    expect(short.hosts).toEqual(hosts.slice(0, 1));
  });

  it('tells who resolved it', async () => {
    const resolution = { atMs: FIXTURE_TIME_MS + HOUR_MS, by: 'token:ann', release: '6.1.0-19-amd64' };
    const stored = fixtureIncident(1, { status: 'resolved', resolvedAtMs: resolution.atMs }, { resolution });
    await bench().addIncident(stored);
    const facets = await bench().queries.facetsOfIncident('default', stored.incident.id, FACETS);
    expect(facets.resolution).toEqual(resolution);
  });

  it("counts a young incident's trend by the hour of its crashes' own times", async () => {
    const { incident, ...rest } = fixtureIncident(1);
    const at = (n: number, occurredAtMs: number | null, fatal: boolean) =>
      fixtureCrash(1000 + n, incident, { occurredAtMs, fatal, receivedAtMs: FIXTURE_TIME_MS + 5 * HOUR_MS });
    const crashes = [
      at(1, FIXTURE_TIME_MS + HOUR_MS, true),
      at(2, FIXTURE_TIME_MS + 2 * HOUR_MS - 1, false),
      at(3, null, true),
    ];
    await bench().addIncident({ ...rest, incident, crashes });
    const facets = await bench().queries.facetsOfIncident('default', incident.id, {
      ...FACETS,
      trend: { bucket: 'hour', fromMs: FIXTURE_TIME_MS, toMs: FIXTURE_TIME_MS + DAY_MS },
    });
    expect(facets.trend).toEqual([
      { atMs: FIXTURE_TIME_MS + HOUR_MS, fatal: 1, survived: 1 },
      { atMs: FIXTURE_TIME_MS + 5 * HOUR_MS, fatal: 1, survived: 0 },
    ]);
  });
}

function crashLaws(bench: () => IncidentQueriesUnderTest): void {
  it('pages the crashes of an incident, newest receipt first, and filters them', async () => {
    const { incident, ...rest } = fixtureIncident(1);
    const crashes = [1, 2, 3, 4, 5].map((n) =>
      fixtureCrash(1000 + n, incident, {
        receivedAtMs: FIXTURE_TIME_MS + Math.min(n, 4) * HOUR_MS,
        fatal: n !== 2,
        hostId: n === 3 ? 'host-3' : 'host-1',
        hostName: n === 3 ? 'web-3' : 'web-1',
        kernelRelease: n === 1 ? null : '6.1.0-18-amd64',
      }),
    );
    await bench().addIncident({ ...rest, incident, crashes });
    const { queries } = bench();
    const first = await queries.crashesOfIncident('default', incident.id, ALL_CRASHES, {
      limit: 3,
      after: null,
    });
    const second = await queries.crashesOfIncident('default', incident.id, ALL_CRASHES, {
      limit: 3,
      after: first.next,
    });
    const ids = [...first.items, ...second.items].map((crash) => crash.id);
    expect(ids).toEqual([1004, 1005, 1003, 1002, 1001].map(fixtureUuid));
    expect(second.next).toBeNull();
    const only = async (filter: object) => {
      const page = { limit: 50, after: null };
      const { items } = await queries.crashesOfIncident(
        'default',
        incident.id,
        { ...ALL_CRASHES, ...filter },
        page,
      );
      return items.map((crash) => crash.id);
    };
    await expect(only({ fatal: false })).resolves.toEqual([fixtureUuid(1002)]);
    await expect(only({ host: 'host-3' })).resolves.toEqual([fixtureUuid(1003)]);
    await expect(only({ host: 'web-3' })).resolves.toEqual([fixtureUuid(1003)]);
    await expect(only({ release: '6.1.0-18-amd64' })).resolves.toHaveLength(4);
  });

  it('answers a crash whole: readings with the primary one first, each transcript once', async () => {
    const { incident, ...rest } = fixtureIncident(1);
    const { crash } = fixtureCrash(1000, incident);
    const [a, b] = [fixtureTranscriptId(1), fixtureTranscriptId(2)];
    const readings = [
      fixtureReading(crash, b),
      fixtureReading(crash, a, { primary: false, outcome: 'same-crash' }),
    ];
    const transcripts = [fixtureTranscript(1, { seenAgain: 2, bundleId: 'bundle' }), fixtureTranscript(2)];
    for (const transcript of transcripts) await bench().addTranscript('default', transcript);
    await bench().addIncident({ ...rest, incident, crashes: [{ crash, readings }] });
    const found = await bench().queries.crashById('default', crash.id);
    expect(found).toEqual({ crash, readings, transcripts });
  });

  it.each(['', 'not-a-uuid', fixtureUuid(77), '0'.repeat(36)])('knows no crash %p', async (id) => {
    await bench().addIncident(fixtureIncident(1));
    await expect(bench().queries.crashById('default', id)).resolves.toBeNull();
    await expect(bench().queries.crashAbsorbedInto('default', id)).resolves.toBeNull();
  });

  it('leads from crashes that were copies to the one that is left, step by step', async () => {
    const { incident, ...rest } = fixtureIncident(1);
    const { crash } = fixtureCrash(1000, incident);
    await bench().addIncident({ ...rest, incident, crashes: [{ crash, readings: [] }] });
    const [first, second] = [fixtureUuid(1), fixtureUuid(2)];
    await bench().addAbsorbed('default', first, second);
    await bench().addAbsorbed('default', second, crash.id);
    const { queries } = bench();
    for (const id of [first, second]) {
      await expect(queries.crashById('default', id)).resolves.toBeNull();
      await expect(queries.crashAbsorbedInto('default', id)).resolves.toBe(crash.id);
    }
    await expect(queries.crashAbsorbedInto('default', crash.id)).resolves.toBeNull();
    await expect(queries.crashAbsorbedInto('other', first)).resolves.toBeNull();
  });
}

function transcriptLaws(bench: () => IncidentQueriesUnderTest): void {
  it('answers a transcript with the crashes that it shows', async () => {
    const stored = fixtureIncident(1);
    const transcript = fixtureTranscript(1000);
    await bench().addTranscript('default', transcript);
    await bench().addIncident(stored);
    await expect(bench().queries.transcriptById('default', transcript.id)).resolves.toEqual({
      transcript,
      crashes: stored.crashes.map(({ crash }) => crash),
    });
  });

  it('answers a transcript without a crash, and a rejected one with its reason', async () => {
    const quiet = fixtureTranscript(1, { outcome: 'no-crash', readings: 0, omittedReadings: 3 });
    const rejected = fixtureTranscript(2, { outcome: 'rejected:undecodable', readings: 0 });
    for (const transcript of [quiet, rejected]) {
      await bench().addTranscript('default', transcript);
      await expect(bench().queries.transcriptById('default', transcript.id)).resolves.toEqual({
        transcript,
        crashes: [],
      });
    }
  });

  it('knows no transcript of another tenant, nor one that never came', async () => {
    await bench().addTranscript('other', fixtureTranscript(1));
    await expect(bench().queries.transcriptById('default', fixtureTranscriptId(1))).resolves.toBeNull();
    await expect(bench().queries.transcriptById('other', fixtureTranscriptId(2))).resolves.toBeNull();
  });
}
