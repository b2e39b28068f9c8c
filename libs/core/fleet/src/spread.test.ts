import { spreadOf } from './spread';

it('adds up the hosts that were hit for the first time, also those from before the window', () => {
  const hits = [
    { dayMs: 30, hosts: 2 },
    { dayMs: 10, hosts: 5 },
    { dayMs: 20, hosts: 1 },
    { dayMs: 40, hosts: 9 },
  ];
  expect(spreadOf(hits, { sinceMs: 20, untilMs: 40 })).toEqual([
    { dayMs: 20, newHosts: 1, hosts: 6 },
    { dayMs: 30, newHosts: 2, hosts: 8 },
  ]);
  expect(spreadOf([], { sinceMs: 0, untilMs: 40 })).toEqual([]);
});
