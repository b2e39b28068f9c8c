import { SAMPLE_START_MS, sampleIncident } from './fakes';
import { INCIDENT_STATUSES } from './dedup-state';
import type { IncidentState } from './dedup-state';
import { STATUS_TRANSITIONS, TREND_TRANSITIONS, transition } from './incident-transition';
import type { IncidentEvent } from './incident-transition';
import { TRENDS } from './life/incident-life';

const NOW_MS = SAMPLE_START_MS + 1_000;
const UNTIL_NOTHING = { untilMs: null, crashes: null, hosts: null, release: null };
const EVENTS: Readonly<Record<string, IncidentEvent>> = {
  resolve: { kind: 'resolve', atMs: NOW_MS, by: 'token:ann', release: '6.1.90' },
  obsolete: { kind: 'obsolete', atMs: NOW_MS, by: 'machine' },
  reopen: { kind: 'reopen', atMs: NOW_MS },
  recur: { kind: 'recur', atMs: NOW_MS },
  escalate: {
    kind: 'escalate',
    escalation: { sinceMs: NOW_MS, rule: 'spike', limit: 9, calmSinceMs: null },
  },
  calm: { kind: 'calm', atMs: NOW_MS },
  settle: { kind: 'settle', atMs: NOW_MS },
  acknowledge: { kind: 'acknowledge', atMs: NOW_MS, by: 'token:ann' },
  assign: { kind: 'assign', to: 'ann' },
  mute: { kind: 'mute', atMs: NOW_MS, by: 'token:ann', until: { ...UNTIL_NOTHING, crashes: 3 } },
  unmute: { kind: 'unmute', atMs: NOW_MS },
};

/** The incident after events that are all legal. */
function after(...events: (string | IncidentEvent)[]): IncidentState {
  return events.reduce<IncidentState>((incident, event) => {
    const result = transition(incident, typeof event === 'string' ? EVENTS[event]! : event);
    if (result.kind === 'illegal') throw new Error(`${JSON.stringify(event)}: ${result.reason}`);
    return result.incident;
  }, sampleIncident());
}
const STATES = { open: after(), resolved: after('resolve'), obsolete: after('obsolete') };

describe('the table of statuses', () => {
  const cells = Object.entries(STATUS_TRANSITIONS).flatMap(([event, row]) =>
    INCIDENT_STATUSES.map((from) => ({ event, from, step: row[from] })),
  );
  it.each(cells)('$event from $from', ({ event, from, step }) => {
    const result = transition(STATES[from], EVENTS[event]!);
    if (event === 'resolve' && from === 'resolved')
      // Nothing new was said of the fix.
      expect(result).toEqual({ kind: 'illegal', reason: 'already-resolved', status: 'resolved' });
    else if (typeof step === 'string')
      expect(result).toEqual({ kind: 'illegal', reason: step, status: from });
    else
      expect(result).toMatchObject({ kind: 'changed', change: step.change, incident: { status: step.to } });
  });
});

describe('the table of trends', () => {
  const cells = Object.entries(TREND_TRANSITIONS).flatMap(([event, row]) =>
    TRENDS.map((from) => ({ event, from, step: row[from] })),
  );
  it.each(cells)('$event from $from', ({ event, from, step }) => {
    const result = transition(sampleIncident({ trend: from }), EVENTS[event]!);
    if (typeof step === 'string') expect(result).toMatchObject({ kind: 'illegal', reason: step });
    else expect(result).toMatchObject({ change: step.change, incident: { trend: step.to } });
  });

  it('is of incidents that are not given up; a resolved one escalates and calms down, and stays resolved', () => {
    const refused = { kind: 'illegal', reason: 'not-open' };
    for (const event of ['escalate', 'calm', 'settle'])
      expect(transition(STATES.obsolete, EVENTS[event]!)).toMatchObject(refused);
    expect(transition(STATES.resolved, EVENTS['settle']!)).toMatchObject(refused);
    expect(after('resolve', 'escalate')).toMatchObject({ status: 'resolved', trend: 'escalating' });
    expect(after('resolve', 'escalate', 'calm')).toMatchObject({
      status: 'resolved',
      trend: 'ongoing',
      life: { escalation: null },
    });
  });

  it('escalates no more once it is resolved', () => {
    expect(after('escalate', 'resolve')).toMatchObject({ trend: 'ongoing', life: { escalation: null } });
  });

  it('is regressed by a crash after a resolve, and goes on by one after obsolete or by hand', () => {
    expect(after('resolve', 'recur').trend).toBe('regressed');
    expect(after('obsolete', 'recur').trend).toBe('ongoing');
    expect(after('resolve', 'reopen').trend).toBe('ongoing');
  });
});

