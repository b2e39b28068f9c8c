import { sign } from '@oopstream/core-signature';
import { readTranscript } from '@oopstream/core-transcript';
import { hash } from 'node:crypto';
import { isPresent } from './index';
import { DEFAULT_FLEET, simulateFleet } from './simulate-fleet';

const SMALL = { ...DEFAULT_FLEET, hosts: 80, days: 80, stormHosts: 20, seed: 7 };
const fleet = simulateFleet(SMALL);
const failureOf = new Map(fleet.failures.map((one) => [one.id, one]));

it('is the same to the byte for the same seed, and another for another', () => {
  const texts = (seed: number) =>
    simulateFleet({ ...SMALL, hosts: 20, seed }).deliveries.map(({ bytes }) => Buffer.from(bytes).toString());
  expect(texts(7)).toEqual(texts(7));
  expect(texts(8)).not.toEqual(texts(7));
});

it('lets a host die only of bugs that its kernel has', () => {
  const bugs = new Map(fleet.world.bugs.map((bug) => [bug.id, bug]));
  const storms = fleet.failures.filter(({ bugId }) => bugs.has(bugId));
  const wrong = storms.filter(({ bugId, host, release }) => {
    const bug = bugs.get(bugId);
    return bug !== undefined && !isPresent(bug, host.branch.name, release);
  });
  // A storm hits whoever is there: its bug alone may.
  expect(new Set(wrong.map(({ bugId }) => bugId)).size).toBeLessThan(2);
  expect(storms.length).toBeGreaterThan(100);
});

it('writes whole texts that the reader takes for exactly the failures that they tell of', () => {
  const whole = fleet.deliveries.filter(({ damaged }) => !damaged);
  const wrong = whole.filter(({ bytes, shows }) => {
    const { readings } = readTranscript(bytes);
    return readings.length !== shows.length || readings.some(({ damage }) => damage !== null);
  });
  expect(wrong.map(({ facts, shows }) => [facts.hostId, shows])).toEqual([]);
  expect(whole.length).toBeGreaterThan(200);
});

it('writes reports that blame the culprit, where it is not inlined and no CPU is stuck', () => {
  const wrong = fleet.deliveries.flatMap(({ bytes, shows, damaged }) => {
    const failure = failureOf.get(shows.at(-1)?.failureId ?? '');
    if (failure === undefined || damaged || failure.inlined || /lockup/.test(failure.scene.bug.kind))
      return [];
    const reading = readTranscript(bytes).readings.at(-1);
    if (reading === undefined) return ['none'];
    const { blamed, title } = sign(reading, (text) => hash('sha256', text));
    return blamed === failure.scene.bug.culprit ? [] : [`${title} not ${failure.scene.bug.culprit}`];
  });
  expect(wrong).toEqual([]);
});

it('has every hard thing that it is for', () => {
  const { failures, deliveries, hosts } = fleet;
  expect(failures.some(({ inlined }) => inlined)).toBe(true);
  expect(failures.some(({ survived }) => survived)).toBe(true);
  expect(failures.some(({ scene }) => scene.branch.arch === 'arm64')).toBe(true);
  expect(failures.some(({ scene }) => scene.bug.victim !== null)).toBe(true);
  expect(failures.some(({ bugId }) => bugId.startsWith('bad-host'))).toBe(true);
  expect(hosts.some(({ skewMs }) => Math.abs(skewMs) > 60_000)).toBe(true);
  expect(deliveries.some(({ damaged }) => damaged)).toBe(true);
  expect(deliveries.some(({ facts }) => facts.bundleId !== null)).toBe(true);
  expect(deliveries.some(({ shows }) => shows.length > 1)).toBe(true);
  expect(new Set(deliveries.map(({ facts }) => facts.id)).size).toBeLessThan(deliveries.length);
  expect(new Set(deliveries.map(({ receiptId }) => receiptId)).size).toBeLessThan(deliveries.length);
});
