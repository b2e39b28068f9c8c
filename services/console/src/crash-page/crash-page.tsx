import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { CrashDetail } from '../api/models';
import { crashQuery } from '../api/queries';
import { Failure } from '../feedback/failure';
import { SkeletonRows } from '../feedback/skeleton-rows';
import { useTitle } from '../frame/use-title';
import { useKeys } from '../keyboard/use-keys';
import { RawPane } from '../raw-transcript/raw-pane';
import { useMay } from '../session/use-scopes';
import { CrashFacts } from './crash-facts';
import { CrashHeadline } from './crash-headline';
import styles from './crash-page.module.css';
import type { CrashView } from './crash-view';
import { RawRefused } from './raw-refused';
import { ReadingSection } from './reading-section';
import { TranscriptTabs } from './transcript-tabs';
import { useNeighbours } from './use-neighbours';

/** One crash: its stack, its facts, and one key away the text that all of it was read from. */
export function CrashPage({ id, view }: { id: string; view: CrashView }) {
  const { data, error, isPending, refetch } = useQuery(crashQuery(id));
  useTitle(
    data === undefined ? 'Crash' : `${data.crash.title} on ${data.crash.hostName ?? data.crash.hostId}`,
  );
  if (isPending) return <SkeletonRows rows={12} />;
  if (data === undefined) {
    return (
      <div className={styles.failure}>
        <Failure page what="The crash could not be loaded" error={error} onRetry={() => void refetch()} />
      </div>
    );
  }
  return <Loaded detail={data} view={view} />;
}

function Loaded({ detail, view }: { detail: CrashDetail; view: CrashView }) {
  const { crash, readings, transcripts } = detail;
  const navigate = useNavigate();
  const primary = readings.find((reading) => reading.primary) ?? readings[0] ?? null;
  const selectedId = view.transcript ?? primary?.transcriptId ?? transcripts[0]?.id ?? null;
  const selected = transcripts.find((transcript) => transcript.id === selectedId) ?? null;
  const ofSelected = readings.filter((reading) => reading.transcriptId === selectedId);
  const rawOpen = view.raw === '1';

  const go = (next: CrashView): void =>
    void navigate({ to: '/crashes/$id', params: { id: crash.id }, search: next, resetScroll: false });
  const kept = selectedId === null ? {} : { transcript: selectedId };
  const toggleRaw = (): void => go(rawOpen ? kept : { ...kept, raw: '1' });
  const open = (id: string | null): void => {
    if (id !== null)
      void navigate({ to: '/crashes/$id', params: { id }, search: rawOpen ? { raw: '1' } : {} });
  };
  const { newer, older } = useNeighbours(crash.incidentNumber, crash.id);
  const byDigit = transcripts
    .slice(0, 9)
    .map(({ id }, index): [string, () => void] => [
      String(index + 1),
      () => go({ transcript: id, ...(rawOpen && { raw: '1' }) }),
    ]);
  useKeys({ r: toggleRaw, '[': () => open(older), ']': () => open(newer), ...Object.fromEntries(byDigit) });

  return (
    <>
      <CrashHeadline detail={detail} rawOpen={rawOpen} onRaw={toggleRaw} />
      <div className={styles.columns} data-raw={rawOpen || undefined}>
        <div className={styles.story}>
          <TranscriptTabs
            crashId={crash.id}
            transcripts={transcripts}
            selected={selectedId}
            rawOpen={rawOpen}
          />
          {ofSelected.map((reading) => (
            <ReadingSection
              key={`${reading.signature.algorithmVersion}-${reading.reading.span.start}`}
              crashId={crash.id}
              reading={reading}
            />
          ))}
          {ofSelected.length === 0 && (
            <p className="dim">No reading of this transcript is linked to this crash now.</p>
          )}
        </div>
        <aside className={styles.aside} aria-label="Facts">
          <CrashFacts crash={crash} primary={ofSelected[0] ?? primary} />
        </aside>
        {rawOpen && selected !== null && (
          <div className={styles.raw}>
            <Raw detail={detail} view={view} transcriptId={selected.id} go={go} />
          </div>
        )}
      </div>
    </>
  );
}

interface RawProps {
  readonly detail: CrashDetail;
  readonly view: CrashView;
  readonly transcriptId: string;
  readonly go: (next: CrashView) => void;
}

function Raw({ detail, view, transcriptId, go }: RawProps) {
  const may = useMay('raw');
  const transcript = detail.transcripts.find((candidate) => candidate.id === transcriptId);
  const marks = useMemo(() => {
    const here = detail.readings.filter((reading) => reading.transcriptId === transcriptId);
    return {
      spans: here.map(({ reading }) => reading.span),
      frames: here.flatMap(({ reading }) =>
        reading.frames.map((frame, number) => ({ number, start: frame.span.start })),
      ),
    };
  }, [detail.readings, transcriptId]);
  if (may === false) return <RawRefused />;
  if (may === null || transcript === undefined) return <SkeletonRows rows={12} heightPx={18} />;
  return (
    <RawPane
      key={transcriptId}
      transcript={transcript}
      marks={marks}
      at={view.at === undefined ? null : Number(view.at)}
      onPoint={(at) => go({ transcript: transcriptId, raw: '1', at: String(at) })}
      onClose={() => go({ transcript: transcriptId })}
    />
  );
}
