import { FatalError } from '@oopstream/ports';
import { createLogger } from '@oopstream/runtime';
import { freshDatabase } from '@oopstream/testkit';
import type { FreshDatabase } from '@oopstream/testkit';
import { createPool, migrate, postgresConfigSchema, runMigrations } from './index';
import type { Migration, PostgresPool } from './index';
import { MIGRATIONS } from './migrations';

let database: FreshDatabase;
let pool: PostgresPool;
beforeEach(async () => {
  database = await freshDatabase();
  pool = createPool(postgresConfigSchema.parse({ url: database.connectionString }), {
    logger: createLogger({ service: 'test', level: 'warn' }),
  });
});
afterEach(async () => {
  await pool.close();
  await database.drop();
});

const steps: readonly Migration[] = [
  { id: 1, name: 'one', sql: 'CREATE TABLE oopstream.one (id integer)' },
  {
    id: 2,
    name: 'two',
    sql: 'CREATE TABLE oopstream.two (id integer); CREATE TABLE oopstream.three (id integer)',
  },
];

describe('migrations', () => {
  it('bring an empty database up to date, and a second run changes nothing', async () => {
    expect(await migrate(pool)).toEqual(MIGRATIONS.map(({ name }) => name));
    expect(await migrate(pool)).toEqual([]);
    expect(MIGRATIONS.map(({ id }) => id)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  it('apply each step once when several processes run them at the same time', async () => {
    const runs = await Promise.all([1, 2, 3, 4].map(() => migrate(pool)));
    expect(runs.flat().sort()).toEqual(MIGRATIONS.map(({ name }) => name).sort());
  });

  it('refuse a database whose steps are not those of this release, before anything is changed', async () => {
    await runMigrations(pool, 'test', steps);
    const edited = [{ ...steps[0]!, sql: 'CREATE TABLE oopstream.other (id integer)' }, steps[1]!];
    await expect(runMigrations(pool, 'test', edited)).rejects.toMatchObject({ reason: 'migration-mismatch' });
    await expect(runMigrations(pool, 'test', steps.slice(0, 1))).rejects.toBeInstanceOf(FatalError);
  });

  it('leave nothing of a step that fails', async () => {
    const broken = [
      steps[0]!,
      { id: 2, name: 'two', sql: 'CREATE TABLE oopstream.two (id integer); SELECT 1/0' },
    ];
    await expect(runMigrations(pool, 'test', broken)).rejects.toThrow('division by zero');
    expect(await runMigrations(pool, 'test', steps)).toEqual(['two']);
  });

  it('keep scopes apart', async () => {
    await runMigrations(pool, 'a', steps.slice(0, 1));
    expect(await runMigrations(pool, 'b', [{ id: 1, name: 'b', sql: 'SELECT 1' }])).toEqual(['b']);
  });
});
