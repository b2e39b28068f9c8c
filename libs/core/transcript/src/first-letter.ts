/** Whether a line may match: told by its first letter, before any expression runs on it. */
type FirstLetters = (message: string) => boolean;

/** Lines that begin with one of these ASCII letters. */
export function firstLetters(letters: string): FirstLetters {
  const table = new Uint8Array(128);
  for (const letter of letters) table[letter.charCodeAt(0)] = 1;
  return (message) => table[message.charCodeAt(0)] === 1;
}
