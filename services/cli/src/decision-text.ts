import type { DecisionView, HistoryPage, MembershipProofView } from '@oopstream/contracts';

type Proven = NonNullable<MembershipProofView['decision']>;

const minute = (time: string): string => time.slice(0, 16).replace('T', ' ');

/** One line: when, what, from where to where, by whom, why, and whether it still holds. */
export function renderDecision(decision: DecisionView): string {
  const { id, at, kind, from, to, crashes, actor, note, undoneBy, undoes } = decision;
  const way = from === to ? to : `${from} → ${to}`;
  return [
    `${minute(at)}  ${id}  ${kind}  ${way}  ${crashes} crashes  ${actor}`,
    ...(note === null ? [] : [`“${note}”`]),
    ...(undoes === null ? [] : [`takes ${undoes} back`]),
    ...(undoneBy === null ? [] : ['(undone)']),
  ].join('  ');
}

export function renderHistory({ items, nextCursor }: HistoryPage): string {
  if (items.length === 0) return 'nothing was done to it';
  const lines = items.map(({ at, action, actor, detail }) => {
    const { note } = detail;
    const said = typeof note === 'string' ? `  “${note}”` : '';
    const facts = Object.entries(detail).filter(
      ([name, value]) => value !== null && name !== 'number' && name !== 'note',
    );
    return `${minute(at)}  ${action}  ${actor}${said}  ${facts.map(([name, value]) => `${name}=${text(value)}`).join(' ')}`.trimEnd();
  });
  return [...lines, ...(nextCursor === null ? [] : [`more with --cursor ${nextCursor}`])].join('\n');
}

export function renderProof(proof: MembershipProofView): string {
  const { crashId, incident, rule, explanation, decision, groupKey, groupText, key, memberships } = proof;
  return [
    `${crashId} is in ${incident}: ${explanation} (${rule})`,
    ...(decision === null ? [] : [`  ${by(decision)}`]),
    `key     ${groupKey}${groupText === null ? '' : `  ${groupText}`}`,
    ...(key === null ? ['        leads nowhere'] : [keyLine(key, groupKey)]),
    ...(key?.detail == null ? [] : [`        ${text(key.detail)}`]),
    'was in',
    ...memberships.map((one) => `  ${minute(one.from)}  ${one.incident}  ${one.rule}: ${one.explanation}`),
    'shown by',
    ...proof.links.map(
      ({ transcriptId, validFrom, reason, primary, validTo }) =>
        `  ${minute(validFrom)}  ${transcriptId}  ${reason}${primary ? ', gives the title' : ''}${validTo === null ? '' : `, until ${minute(validTo)}`}`,
    ),
  ].join('\n');
}

function keyLine(key: NonNullable<MembershipProofView['key']>, ofCrash: string): string {
  const { groupKey, incident, reason, score, attachedAt, decidedBy } = key;
  const name = groupKey === ofCrash ? '' : `${groupKey} `;
  const scored = score === null ? '' : `, score ${score.toFixed(2)}`;
  const put = decidedBy === null ? '' : `; ${by(decidedBy)}`;
  return `        ${name}leads to ${incident} since ${minute(attachedAt)} (${reason}${scored}${put})`;
}

function by({ kind, actor, at, note }: Proven): string {
  return `${kind} by ${actor} at ${minute(at)}${note === null ? '' : `: “${note}”`}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
