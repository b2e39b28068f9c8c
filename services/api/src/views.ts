import {
  analysisSchema,
  rebootedDirtySchema,
  storedReadingSchema,
  storedSignatureSchema,
  webhookBodySchema,
} from '@oopstream/contracts';
import type {
  CrashDetail,
  CrashSummary,
  DeliveryView,
  Incident,
  IncidentListItem,
  TokenView,
  TranscriptKeys,
  TranscriptSummary,
  WebhookEndpointView,
} from '@oopstream/contracts';
import { parseRelease } from '@oopstream/core-release';
import type {
  CrashReadingRow,
  CrashRow,
  Delivery,
  FacetOptions,
  IncidentListRow,
  IncidentRow,
  TokenGrant,
  TranscriptKeysRow,
  TranscriptRow,
  WebhookEndpoint,
} from '@oopstream/ports';
import { viewLife } from './life-views';
import { timeText, timeTextOrNull } from './time-text';
import { viewTrend } from './trend';

/** The map from what stores hold to what the API says: milliseconds become RFC 3339, nothing else changes its meaning. */

export function viewIncident(row: IncidentRow): Incident {
  const { firstSeenAtMs, lastSeenAtMs, resolvedAtMs, releases, groupKeys, living, ...same } = row;
  return {
    ...same,
    firstSeenAt: timeText(firstSeenAtMs),
    lastSeenAt: timeText(lastSeenAtMs),
    resolvedAt: timeTextOrNull(resolvedAtMs),
    releases: [...releases],
    groupKeys: [...groupKeys],
    ...viewLife(living),
  };
}

export function viewListItem(row: IncidentListRow, days: FacetOptions['trend']): IncidentListItem {
  const { recurrences, verdict, trend, ...incident } = row;
  const { buckets } = viewTrend(days, trend);
  return {
    ...viewIncident(incident),
    recurrences,
    verdict,
    trend: buckets.map((day) => day.fatal + day.survived),
  };
}

export function viewCrash(row: CrashRow): CrashSummary {
  const { occurredAtMs, receivedAtMs, processedAtMs, ...same } = row;
  return {
    ...same,
    occurredAt: timeTextOrNull(occurredAtMs),
    receivedAt: timeText(receivedAtMs),
    processedAt: timeText(processedAtMs),
  };
}

export function viewReading(row: CrashReadingRow): CrashDetail['readings'][number] {
  const { linkedAtMs, reading, signature, analysis, ...same } = row;
  // Parsed once more: readings of older writers get the defaults of fields that came later.
  return {
    ...same,
    linkedAt: timeText(linkedAtMs),
    signature: storedSignatureSchema.parse(signature),
    reading: storedReadingSchema.parse(reading),
    analysis: analysisSchema.nullable().parse(analysis),
  };
}

export function viewRelease(release: string | null): CrashDetail['releaseParts'] {
  const parsed = release === null ? null : parseRelease(release);
  if (parsed === null) return null;
  const { base, candidate, distribution, line, update, build, flavour, arch, custom } = parsed;
  return { base: [...base], candidate, distribution, line, update, build: [...build], flavour, arch, custom };
}

export function viewTranscript(row: TranscriptRow): TranscriptSummary {
  const { receivedAtMs, processedAtMs, context, ...same } = row;
  const text = (name: string) => (typeof context[name] === 'string' ? context[name] : null);
  return {
    ...same,
    source: text('source'),
    fileName: text('fileName'),
    receivedAt: timeText(receivedAtMs),
    processedAt: timeText(processedAtMs),
  };
}

export function viewTranscriptKeys({ transcript, readings }: TranscriptKeysRow): TranscriptKeys {
  return { transcript: viewTranscript(transcript), readings: [...readings] };
}

export function viewDelivery(delivery: Delivery): DeliveryView {
  const body = readWebhookBody(delivery.body);
  return {
    id: delivery.id,
    event: body?.type ?? typeOf(delivery.body),
    incidentNumber: body?.data.incident.number ?? null,
    endpointId: delivery.endpointId,
    endpointUrl: maskUrl(delivery.endpointUrl),
    state: delivery.state,
    createdAt: timeText(delivery.createdAtMs),
    closedAt: timeTextOrNull(delivery.closedAtMs),
    nextAttemptAt: timeTextOrNull(delivery.nextAttemptAtMs),
    attempts: delivery.attempts.map(({ startedAtMs, ...same }) => ({
      ...same,
      startedAt: timeText(startedAtMs),
    })),
  };
}

/** Who may read need not know what lets others post: paths and queries of webhooks hold keys. */
function maskUrl(url: string): string {
  if (!URL.canParse(url)) return '…';
  const { origin, pathname, search } = new URL(url);
  return pathname === '/' && search === '' ? origin : `${origin}/…`;
}

/** @returns `null` for a body that no version of the contract wrote: the alert is listed all the same. */
function readWebhookBody(body: string) {
  try {
    return webhookBodySchema.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    return null;
  }
}

/** @returns what an alert that is about no incident calls itself */
function typeOf(body: string): string | null {
  try {
    return rebootedDirtySchema.safeParse(JSON.parse(body)).data?.type ?? null;
  } catch {
    return null;
  }
}

export function viewEndpoint(endpoint: WebhookEndpoint): WebhookEndpointView {
  const { id, url, label, enabled, disabledReason, createdAtMs } = endpoint;
  return { id, url, label, enabled, disabledReason, createdAt: timeText(createdAtMs) };
}

export function viewToken(grant: TokenGrant): TokenView {
  const { id, label, scopes, boundHost, createdAtMs } = grant;
  return { id, label, scopes: [...scopes], boundHost, createdAt: timeText(createdAtMs) };
}