describe('resolving', () => {
  it('keeps when, who and what fixes it, and forgets that when it opens again', () => {
    expect(STATES.resolved).toMatchObject({
      ...{ resolvedAtMs: NOW_MS, resolvedBy: 'token:ann', resolvedIn: '6.1.90' },
      fix: { releases: ['6.1.90'], commit: null, livepatches: [] },
      dueAtMs: null,
    });
    for (const event of ['reopen', 'recur'])
      expect(after('resolve', event)).toMatchObject({ resolvedAtMs: null, resolvedIn: null, fix: null });
  });

  it('again says more of the fix: another branch, a commit, a livepatch', () => {
    const more = after(
      'resolve',
      { kind: 'resolve', atMs: NOW_MS + 1, by: 'token:bob', release: '5.14.0-362.8.1.el9_3.x86_64' },
      {
        kind: 'resolve',
        atMs: NOW_MS + 2,
        by: 'token:bob',
        release: null,
        commit: '0123456789ab',
        livepatch: 'lp-7',
      },
    );
    expect(more).toMatchObject({
      ...{ status: 'resolved', resolvedAtMs: NOW_MS, resolvedBy: 'token:ann' },
      fix: {
        releases: ['6.1.90', '5.14.0-362.8.1.el9_3.x86_64'],
        commit: '0123456789ab',
        livepatches: ['lp-7'],
      },
      dueAtMs: NOW_MS + 2,
    });
  });

  it('counts what came back as recurrence, what a person opened again not', () => {
    expect(after('resolve', 'recur').recurrences).toBe(1);
    expect(after('obsolete', 'recur').recurrences).toBe(1);
    expect(after('resolve', 'reopen').recurrences).toBe(0);
  });
});

describe('triage', () => {
  it.each([
    ['acknowledge', STATES.resolved, 'not-open'],
    ['acknowledge', after('acknowledge'), 'already-acknowledged'],
    ['assign', after('assign'), 'already-assigned'],
    ['mute', STATES.obsolete, 'not-open'],
    ['unmute', STATES.open, 'not-muted'],
  ] as const)('%s is refused where it makes no sense', (event, incident, reason) => {
    expect(transition(incident, EVENTS[event]!)).toMatchObject({ kind: 'illegal', reason });
  });

  it('mutes only with an end, and one that is to come', () => {
    const mute = { kind: 'mute', atMs: NOW_MS, by: 'token:ann' } as const;
    expect(transition(STATES.open, { ...mute, until: UNTIL_NOTHING })).toMatchObject({
      reason: 'mute-without-end',
    });
    const past = { ...UNTIL_NOTHING, untilMs: NOW_MS };
    expect(transition(STATES.open, { ...mute, until: past })).toMatchObject({ reason: 'mute-past' });
  });

  it('counts further crashes and hosts from the mute on', () => {
    const until = { untilMs: null, crashes: 3, hosts: 2, release: '6.1.90' };
    const muted = after({ kind: 'mute', atMs: NOW_MS, by: 'token:ann', until });
    expect(muted.triage.mute).toEqual({
      ...{ atMs: NOW_MS, by: 'token:ann', untilMs: null, crashes: 4, hosts: 3, release: '6.1.90' },
    });
  });

  it('ends with the episode, but for whose it is', () => {
    const back = after('acknowledge', 'assign', 'mute', 'resolve', 'recur');
    expect(back.triage).toEqual({
      acknowledgedAtMs: null,
      acknowledgedBy: null,
      assignee: 'ann',
      mute: null,
    });
    expect(after('acknowledge', 'resolve', 'reopen').triage.acknowledgedBy).toBe('token:ann');
  });
});
