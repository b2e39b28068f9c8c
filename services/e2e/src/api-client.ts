import { incidentDetailSchema, incidentPageSchema, ledgerSchema, acceptedSchema } from '@oopstream/contracts';
import type { Accepted, Connection, Incident, IncidentDetail, Ledger } from '@oopstream/contracts';
import { until } from '@oopstream/testkit';

/** Talks to a running instance the way agents, people and tools do. */
export interface ApiClient {
  readonly connection: Connection;
  post(
    body: Uint8Array | string | FormData,
    query?: string,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** Posts a text and expects 202. */
  send(text: Uint8Array | string, host: string): Promise<Accepted>;
  get(path: string): Promise<Response>;
  admin(method: 'POST' | 'DELETE', path: string, body?: object): Promise<Response>;
  incidents(query?: string): Promise<readonly Incident[]>;
  incident(number: string): Promise<IncidentDetail>;
  ledger(): Promise<Ledger>;
  /** Waits until nothing is in flight. @returns the ledger then, which must balance. */
  atRest(received: number, timeoutMs?: number): Promise<Ledger>;
}

export function createApiClient(connection: Connection): ApiClient {
  const { url, ingestUrl, tokens } = connection;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const client: ApiClient = {
    connection,
    post: (body, query = '', headers = {}) =>
      fetch(`${ingestUrl}/v1/transcripts${query}`, {
        method: 'POST',
        headers: {
          ...bearer(tokens.ingest),
          ...(!(body instanceof FormData) && { 'content-type': 'text/plain' }),
          ...headers,
        },
        body: body instanceof Uint8Array ? new Blob([new Uint8Array(body)]) : body,
      }),
    send: async (text, host) => {
      const response = await client.post(text, `?host=${encodeURIComponent(host)}`);
      const answer: unknown = await response.json();
      if (response.status !== 202) throw new Error(`${response.status} ${JSON.stringify(answer)}`);
      return acceptedSchema.parse(answer);
    },
    get: (path) => fetch(`${url}${path}`, { headers: bearer(tokens.admin) }),
    admin: (method, path, body) =>
      fetch(`${url}${path}`, {
        method,
        headers: {
          ...bearer(tokens.admin),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    incidents: async (query = '?status=all') =>
      incidentPageSchema.parse(await json(await client.get(`/v1/incidents${query}`))).items,
    incident: async (number) =>
      incidentDetailSchema.parse(await json(await client.get(`/v1/incidents/${number}`))),
    ledger: async () => ledgerSchema.parse(await json(await client.get('/v1/ledger'))),
    atRest: async (received, timeoutMs = 60_000) => {
      let last: Ledger | null = null;
      await until(
        async () => {
          last = await client.ledger();
          return last.received >= received && last.atRest && last.balance === 0;
        },
        { timeoutMs },
      ).catch((error: unknown) => {
        throw new Error(`not at rest with ${received} received: ${JSON.stringify(last)}`, { cause: error });
      });
      return client.ledger();
    },
  };
  return client;
}

async function json(response: Response): Promise<unknown> {
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.url}: ${response.status} ${text}`);
  return JSON.parse(text);
}
