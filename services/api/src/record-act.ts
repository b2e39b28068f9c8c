import type { AuditEntry, AuditLog, Clock, TokenGrant } from '@oopstream/ports';

/** How the audit names a token's holder. */
export function actorOf(grant: TokenGrant): string {
  return `token:${grant.label}`;
}

/** Leaves a line in the audit: who did what to which thing. */
export function recordAct(
  { audit, clock }: { readonly audit: AuditLog; readonly clock: Clock },
  grant: TokenGrant,
  act: Pick<AuditEntry, 'action' | 'subjectKind' | 'subjectId' | 'detail'>,
): Promise<void> {
  return audit.record({ tenant: grant.tenant, atMs: clock.nowMs(), actor: actorOf(grant), ...act });
}
