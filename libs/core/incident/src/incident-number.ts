const SPOKEN = /^OOPS-([1-9]\d{0,14})$/i;

/** @returns the number as people say it: `OOPS-42`. */
export function formatIncidentNumber(number: number): string {
  return `OOPS-${number}`;
}

/** @returns the number in `OOPS-42` (in any case), `null` when the text is not one. */
export function parseIncidentNumber(text: string): number | null {
  const digits = SPOKEN.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}
