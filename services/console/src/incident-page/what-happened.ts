import type { IncidentDetail } from '../api/models';

/** A piece of a sentence; `code` pieces are names from the kernel. */
export interface Piece {
  readonly text: string;
  readonly code: boolean;
}

/** What is known in one or two sentences, nothing but what the counts and the signature say. */
export function whatHappened({
  incident,
  recurrences,
}: Pick<IncidentDetail, 'incident' | 'recurrences'>): Piece[] {
  if (incident.holding) {
    return [
      plain(
        'Damaged transcripts that name no crash: they wait here until a better copy of the same crash arrives.',
      ),
    ];
  }
  const pieces: Piece[] = [named(incident.kind)];
  if (incident.blamed !== null) pieces.push(plain('; look first at '), named(incident.blamed));
  if (incident.module !== null) pieces.push(plain(' in module '), named(incident.module));
  if (incident.entry !== null) pieces.push(plain(', reached through '), named(incident.entry));
  pieces.push(plain(`. ${deadly(incident.crashes, incident.fatalCrashes)}`));
  if (recurrences > 0) {
    pieces.push(
      plain(` It came back ${recurrences === 1 ? 'once' : `${recurrences} times`} after a resolve.`),
    );
  }
  return pieces;
}

const plain = (text: string): Piece => ({ text, code: false });
const named = (text: string): Piece => ({ text, code: true });

function deadly(crashes: number, fatal: number): string {
  if (fatal === 0) return crashes === 1 ? 'The machine survived.' : 'Every machine survived.';
  if (fatal === crashes) return crashes === 1 ? 'It killed the machine.' : 'Each crash killed its machine.';
  return `${fatal} of ${crashes} crashes killed the machine.`;
}
