import { NO_TRIAGE, newLife } from '@oopstream/core-incident';
import type { PlannedChange, UnorderedBranch } from '@oopstream/core-incident';
import { webhookBodySchema } from './alert';
import { changeToWebhook } from './from-core';

const unordered = (text: string): UnorderedBranch => ({
  ...{ branch: text, release: text, reason: 'unordered-release', crashId: text },
  ...{ crashTimeMs: 0, livepatches: null, crashes: 1 },
});

const changeOf = (text: string, names: number): PlannedChange => ({
  change: 'opened',
  atMs: 0,
  traceparent: null,
  why: { reason: 'fix-contained', text },
  crash: {
    id: '0192f0c1-0000-7000-8000-000000000001',
    hostId: text,
    hostName: text,
    kernelRelease: text,
    occurredAtMs: 1,
    receivedAtMs: 2,
    fatal: true,
    verdict: { class: text, confidence: text, text },
  },
  incident: {
    id: '0192f0c1-0000-7000-8000-000000000002',
    tenant: 'default',
    number: 42,
    status: 'open',
    holding: false,
    title: text,
    kind: text,
    family: text,
    blamed: text,
    entry: text,
    module: text,
    firstSeenAtMs: 0,
    lastSeenAtMs: 0,
    openedAtMs: 0,
    openedByCrash: '0192f0c1-0000-7000-8000-000000000001',
    openedTraceparent: null,
    resolvedAtMs: null,
    resolvedBy: null,
    resolvedIn: null,
    recurrences: 0,
    ...newLife(0),
    triage: { ...NO_TRIAGE, assignee: text },
    life: { ...newLife(0).life, unordered: Array.from({ length: names }, () => unordered(text)) },
    crashes: 1,
    fatalCrashes: 1,
    hosts: 1,
    releases: Array.from({ length: names }, () => text),
    groupKeys: Array.from({ length: names }, () => text),
  },
});

describe('the body of a webhook', () => {
  it.each([
    ['letters', 'x'],
    ['three bytes each', '\u6f22'],
    ['escaped', '\u0001'],
  ])('has at most 20 kB whatever a text says: %s', (_what, character) => {
    for (const length of [0, 1, 50, 200, 601, 10_000])
      for (const names of [0, 1, 20]) {
        const body = changeToWebhook(changeOf(character.repeat(length), names), 'https://oops.example');
        expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(20_000);
        expect(webhookBodySchema.parse(body)).toEqual(body);
      }
  });

  it('says why it crashed, in a paragraph that is cut where it is long', () => {
    const verdictOf = (text: string) => changeToWebhook(changeOf(text, 0), '')?.data.crash?.verdict;
    expect(verdictOf('lockup')).toEqual({ class: 'lockup', confidence: 'lockup', text: 'lockup' });
    expect(verdictOf('y'.repeat(600))?.text).toBe('y'.repeat(600));
    expect(verdictOf('y'.repeat(601))?.text).toBe(`${'y'.repeat(599)}…`);
  });

  it('says nothing of it where nobody looked', () => {
    const change = changeOf('x', 0);
    const plain = { ...change, crash: { ...change.crash!, verdict: null } };
    expect(changeToWebhook(plain, '')?.data.crash?.verdict).toBeNull();
  });
});
