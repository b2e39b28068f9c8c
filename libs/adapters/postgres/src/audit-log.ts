import type { AuditLog } from '@oopstream/ports';
import { insertAudit } from './outbox-rows';
import type { PostgresPool } from './pool';

export function createAuditLog(pool: PostgresPool): AuditLog {
  return { record: (entry) => insertAudit(pool, [entry]) };
}
