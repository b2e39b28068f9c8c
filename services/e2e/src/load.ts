import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from './api-client';
import { syntheticOops } from './synthetic-crash';

/** A number of hosts that keep crashing, each with an agent that sends again until it is told 202. */
export interface Load {
  /** Ids of transcripts that were answered 202. */
  readonly accepted: ReadonlySet<string>;
  readonly statuses: ReadonlyMap<number, number>;
  /** Stops sending; resolves once every agent has its last answer. */
  stop(): Promise<void>;
}

export function startLoad(
  client: ApiClient,
  options: { readonly hosts: number; readonly pauseMs: number },
): Load {
  const accepted = new Set<string>();
  const statuses = new Map<number, number>();
  let running = true;
  let serial = 0;
  const agent = async (host: string) => {
    while (running) {
      const text = syntheticOops((serial += 1));
      // As an agent does: the same text until it is durable, at most a minute.
      for (const deadlineMs = Date.now() + 60_000; Date.now() < deadlineMs; await delay(200)) {
        const response = await client.post(text, `?host=${host}`).catch(() => null);
        statuses.set(response?.status ?? 0, (statuses.get(response?.status ?? 0) ?? 0) + 1);
        if (response?.status === 202) {
          const answer = (await response.json()) as { transcripts: { id: string }[] };
          for (const one of answer.transcripts) accepted.add(one.id);
          break;
        }
        await response?.arrayBuffer();
      }
      await delay(options.pauseMs);
    }
  };
  const agents = Array.from({ length: options.hosts }, (_, index) => agent(`node-${index}`));
  return {
    accepted,
    statuses,
    stop: async () => {
      running = false;
      await Promise.all(agents);
    },
  };
}

/** Each accepted transcript is one crash, exactly once, and the ledger says so too. */
export async function expectEachCrashOnce(client: ApiClient, load: Load): Promise<void> {
  const ledger = await client.atRest(load.accepted.size, 120_000);
  expect(ledger.transcripts.read).toBe(load.accepted.size);
  expect(ledger.readings.grouped).toBe(load.accepted.size);
  const incidents = await client.incidents();
  expect(incidents.map((incident) => incident.crashes)).toEqual([load.accepted.size]);
}
