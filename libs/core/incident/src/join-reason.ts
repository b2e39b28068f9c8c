/** Why a reading belongs to a crash and the crash to an incident. Closed list; each with the sentence people read. */
export const JOIN_REASONS = {
  'first-sighting': 'No incident had this group key yet: a new one was opened.',
  'group-key': 'The group key leads to this incident.',
  similar:
    'No incident had this group key yet; its stack is like one of this incident, and they do not blame two different functions.',
  'same-bundle': 'Another text of the same POST shows the same group key.',
  'bundle-fatal':
    'The first fatal report of this text and the fatal crash of the same POST are one: a machine dies once.',
  'boot-fatal':
    'The first fatal report of this text and the fatal crash of the same boot are one, as one of both copies is damaged.',
  'same-boot': 'The same boot of this host shows the same group key already.',
  'same-state':
    'Another text of this host shows the same machine state, register for register and at random addresses: they are of one moment.',
  'same-moment':
    'Another text of this host shows a crash of the same boot, as both tell when it began, after the same time: they are of one moment.',
  'same-stamp':
    'Another text of this host shows the same crash after the same time since boot, to the last digit; no clock contradicts it, or one of both is wrong.',
  'same-time': 'Another text of this host shows the same crash at the same time of its clock.',
  'no-clock':
    'One of both texts knows no clock, no boot and no register that tells boots apart: it is taken as a copy of the nearest crash of this host with the same group key that had no such copy.',
  damaged: 'The report is damaged: it waits in the holding incident of its host for a better copy.',
  'fuller-copy': 'A copy of the same crash that tells more: the crash is shown by it from now on.',
  'copies-met':
    'A text showed that what seemed two crashes is one: its copies count to the crash whose best copy tells more.',
  'better-copy': 'A sound copy of a crash that was held: the crash moved to the incident of its group key.',
  replay: 'Stored readings were replayed, and what came out took over.',
} as const;

export type JoinReason = keyof typeof JOIN_REASONS;

/** @returns the sentence that explains a join to people. */
export function explainJoin(reason: JoinReason): string {
  return JOIN_REASONS[reason];
}
