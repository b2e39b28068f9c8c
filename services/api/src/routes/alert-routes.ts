import { randomBytes, randomUUID } from 'node:crypto';
import {
  createWebhookBodySchema,
  createdWebhookSchema,
  deliveryListSchema,
  deliverySchema,
  idParamsSchema,
  listDeliveriesQuerySchema,
  webhookEndpointListSchema,
} from '@oopstream/contracts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ok, refuse } from '../answer';
import type { ApiDeps } from '../deps';
import { addEndpoint } from '../endpoint';
import { recordAct } from '../record-act';
import { viewDelivery, viewEndpoint } from '../views';

const tag = 'Alerts';
/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;

type AlertDeps = Pick<ApiDeps, 'deliveries' | 'queries' | 'audit' | 'refuseWebhookUrl' | 'clock'>;

export function addAlertRoutes(app: FastifyInstance, deps: AlertDeps): void {
  addEndpointList(app, deps);
  addEndpointChanges(app, deps);
  addDeliveries(app, deps);
}

function addEndpointList(app: FastifyInstance, deps: AlertDeps): void {
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/webhooks',
    scope: 'admin',
    tag,
    summary: 'Webhook endpoints',
    result: webhookEndpointListSchema,
    status: 200,
    problems: [],
    answer: async ({ grant }) => {
      const endpoints = await deps.deliveries.listEndpoints(grant.tenant);
      return ok({ items: endpoints.map(viewEndpoint) });
    },
  });
}

function addEndpointChanges(app: FastifyInstance, deps: AlertDeps): void {
  addEndpoint(app, {
    method: 'POST',
    path: '/v1/webhooks',
    scope: 'admin',
    tag,
    summary: 'Add a webhook endpoint; its secret is shown this once',
    body: createWebhookBodySchema,
    result: createdWebhookSchema,
    status: 201,
    problems: ['endpoint-address-forbidden'],
    answer: async ({ grant, body }) => {
      const refused = await deps.refuseWebhookUrl(body.url);
      if (refused !== null) return refuse('endpoint-address-forbidden', refused);
      const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
      const endpoint = {
        id: randomUUID(),
        tenant: grant.tenant,
        ...body,
        createdAtMs: deps.clock.nowMs(),
      };
      await deps.deliveries.createEndpoint({ ...endpoint, secrets: [secret] });
      const subject = { subjectKind: 'webhook', subjectId: endpoint.id, detail: { url: body.url } };
      await recordAct(deps, grant, { action: 'webhook.created', ...subject });
      return ok({
        endpoint: viewEndpoint({ ...endpoint, secrets: [], enabled: true, disabledReason: null }),
        secret,
      });
    },
  });
  addEndpoint(app, {
    method: 'DELETE',
    path: '/v1/webhooks/:id',
    scope: 'admin',
    tag,
    summary: 'Remove a webhook endpoint',
    params: idParamsSchema,
    result: z.undefined(),
    status: 204,
    problems: ['endpoint-unknown'],
    answer: async ({ grant, params: { id } }) => {
      if (!(await deps.deliveries.removeEndpoint(grant.tenant, id))) return refuse('endpoint-unknown');
      const subject = { subjectKind: 'webhook', subjectId: id, detail: {} };
      await recordAct(deps, grant, { action: 'webhook.removed', ...subject });
      return ok(undefined);
    },
  });
}

function addDeliveries(app: FastifyInstance, deps: AlertDeps): void {
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/deliveries',
    scope: 'read',
    tag,
    summary: 'Alerts and their attempts, newest first',
    query: listDeliveriesQuerySchema,
    result: deliveryListSchema,
    status: 200,
    problems: ['incident-unknown'],
    answer: async ({ grant, query: { incident, state, limit } }) => {
      const found =
        incident === undefined ? null : await deps.queries.incidentByNumber(grant.tenant, incident);
      if (incident !== undefined && found?.kind !== 'found') return refuse('incident-unknown');
      const items = await deps.deliveries.listDeliveries(grant.tenant, {
        limit,
        ...(state !== undefined && { state }),
        ...(found?.kind === 'found' && { incidentId: found.incident.id }),
      });
      return ok({ items: items.map(viewDelivery) });
    },
  });
  addEndpoint(app, {
    method: 'POST',
    path: '/v1/deliveries/:id/replay',
    scope: 'admin',
    tag,
    summary: 'Send an alert once more, under the same webhook-id',
    params: idParamsSchema,
    result: deliverySchema,
    status: 200,
    problems: ['delivery-unknown'],
    answer: async ({ grant, params: { id } }) => {
      if (!(await deps.deliveries.reopen(grant.tenant, id, deps.clock.nowMs())))
        return refuse('delivery-unknown');
      const subject = { subjectKind: 'delivery', subjectId: id, detail: {} };
      await recordAct(deps, grant, { action: 'delivery.replayed', ...subject });
      const loaded = await deps.deliveries.load(id);
      return loaded === null ? refuse('delivery-unknown') : ok(viewDelivery(loaded.delivery));
    },
  });
}
