import { useNavigate } from '@tanstack/react-router';
import { useMediaQuery } from '@mantine/hooks';
import { useMay } from '../session/use-scopes';
import type { CrashView } from './crash-view';
import { readingAddress, type ShownReading } from './shown-reading';

/** Where the transcript has room beside the story; as wide as crash-page.module.css says. */
const HAS_ROOM = '(min-width: 1101px)';

/** The page's address: everything that is chosen on the page is in it. */
export function useCrashAddress(id: string, view: CrashView, shown: ShownReading) {
  const navigate = useNavigate();
  const hasRoom = useMediaQuery(HAS_ROOM, undefined, { getInitialValueInEffect: false });
  const may = useMay('raw');
  const byDefault = hasRoom && may !== false && shown.transcript !== null;
  const rawOpen = view.raw === undefined ? byDefault : view.raw === '1';
  const raw: Pick<CrashView, 'raw'> = view.raw === undefined ? {} : { raw: view.raw };

  const go = (search: CrashView, hash = '', replace = false): void =>
    void navigate({
      to: '/crashes/$id',
      params: { id },
      search,
      // Empty would put a lonely # behind the address.
      ...(hash !== '' && { hash }),
      replace,
      resetScroll: false,
      hashScrollIntoView: false,
    });
  const here = { ...readingAddress(shown), ...raw };
  return {
    rawOpen,
    /** Not every token may: then a claim is chosen all the same, without its lines. */
    choose: (hash: string, replace = false): void =>
      go(rawOpen || may === false ? here : { ...here, raw: '1' }, hash, replace),
    point: (at: number): void => go({ ...here, raw: '1', at: String(at) }),
    toggleRaw: (hash: string): void => go({ ...here, raw: rawOpen ? '0' : '1' }, hash),
    showTranscript: (transcript: string): void => go({ transcript, ...raw }),
    showCrash: (other: string | null): void => {
      if (other !== null) void navigate({ to: '/crashes/$id', params: { id: other }, search: raw });
    },
  };
}
