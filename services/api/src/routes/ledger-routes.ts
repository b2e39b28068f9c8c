import { GROUPS, TOPICS, ledgerSchema } from '@oopstream/contracts';
import type { Ledger } from '@oopstream/contracts';
import type { FastifyInstance } from 'fastify';
import { ok } from '../answer';
import type { ApiDeps } from '../deps';
import { addEndpoint } from '../endpoint';
import { balanceLedger } from '../ledger-balance';
import { timeText } from '../views';

type LedgerDeps = Pick<ApiDeps, 'ledger' | 'logAdmin' | 'clock'>;

export function addLedgerRoutes(app: FastifyInstance, deps: LedgerDeps): void {
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/ledger',
    scope: 'read',
    tag: 'Pipeline',
    summary: 'What became of every receipt and reading',
    description: 'Of all tenants: the log is shared, and only the whole of it adds up. Counts only.',
    result: ledgerSchema,
    status: 200,
    problems: ['log-unavailable'],
    answer: async () => ok(await readLedger(deps)),
  });
}

/** Reads in the order that {@link balanceLedger} needs. */
export async function readLedger({ ledger, logAdmin, clock }: LedgerDeps): Promise<Ledger> {
  const received = await logAdmin.positions(TOPICS.transcriptReceived.name, GROUPS.fingerprintWorker);
  const fingerprinted = await logAdmin.positions(TOPICS.transcriptFingerprinted.name, GROUPS.dedup);
  const rejected = await logAdmin.positions(TOPICS.transcriptRejected.name, GROUPS.dedup);
  const counts = await ledger.counts(null);
  return balanceLedger({ received, fingerprinted, rejected }, counts, timeText(clock.nowMs()));
}
