import type { DedupPlan } from '@oopstream/core-incident';
import { storeDatabases } from '@oopstream/testkit';
import { commitBodies } from './commit-bodies';

const databases = storeDatabases();
afterEach(() => databases.dropAll());

type Bodies = Pick<DedupPlan, 'bodies' | 'storms' | 'offered'>;

describe('bytes that hosts share', () => {
  it('are kept and let go of by several batches at once, which never wait in a circle', async () => {
    const pool = await databases.open();
    const shas = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(64));
    await pool.query(
      `INSERT INTO oopstream.blob_ref (tenant, sha256, refs) SELECT 'default', sha, 1000 FROM unnest($1::text[]) AS sha`,
      [shas],
    );
    let transcripts = 0;
    const body = (sha256: string, isNew: boolean) => ({
      ...{ tenant: 'default', sha256, isNew, isStored: true, receivedAtMs: 0 },
      transcriptId: String((transcripts += 1)).padStart(32, '0'),
      sampledAway: isNew ? null : 'storm',
    });
    const worker = async (own: readonly string[]) => {
      const [arrives = '', ...go] = own;
      for (let round = 0; round < 25; round += 1) {
        const bodies = [body(arrives, true), ...go.map((sha256) => body(sha256, false))];
        const plan: Bodies = { storms: [], offered: [], bodies };
        await pool.transaction((sql) => commitBodies(sql, plan, 0));
      }
    };
    await Promise.all([
      worker(shas),
      worker(shas.toReversed()),
      worker([...shas.slice(2), ...shas.slice(0, 2)]),
    ]);
    const { rows } = await pool.query('SELECT sum(refs)::bigint AS refs FROM oopstream.blob_ref');
    expect(rows).toEqual([{ refs: 4000 + 75 - 3 * 75 }]);
  });
});
