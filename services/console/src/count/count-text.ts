/** `312`, `9,412`, `128k`, `3.1M`: short enough for a column, exact below 100,000. */
export function countText(count: number): string {
  if (count < 100_000) return count.toLocaleString('en-US');
  if (count < 1_000_000) return `${Math.floor(count / 1_000)}k`;
  return `${(Math.floor(count / 100_000) / 10).toFixed(1)}M`;
}

/** `100 %`, `3 %`, `< 1 %`, `none`; never rounds something to nothing nor nearly all to all. */
export function shareText(part: number, whole: number): string {
  if (whole === 0 || part === 0) return 'none';
  const percent = (100 * part) / whole;
  if (percent < 1) return '< 1 %';
  if (percent > 99 && part < whole) return '> 99 %';
  return `${Math.round(percent)} %`;
}

/** `1 crash`, `2 crashes`. */
export function counted(count: number, one: string, many: string): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** `61,204 bytes`, `59.8 KiB`. */
export function sizeText(bytes: number): string {
  if (bytes < 10_240) return `${bytes.toLocaleString('en-US')} bytes`;
  if (bytes < 1_048_576) return `${(bytes / 1_024).toFixed(1)} KiB`;
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
