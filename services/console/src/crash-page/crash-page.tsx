import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { AnalysisStory, NoStory, registerIds } from '../analysis/analysis-story';
import { claimHash, type Claim } from '../analysis/claim';
import type { Choosing } from '../analysis/claim-button';
import { RegistersTable } from '../analysis/registers-table';
import type { CrashDetail, CrashReading } from '../api/models';
import { crashQuery } from '../api/queries';
import { Failure } from '../feedback/failure';
import { SkeletonRows } from '../feedback/skeleton-rows';
import { useTitle } from '../frame/use-title';
import { CrashFacts } from './crash-facts';
import { CrashHeadline } from './crash-headline';
import styles from './crash-page.module.css';
import type { CrashView } from './crash-view';
import { useMay } from '../session/use-scopes';
import { RawColumn } from './raw-column';
import { StoryAlone } from './raw-refused';
import { ReadingSection } from './reading-section';
import { ReadingTabs } from './reading-tabs';
import { shownReading } from './shown-reading';
import { TranscriptTabs } from './transcript-tabs';
import { useClaims, useScrollToClaim } from './use-claims';
import { useCrashAddress } from './use-crash-address';
import { useCrashKeys } from './use-crash-keys';
import { WhyHere } from './why-here';

/** One crash: what happened, its stack, its facts, and beside them the text that all of it was read from. */
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
  const { crash } = detail;
  const shown = useMemo(() => shownReading(detail, view), [detail, view.transcript, view.reading]);
  const { transcripts, transcript, readings, reading } = shown;
  const address = useCrashAddress(crash.id, view, shown);
  const { claims, chosen } = useClaims(reading?.analysis ?? null);
  useScrollToClaim(chosen);
  useCrashKeys({ crash, shown, claims, chosen, address });
  const toggleRaw = (): void => address.toggleRaw(chosen === null ? '' : claimHash(chosen));

  return (
    <>
      <CrashHeadline detail={detail} rawOpen={address.rawOpen} onRaw={toggleRaw} />
      <div className={styles.columns} data-raw={address.rawOpen || undefined}>
        <div className={styles.story}>
          <TranscriptTabs
            crashId={crash.id}
            transcripts={transcripts}
            selected={transcript?.id ?? null}
            view={view}
          />
          <ReadingTabs crashId={crash.id} readings={readings} selected={reading} view={view} />
          {reading === null ? (
            <p className="dim">No reading of this transcript is linked to this crash now.</p>
          ) : (
            <Story
              crashId={crash.id}
              reading={reading}
              claims={claims}
              chosen={chosen}
              onChoose={address.choose}
            />
          )}
          <WhyHere crashId={crash.id} transcripts={transcripts} />
        </div>
        <aside className={styles.aside} aria-label="Facts">
          <CrashFacts crash={crash} primary={reading ?? detail.readings[0] ?? null} />
        </aside>
        {address.rawOpen && transcript !== null && (
          <div className={styles.raw}>
            <RawColumn
              transcript={transcript}
              readings={readings}
              reading={reading}
              claims={claims}
              chosen={chosen}
              at={view.at === undefined ? null : Number(view.at)}
              onPoint={address.point}
              onHash={address.choose}
              onEvidence={(next) => address.choose(claimHash(next), true)}
              onClose={toggleRaw}
            />
          </div>
        )}
      </div>
    </>
  );
}

interface StoryProps extends Choosing {
  readonly crashId: string;
  readonly reading: CrashReading;
  readonly claims: readonly Claim[];
}

/** What is said of one reading: why it crashed, where, and with which values. */
function Story({ crashId, reading, claims, ...choosing }: StoryProps) {
  const { analysis } = reading;
  const may = useMay('raw');
  return (
    <>
      {analysis === null ? (
        <NoStory />
      ) : (
        <AnalysisStory analysis={analysis} note={may === false ? <StoryAlone /> : null} {...choosing} />
      )}
      <ReadingSection crashId={crashId} reading={reading} />
      {analysis !== null && (
        <RegistersTable registers={analysis.registers} ids={registerIds(claims)} {...choosing} />
      )}
    </>
  );
}
