import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startLocalStandalone } from '@oopstream/local-fleet';
import type { LocalStandalone } from '@oopstream/local-fleet';
import { until } from '@oopstream/testkit';
import { createApiClient } from './api-client';
import type { ApiClient } from './api-client';
import { corpusJourney } from './corpus-journey';
import { createCommandLine } from './command-line';
import { walkConsole } from './console-flow';
import { startLoad } from './load';
import { ROOT_DIR } from './root-dir';
import { SEED_TITLE, seedJourney } from './seed-journey';
import { temporaryDir } from './temporary-dir';

jest.setTimeout(240_000);

const ENV = {
  OOPSTREAM_STANDALONE_PORT: '0',
  OOPSTREAM_STANDALONE_INGEST_PORT: '0',
  OOPSTREAM_STANDALONE_FSYNC: 'false',
  OOPSTREAM_WEBHOOK_ALLOW_PRIVATE: 'true',
};

const start = (dir: string) => startLocalStandalone({ rootDir: ROOT_DIR, dir, env: ENV });

describe('everything in one process on the embedded backends', () => {
  const dir = temporaryDir('standalone');
  const cli = createCommandLine(dir);
  let standalone: LocalStandalone;
  let client: ApiClient;

  beforeAll(async () => {
    standalone = await start(dir);
    client = createApiClient(standalone.connection);
  });
  afterAll(async () => {
    await standalone.stop();
    for (const one of standalone.connection.dataDirs) rmSync(one, { recursive: true, force: true });
  });

  seedJourney(() => client);

  it('shows list, incident, crash, and the bytes behind a claim in Chromium without an error', async () => {
    const { url, tokens } = client.connection;
    const walk = await walkConsole({
      url,
      token: tokens.admin,
      expectTitle: SEED_TITLE,
      expectClaim: 'rbp = 0072006900560338',
      screenshotDir: join(ROOT_DIR, '.local/screenshots'),
    });
    expect(walk.complaints).toEqual([]);
    expect(walk.violations).toEqual([]);
    expect(walk.verdict).toBe('memory-overwrite');
    expect(walk.why).toContain('No incident had this group key yet: a new one was opened.');
    expect(walk.litTexts.join(' ')).toContain('0072006900560338');
    expect(walk.linkedTexts).toEqual(walk.litTexts);
    expect(walk.readLines.join('\n')).toContain('__kmalloc at ffffffff84287f8b');
    expect(walk.screenshots.length).toBeGreaterThan(0);
  });

  it('is found and used by the command line', async () => {
    const seed = join(ROOT_DIR, 'docs/samples/kmalloc-usb.md');
    const sent = await cli.text('send', '--host', 'web-19', seed);
    expect(sent).toMatch(/^[0-9a-f]{32} {2}/);
    await client.atRest((await client.ledger()).received);
    expect(await cli.text('incidents')).toContain(SEED_TITLE);
    expect(await cli.text('ledger')).toMatch(/balance +0 {2}at rest/);
  });

  corpusJourney(() => client);

  it('tells what this version would do to the stored groups: nothing, since it made them', async () => {
    const sides = ['--from', 'stored', '--to', 'here'];
    const args = ['signature', 'diff', ...sides, '--exit-code', '--json'];
    const diff = JSON.parse(await cli.text(...args)) as {
      readonly comparedCrashes: number;
      readonly unpaired: readonly string[];
      readonly walk: object;
    };
    expect(diff.comparedCrashes).toBeGreaterThan(0);
    expect(diff.unpaired).toEqual([]);
    const { transcripts } = await client.ledger();
    expect(diff.walk).toMatchObject({ transcripts: transcripts.read + transcripts.noCrash, missing: {} });
  });

  it('keeps everything it accepted over SIGKILL', async () => {
    const before = await client.ledger();
    const load = startLoad(client, { hosts: 8, pauseMs: 5 });
    await until(() => load.accepted.size > 200, { timeoutMs: 30_000 });
    await standalone.kill();
    const stopped = load.stop();
    standalone = await startLocalStandalone({
      rootDir: ROOT_DIR,
      dir,
      env: {
        ...ENV,
        OOPSTREAM_STANDALONE_PORT: new URL(client.connection.url).port,
        OOPSTREAM_STANDALONE_INGEST_PORT: new URL(client.connection.ingestUrl).port,
      },
    });
    await stopped;
    const ledger = await client.atRest(before.received + load.accepted.size);
    // One may have been durable without its answer getting out: its agent sent it again, a duplicate.
    expect(ledger.transcripts.read - before.transcripts.read).toBe(load.accepted.size);
    const incidents = await client.incidents('?status=all&q=synth_lookup');
    expect(incidents.map((one) => one.crashes)).toEqual([load.accepted.size]);
  });
});
