/** Checks that one minimisation may take. */
const MOST_CHECKS = 600;

/** A part of `text` that still `fails`, from which no line and no short run of letters can go. */
export function minimise(text: string, fails: (text: string) => boolean): string {
  let left = MOST_CHECKS;
  const still = (candidate: string) => left-- > 0 && fails(candidate);
  return without(without(text, '\n', still), '', still);
}

/** Takes out runs of parts, half of all at first, then ever shorter ones. */
function without(text: string, separator: string, fails: (text: string) => boolean): string {
  let parts = text.split(separator);
  for (let size = Math.ceil(parts.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < parts.length;) {
      const rest = [...parts.slice(0, at), ...parts.slice(at + size)];
      if (rest.length < parts.length && fails(rest.join(separator))) parts = rest;
      else at += size;
    }
  }
  return parts.join(separator);
}
