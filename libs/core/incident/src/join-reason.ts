/** Why a reading belongs to a crash and the crash to an incident. Closed list; each with the sentence people read. */
export const JOIN_REASONS = {
  'first-sighting': 'No incident had this group key yet: a new one was opened.',
  'group-key': 'The group key leads to this incident.',
  'same-bundle': 'Another text of the same POST shows the same group key.',
  'bundle-fatal':
    'The first fatal report of this text and the fatal crash of the same POST are one: a machine dies once.',
  'boot-fatal':
    'The first fatal report of this text and the fatal crash of the same boot are one, as one of both copies is damaged.',
  'same-boot': 'The same boot of this host shows the same group key already.',
  damaged: 'The report is damaged: it waits in the holding incident of its host for a better copy.',
  'better-copy': 'A sound copy of a crash that was held: the crash moved to the incident of its group key.',
} as const;

export type JoinReason = keyof typeof JOIN_REASONS;

/** @returns the sentence that explains a join to people. */
export function explainJoin(reason: JoinReason): string {
  return JOIN_REASONS[reason];
}
