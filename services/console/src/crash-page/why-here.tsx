import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Proof, TranscriptSummary } from '../api/models';
import { proofQuery } from '../api/decision-queries';
import { CopyText } from '../feedback/copy-text';
import { Failure } from '../feedback/failure';
import { SkeletonRows } from '../feedback/skeleton-rows';
import { Moment } from '../time/moment';
import { DecidedBy } from './decided-by';
import { MatchedFrames } from './matched-frames';
import { readSimilarity } from './read-similarity';
import { TranscriptLinks } from './transcript-links';
import styles from './why-here.module.css';

interface Props {
  readonly crashId: string;
  readonly transcripts: readonly TranscriptSummary[];
}

/** The proof of a membership: the rule that holds the crash in its incident, and what that rule looked at. */
export function WhyHere({ crashId, transcripts }: Props) {
  const { data, error, isPending, refetch } = useQuery(proofQuery(crashId));
  return (
    <section id="why-here" className={styles.panel} aria-label="Why is it here?">
      <h2>Why is it here?</h2>
      {isPending && <SkeletonRows rows={3} heightPx={28} />}
      {error !== null && data === undefined && (
        <Failure
          what="Why it is in this incident could not be loaded"
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {data !== undefined && <Proven proof={data} transcripts={transcripts} />}
    </section>
  );
}

function Proven({ proof, transcripts }: { proof: Proof; transcripts: readonly TranscriptSummary[] }) {
  const { rule, explanation, decision, key, held } = proof;
  const similarity = readSimilarity(key === null || key.decidedBy !== null ? null : key.detail);
  return (
    <>
      <p>
        <Incident number={proof.incident} /> <code>{rule}</code> {explanation}
        {decision !== null && <DecidedBy decision={decision} />}
      </p>
      {key !== null && <Key proofKey={key} incident={proof.incident} held={held} />}
      {similarity !== null && <MatchedFrames similarity={similarity} score={key?.score ?? null} />}
      <h3>Its transcripts, and how each was matched</h3>
      <TranscriptLinks links={proof.links} transcripts={transcripts} />
      {proof.memberships.length > 1 && <Memberships memberships={proof.memberships} />}
    </>
  );
}

interface KeyProps {
  readonly proofKey: NonNullable<Proof['key']>;
  readonly incident: string;
  readonly held: boolean;
}

function Key({ proofKey: { groupKey, incident: leadsTo, reason, attachedAt }, incident, held }: KeyProps) {
  return (
    <p className="dim">
      {held ? 'Key of the host, while the crash is held' : 'Its group key'}{' '}
      <code>{groupKey.length > 24 ? `${groupKey.slice(0, 19)}…` : groupKey}</code>{' '}
      <CopyText text={groupKey} what="group key" /> leads{' '}
      {leadsTo === incident ? (
        'here'
      ) : (
        <>
          to <Incident number={leadsTo} />
        </>
      )}{' '}
      by <code>{reason}</code>; it was attached first <Moment at={attachedAt} />.
    </p>
  );
}

function Memberships({ memberships }: Pick<Proof, 'memberships'>) {
  return (
    <>
      <h3>Where it was counted, oldest first</h3>
      <ol className={styles.list}>
        {memberships.map(({ incident, from, rule, explanation, decision }) => (
          <li key={`${incident} ${from}`}>
            <Incident number={incident} /> from <Moment at={from} />: <code>{rule}</code> {explanation}
            {decision !== null && <DecidedBy decision={decision} />}
          </li>
        ))}
      </ol>
    </>
  );
}

function Incident({ number }: { number: string }) {
  return (
    <Link to="/incidents/$number" params={{ number }}>
      {number}
    </Link>
  );
}
