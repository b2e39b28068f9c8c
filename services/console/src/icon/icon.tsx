const PATHS = {
  copy: 'M5 1h9v10h-2V3H5zM2 5h8v10H2zm2 2v6h4V7z',
  done: 'M6.2 13L1.5 8.3l1.6-1.6 3.1 3.1L12.9 3l1.6 1.6z',
  close: 'M3 1.6L8 6.6l5-5L14.4 3l-5 5 5 5-1.4 1.4-5-5-5 5L1.6 13l5-5-5-5z',
  auto: 'M8 1a7 7 0 100 14A7 7 0 008 1zm0 2v10A5 5 0 018 3z',
  dark: 'M6 1.5A7 7 0 1014.500 10 6 6 0 016 1.5z',
  light:
    'M8 4.500a3.500 3.500 0 100 7 3.500 3.500 0 000-7zM7.300 0h1.400v3H7.300zM7.300 13h1.400v3H7.300zM0 7.300h3v1.400H0zM13 7.300h3v1.400h-3z',
} as const;

/** A 12 px picture beside or instead of a word; whoever uses it gives the name. Drawn here: fonts lack such signs. */
export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg width={12} height={12} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="currentColor" fillRule="evenodd" />
    </svg>
  );
}
