import {
  FIXTURE_TIME_MS,
  fixtureCrash,
  fixtureIncident,
  fixtureReading,
  fixtureTranscript,
  fixtureTranscriptId,
} from '../fakes/incident-fixtures';
import type { IncidentQueries, Page, TranscriptFilter, TranscriptKeysRow } from '../incident-queries';
import type { IncidentQueriesUnderTest } from './incident-queries';

const HOUR_MS = 3_600_000;
const ANY_TIME = { processedFromMs: null, processedToMs: null };

/** Every transcript that pages of `limit` lead to; `between` runs after each page. */
async function walkTranscripts(
  queries: IncidentQueries,
  filter: TranscriptFilter,
  limit: number,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  const walked: string[] = [];
  let after = null;
  do {
    const page: Page<TranscriptKeysRow> = await queries.listTranscripts('default', filter, { limit, after });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    walked.push(...page.items.map(({ transcript }) => transcript.id));
    await between();
    after = page.next;
  } while (after !== null);
  return walked;
}

/** Laws of walking what is stored. */
export function transcriptListLaws(bench: () => IncidentQueriesUnderTest): void {
  const addAt = async (n: number, processedAtMs: number, tenant = 'default') =>
    bench().addTranscript(tenant, fixtureTranscript(n, { processedAtMs, readings: 0, outcome: 'no-crash' }));

  it('lists a transcript with the keys of its readings, in order of the text', async () => {
    const { incident, ...rest } = fixtureIncident(1);
    const { crash } = fixtureCrash(1000, incident);
    const read = fixtureReading(crash, fixtureTranscriptId(1));
    const at = (start: number, damage: string | null, algorithmVersion: number) => ({
      ...read,
      signature: { ...read.signature, algorithmVersion },
      reading: { ...(read.reading as object), span: { start, end: 9000 }, damage },
    });
    const transcript = fixtureTranscript(1, { readings: 3 });
    await bench().addTranscript('default', transcript);
    const readings = [at(500, 'torn', 2), at(500, null, 1), at(100, null, 1)];
    await bench().addIncident({ ...rest, incident, crashes: [{ crash, readings }] });
    const keys = {
      outcome: 'grouped',
      title: incident.title,
      groupKey: read.signature.groupKey,
      groupText: read.signature.groupText,
      crashId: crash.id,
      incidentNumber: 'OOPS-1',
    };
    const page = { limit: 5, after: null };
    await expect(bench().queries.listTranscripts('default', ANY_TIME, page)).resolves.toEqual({
      items: [
        {
          transcript,
          readings: [
            { ...keys, byteStart: 100, damage: null, algorithmVersion: 1 },
            { ...keys, byteStart: 500, damage: null, algorithmVersion: 1 },
            { ...keys, byteStart: 500, damage: 'torn', algorithmVersion: 2 },
          ],
        },
      ],
      next: null,
    });
  });

  it('names the incident that lives on', async () => {
    await bench().addIncident(fixtureIncident(1));
    await bench().addIncident({ ...fixtureIncident(2), mergedInto: 'OOPS-1' });
    await bench().addTranscript('default', fixtureTranscript(2000));
    const page = { limit: 5, after: null };
    const { items } = await bench().queries.listTranscripts('default', ANY_TIME, page);
    expect(items[0]?.readings.map((reading) => reading.incidentNumber)).toEqual(['OOPS-1']);
  });

  it('walks transcripts, the last counted first, without gap or repeat, also among equals', async () => {
    const hours = [3, 1, 1, 1, 2];
    for (const [n, hour] of hours.entries()) await addAt(n, FIXTURE_TIME_MS + hour * HOUR_MS);
    await expect(walkTranscripts(bench().queries, ANY_TIME, 2)).resolves.toEqual(
      [0, 4, 1, 2, 3].map(fixtureTranscriptId),
    );
  });

  it('keeps to what was there when the walk began, while others come in', async () => {
    for (const n of [1, 2, 3, 4]) await addAt(n, FIXTURE_TIME_MS + n * HOUR_MS);
    let next = 100;
    const comeIn = () => addAt(++next, FIXTURE_TIME_MS + next * HOUR_MS);
    await expect(walkTranscripts(bench().queries, ANY_TIME, 1, comeIn)).resolves.toEqual(
      [4, 3, 2, 1].map(fixtureTranscriptId),
    );
  });

  it('holds to the times asked for, the later one exclusive, and to the tenant', async () => {
    for (const n of [1, 2, 3]) await addAt(n, FIXTURE_TIME_MS + n * HOUR_MS);
    await addAt(4, FIXTURE_TIME_MS + 2 * HOUR_MS, 'other');
    const filter = {
      processedFromMs: FIXTURE_TIME_MS + 2 * HOUR_MS,
      processedToMs: FIXTURE_TIME_MS + 3 * HOUR_MS,
    };
    await expect(walkTranscripts(bench().queries, filter, 5)).resolves.toEqual([fixtureTranscriptId(2)]);
  });

  it('finds many transcripts by their ids, and leaves out what it does not know', async () => {
    await addAt(1, FIXTURE_TIME_MS);
    await addAt(2, FIXTURE_TIME_MS);
    await addAt(3, FIXTURE_TIME_MS, 'other');
    const found = await bench().queries.transcriptsByIds('default', [1, 2, 3, 4].map(fixtureTranscriptId));
    expect(found.map(({ id }) => id).sort()).toEqual([1, 2].map(fixtureTranscriptId));
    await expect(bench().queries.transcriptsByIds('default', [])).resolves.toEqual([]);
  });
}
