import { episodeNumber, formatIncidentNumber, severityLevel } from '@oopstream/core-incident';
import type { ChangeCrash, IncidentState, PlannedChange } from '@oopstream/core-incident';
import type { WebhookBody } from './alert';
import type { Incident, IncidentChanged } from './incident-changed';
import type { lifeFields } from './incident-life';

const time = (timeMs: number): string => new Date(timeMs).toISOString();
/** Characters of one text, and bytes of an incident beyond which a webhook goes without its lists: so 20 kB hold any body. */
const MAX_TEXT = 200;
const MAX_LISTED_BYTES = 6_000;
/** Characters of a verdict's words, and of its paragraph. */
const MAX_WORD = 64;
const MAX_VERDICT = 600;
const short = (text: string): string => text.slice(0, MAX_TEXT);
const shortOrNull = (text: string | null): string | null => (text === null ? null : short(text));

/** @returns an incident as topics and webhooks show it. */
export function incidentToWire(incident: IncidentState): Incident {
  return {
    id: incident.id,
    number: formatIncidentNumber(incident.number),
    tenant: incident.tenant,
    title: short(incident.title),
    kind: short(incident.kind),
    family: short(incident.family),
    blamed: shortOrNull(incident.blamed),
    entry: shortOrNull(incident.entry),
    module: shortOrNull(incident.module),
    status: incident.status,
    holding: incident.holding,
    firstSeenAt: time(incident.firstSeenAtMs),
    lastSeenAt: time(incident.lastSeenAtMs),
    resolvedAt: incident.resolvedAtMs === null ? null : time(incident.resolvedAtMs),
    crashes: incident.crashes,
    fatalCrashes: incident.fatalCrashes,
    hosts: incident.hosts,
    releases: incident.releases.map(short),
    groupKeys: incident.groupKeys.map(short),
    ...lifeToWire(incident),
  };
}

function lifeToWire(incident: IncidentState): Pick<Incident, keyof typeof lifeFields> {
  const { triage, life, severity, trend } = incident;
  return {
    phase: trend,
    severity: severityLevel(severity),
    severityScore: severity,
    acknowledged: triage.acknowledgedAtMs !== null,
    assignee: shortOrNull(triage.assignee),
    muted: triage.mute !== null,
    episode: episodeNumber(incident),
    unordered: life.unordered.map(({ branch }) => short(branch)),
  };
}

/** @returns the value of a record of `incident.changed`. */
export function changeToWire(change: PlannedChange): IncidentChanged {
  return {
    version: 1,
    change: change.change,
    at: time(change.atMs),
    incident: incidentToWire(change.incident),
    why: whyToWire(change.why),
    crashId: change.crash?.id ?? null,
    mergedInto: change.mergedInto ?? null,
    decisionId: change.decisionId ?? null,
    traceparent: change.traceparent,
  };
}

function whyToWire(why: PlannedChange['why']): IncidentChanged['why'] {
  return why == null ? null : { reason: short(why.reason), text: short(why.text) };
}

function verdictToWire(
  verdict: ChangeCrash['verdict'],
): NonNullable<WebhookBody['data']['crash']>['verdict'] {
  if (verdict === null) return null;
  const text = verdict.text;
  return {
    class: verdict.class.slice(0, MAX_WORD),
    confidence: verdict.confidence.slice(0, MAX_WORD),
    text: text === null || text.length <= MAX_VERDICT ? text : `${text.slice(0, MAX_VERDICT - 1)}…`,
  };
}

function crashToWire(crash: ChangeCrash): NonNullable<WebhookBody['data']['crash']> {
  return {
    id: crash.id,
    hostId: short(crash.hostId),
    hostName: shortOrNull(crash.hostName),
    kernelRelease: shortOrNull(crash.kernelRelease),
    occurredAt: crash.occurredAtMs === null ? null : time(crash.occurredAtMs),
    receivedAt: time(crash.receivedAtMs),
    fatal: crash.fatal,
    verdict: verdictToWire(crash.verdict),
  };
}

/** Changes that people are called for. */
const CALLED = { opened: true, recurred: true, escalated: true, unmuted: true } as const;

function isCalledFor(change: PlannedChange['change']): change is keyof typeof CALLED {
  return change in CALLED;
}

/**
 * @param consoleUrl where people reach the console, without a slash at the end
 * @returns the body of a webhook; `null` for changes that nobody is called for
 */
export function changeToWebhook(change: PlannedChange, consoleUrl: string): WebhookBody | null {
  const { crash, incident } = change;
  if (incident.holding || !isCalledFor(change.change)) return null;
  // Who muted it said when to speak of it again.
  if (incident.triage.mute !== null) return null;
  const whole = incidentToWire(incident);
  const fits = new TextEncoder().encode(JSON.stringify(whole)).byteLength <= MAX_LISTED_BYTES;
  return {
    type: `incident.${change.change}`,
    timestamp: time(change.atMs),
    data: {
      version: 1,
      incident: fits ? whole : { ...whole, releases: [], groupKeys: [], unordered: [] },
      why: whyToWire(change.why),
      crash: crash === null ? null : crashToWire(crash),
      url: `${consoleUrl}/incidents/${formatIncidentNumber(incident.number)}`,
    },
  };
}
