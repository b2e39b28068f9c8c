import { useLocation } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import { chosenClaim, claimsOf, type ChosenClaim, type Claim } from '../analysis/claim';
import type { Analysis, CrashReading } from '../api/models';
import type { ShownClaim } from '../raw-transcript/evidence-bar';
import type { TextMarks } from '../raw-transcript/text-marks';
import { claimSpans, litSpans, namedWords } from './claim-marks';

const NO_CLAIMS: readonly Claim[] = [];

/** The claims of a reading, and the one that the address names behind its `#`. */
export function useClaims(analysis: Analysis | null): {
  readonly claims: readonly Claim[];
  readonly chosen: ChosenClaim | null;
} {
  const hash = useLocation({ select: (location) => location.hash });
  const claims = useMemo(() => (analysis === null ? NO_CLAIMS : claimsOf(analysis)), [analysis]);
  const chosen = useMemo(() => chosenClaim(claims, hash), [claims, hash]);
  return { claims, chosen };
}

/** What stands out in the transcript: its readings and frames, and what the reading looked at claims of it. */
export function useTextMarks(
  here: readonly CrashReading[],
  analysis: Analysis | null,
  claims: readonly Claim[],
): TextMarks {
  return useMemo(
    () => ({
      spans: here.map(({ reading }) => reading.span),
      frames: here.flatMap(({ reading }) =>
        reading.frames.map((frame, number) => ({ number, start: frame.span.start })),
      ),
      words: namedWords(analysis?.registers ?? []),
      claims: claimSpans(claims),
    }),
    [here, analysis, claims],
  );
}

export function useShownClaim(chosen: ChosenClaim | null): ShownClaim | null {
  return useMemo(
    () => (chosen === null ? null : { title: chosen.claim.title, lit: litSpans(chosen) }),
    [chosen],
  );
}

/** A link to a claim shows it in the middle; a claim chosen in the transcript comes into view in the story. */
export function useScrollToClaim(chosen: ChosenClaim | null): void {
  const id = chosen?.claim.id ?? null;
  const isFirst = useRef(true);
  useEffect(() => {
    const block = isFirst.current ? 'center' : 'nearest';
    isFirst.current = false;
    if (id !== null) document.getElementById(id)?.scrollIntoView({ block });
  }, [id]);
}
