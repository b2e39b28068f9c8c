import { deliveryListSchema } from '@oopstream/contracts';
import type { DeliveryView } from '@oopstream/contracts';
import { ask } from '@oopstream/local-servers';
import { until } from '@oopstream/testkit';
import type { ApiClient } from './api-client';

/** @returns the secret that the endpoint's webhooks are signed with. */
export async function addWebhook(client: ApiClient, url: string): Promise<string> {
  const created = await client.admin('POST', '/v1/webhooks', { url, label: 'pager' });
  if (created.status !== 201) throw new Error(`${created.status} ${await created.text()}`);
  return ((await created.json()) as { secret: string }).secret;
}

/** Waits until there are deliveries to a URL in a state. @returns them as the API shows them. */
export function deliveriesTo(
  client: ApiClient,
  url: string,
  state: DeliveryView['state'],
): Promise<readonly DeliveryView[]> {
  return until(
    async () => {
      const answer = await client.get(`/v1/deliveries?state=${state}`);
      const { items } = deliveryListSchema.parse(await answer.json());
      const found = items.filter((delivery) => delivery.endpointUrl.startsWith(new URL(url).origin));
      return found.length > 0 ? found : null;
    },
    { timeoutMs: 60_000, what: `a delivery to ${url} that is ${state}` },
  );
}

/** @returns how many keys of the Redis on `port` name a job. */
export async function jobsOf(port: number, id: string): Promise<number> {
  const answer = (await ask(port, `KEYS *${id}*\r\n`)) ?? '';
  return Number(/^\*(\d+)\r/.exec(answer)?.[1] ?? NaN);
}
