import { Link } from '@tanstack/react-router';
import type { IncidentRelease } from '../api/models';
import { countText, shareText } from '../count/count-text';
import { compareReleases, firstRelease } from '../release/release-order';
import { Moment } from '../time/moment';
import { CountBar } from './count-bar';

/** Is it us? Each release beside its neighbours, newest first. */
export function Releases({ releases }: { releases: readonly IncidentRelease[] }) {
  if (releases.length === 0) return <p className="dim">No transcript names its kernel release.</p>;
  const ordered = [...releases].sort((a, b) => compareReleases(b.release ?? '', a.release ?? ''));
  const most = Math.max(1, ...releases.map((row) => row.crashes));
  const first = releases.length > 1 ? firstRelease(releases) : null;
  return (
    <div className="scroll-x">
      <table className="data">
        <caption className="sr-only">Kernel releases that it was seen on</caption>
        <thead>
          <tr>
            <th scope="col">Release</th>
            <th scope="col" className="number">
              Crashes
            </th>
            <th scope="col">
              <span className="sr-only">Share</span>
            </th>
            <th scope="col" className="number">
              Fatal
            </th>
            <th scope="col">First seen</th>
            <th scope="col">Last seen</th>
          </tr>
        </thead>
        <tbody>
          {ordered.map((row) => (
            <tr key={row.release ?? ''}>
              <td>
                <ReleaseName release={row.release} />
                {row.release !== null && row.release === first && (
                  <span className="dim"> · seen here first</span>
                )}
              </td>
              <td className="number">{countText(row.crashes)}</td>
              <td>
                <CountBar count={row.crashes} most={most} />
              </td>
              <td className="number" title={`${row.fatalCrashes} fatal, ${row.survivedCrashes} survived`}>
                {shareText(row.fatalCrashes, row.crashes)}
              </td>
              <td>
                <Moment at={row.firstSeenAt} />
              </td>
              <td>
                <Moment at={row.lastSeenAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ReleaseName({ release }: { release: string | null }) {
  if (release === null) return <span className="dim">not said in the transcripts</span>;
  return (
    <Link to="/incidents" search={{ release }} className="mono nowrap" title={`Open incidents on ${release}`}>
      {release}
    </Link>
  );
}
