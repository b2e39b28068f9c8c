import createClient from 'openapi-fetch';
import { endSession, sessionToken } from '../session/session-store';
import { ApiError, problemError, unreachableError } from './api-error';
import type { paths } from './schema';

/** Same origin as the page; every request carries the session's token, and a 401 ends the session. */
export const api = createClient<paths>({ baseUrl: window.location.origin });

api.use({
  onRequest({ request }) {
    const token = sessionToken();
    if (token !== null) request.headers.set('authorization', `Bearer ${token}`);
    return request;
  },
  async onResponse({ request, response }) {
    if (response.status !== 401) return;
    const refused = request.headers.get('authorization')?.slice('Bearer '.length) ?? null;
    const body: unknown = await response
      .clone()
      .json()
      .catch(() => null);
    endSession(refused, problemError(401, body).message);
  },
  onError({ error }) {
    return unreachableError(error);
  },
});

interface Answered<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The body of a success. @throws ApiError for everything else */
export async function answer<Data>(pending: Promise<Answered<Data>>): Promise<Data> {
  const { data, error, response } = await pending;
  if (data !== undefined) return data;
  throw error instanceof ApiError ? error : problemError(response.status, error);
}
