import type { ReactNode } from 'react';
import type { HostDetail } from '../api/models';
import styles from '../frame/page.module.css';
import { durationText } from '../time/relative-time';
import { Moment } from '../time/moment';

/** What the host is, by its newest heartbeat, else by its transcripts. */
export function HostFacts({ host: { hostId, census, transcripts } }: { host: HostDetail }) {
  const labels = Object.entries(census?.labels ?? transcripts?.labels ?? {});
  return (
    <dl className={styles.facts}>
      <Fact name="id">
        <code>{hostId}</code>
      </Fact>
      <Fact name="release">{code(census?.release ?? transcripts?.kernelRelease)}</Fact>
      <Fact name="model">{census?.model ?? transcripts?.model}</Fact>
      <Fact name="BIOS">{census?.bios}</Fact>
      <Fact name="livepatches">{code(census?.livepatches.join(' '))}</Fact>
      <Fact name="kdump">{kdumpText(census)}</Fact>
      <Fact name="uptime">
        {census?.uptimeSeconds == null ? null : `${durationText(census.uptimeSeconds)} at that heartbeat`}
      </Fact>
      <Fact name="heartbeat">{census === null ? 'none came' : <Moment at={census.lastSeenAt} />}</Fact>
      {census?.downAt != null && (
        <Fact name="died">
          <Moment at={census.downAt} />
        </Fact>
      )}
      <Fact name="transcripts">
        {transcripts === null ? (
          'none came'
        ) : (
          <>
            <span>
              first <Moment at={transcripts.firstSeenAt} />
            </span>
            <span>
              last <Moment at={transcripts.lastSeenAt} />
            </span>
          </>
        )}
      </Fact>
      {labels.length > 0 && (
        <Fact name="labels">
          {labels.map(([name, value]) => (
            <span key={name}>
              <code>
                {name}={value}
              </code>
            </span>
          ))}
        </Fact>
      )}
    </dl>
  );
}

const code = (text: string | null | undefined): ReactNode => (text ? <code>{text}</code> : null);

function kdumpText(census: HostDetail['census']): string | null {
  if (census?.kdumpReady == null) return null;
  return census.kdumpReady ? 'ready' : 'not ready: a crash leaves no dump';
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children ?? <span className="dim">not said</span>}</dd>
    </div>
  );
}
