import type { paths } from './schema';

type Answer<Path extends keyof paths, Method extends keyof paths[Path]> = paths[Path][Method] extends {
  responses: { 200: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

export type IncidentPage = Answer<'/v1/incidents', 'get'>;
export type ListedIncident = IncidentPage['items'][number];
export type IncidentListParameters = NonNullable<paths['/v1/incidents']['get']['parameters']['query']>;
export type IncidentDetail = Answer<'/v1/incidents/{number}', 'get'>;
export type IncidentRelease = IncidentDetail['releases'][number];
export type IncidentHost = IncidentDetail['hosts'][number];
export type IncidentVariant = IncidentDetail['variants'][number];
export type IncidentKey = IncidentDetail['keys'][number];
export type IncidentTrend = IncidentDetail['trend'];
export type HistoryEntry = IncidentDetail['history'][number];
export type Delivery = IncidentDetail['deliveries'][number];
export type IncidentRates = Answer<'/v1/incidents/{number}/rates', 'get'>;
export type RateRow = IncidentRates['releases'][number];
export type CrashPage = Answer<'/v1/incidents/{number}/crashes', 'get'>;
export type CrashSummary = CrashPage['items'][number];
export type CrashDetail = Answer<'/v1/crashes/{id}', 'get'>;
export type CrashReading = CrashDetail['readings'][number];
export type Analysis = NonNullable<CrashReading['analysis']>;
export type Finding = Analysis['findings'][number];
export type Evidence = Finding['evidence'][number];
export type RegisterReading = Analysis['registers'][number];
export type Frame = CrashReading['reading']['frames'][number];
export type TranscriptSummary = CrashDetail['transcripts'][number];
export type Whoami = Answer<'/v1/whoami', 'get'>;
export type Patterns = Answer<'/v1/incidents/{number}/patterns', 'get'>;
export type Parent = Patterns['parents'][number];
export type Proof = Answer<'/v1/crashes/{id}/proof', 'get'>;
export type ProvenDecision = NonNullable<Proof['decision']>;
export type Decision = Answer<'/v1/decisions', 'get'>['items'][number];
export type HostDetail = Answer<'/v1/hosts/{id}', 'get'>;
export type Reboot = Answer<'/v1/reboots', 'get'>['items'][number];
export type RebootState = NonNullable<
  NonNullable<paths['/v1/reboots']['get']['parameters']['query']>['state']
>;
