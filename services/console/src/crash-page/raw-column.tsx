import type { CrashReading, TranscriptSummary } from '../api/models';
import { steppedEvidence, type ChosenClaim, type Claim } from '../analysis/claim';
import { SkeletonRows } from '../feedback/skeleton-rows';
import { sampledAwayText } from '../raw-transcript/gone-text';
import { RawPane } from '../raw-transcript/raw-pane';
import { useMay } from '../session/use-scopes';
import { RawGone, RawRefused } from './raw-refused';
import { useShownClaim, useTextMarks } from './use-claims';

interface Props {
  readonly transcript: TranscriptSummary;
  /** Readings of this transcript. */
  readonly readings: readonly CrashReading[];
  readonly reading: CrashReading | null;
  readonly claims: readonly Claim[];
  readonly chosen: ChosenClaim | null;
  /** Byte that the address points at. */
  readonly at: number | null;
  readonly onPoint: (at: number) => void;
  readonly onHash: (hash: string) => void;
  readonly onEvidence: (chosen: ChosenClaim) => void;
  readonly onClose: () => void;
}

/** The transcript beside the story, or why it is not shown. */
export function RawColumn({ transcript, readings, reading, claims, chosen, ...props }: Props) {
  const may = useMay('raw');
  const marks = useTextMarks(readings, reading?.analysis ?? null, claims);
  const claim = useShownClaim(chosen);
  if (may === false) return <RawRefused />;
  const { bodySampledAway } = transcript;
  if (bodySampledAway !== undefined) return <RawGone because={sampledAwayText(bodySampledAway)} />;
  if (may === null) return <SkeletonRows rows={12} heightPx={18} />;
  return (
    <RawPane
      key={transcript.id}
      transcript={transcript}
      marks={marks}
      claim={claim}
      at={props.at}
      onPoint={props.onPoint}
      onClaim={props.onHash}
      onStep={(step) => chosen !== null && props.onEvidence(steppedEvidence(chosen, step))}
      onClose={props.onClose}
    />
  );
}
