import type { PlannedCrash } from './dedup-plan';
import { crashEnds } from './host-ends';

const crash = (hostId: string, occurredAtMs: number | null, fatal = true, changed = true) =>
  ({ tenant: 't', hostId, fatal, primary: changed ? { occurredAtMs } : null }) as PlannedCrash;

it('tells once when each host died, of fatal crashes whose time is new', () => {
  const crashes = [
    crash('h1', 5),
    crash('h1', 5),
    crash('h1', 6),
    crash('h2', null),
    crash('h3', 7, false),
    crash('h4', 8, true, false),
  ];
  expect(crashEnds({ crashes })).toEqual([
    { tenant: 't', hostId: 'h1', atMs: 5 },
    { tenant: 't', hostId: 'h1', atMs: 6 },
    { tenant: 't', hostId: 'h2', atMs: null },
  ]);
});
