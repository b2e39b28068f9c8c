import { Link } from '@tanstack/react-router';
import type { IncidentRelease } from '../api/models';
import { counted, countText, shareText } from '../count/count-text';
import { compareReleases, firstRelease } from '../release/release-order';
import { Moment } from '../time/moment';
import { CountBar } from './count-bar';

/** Is it us? Each release beside its neighbours, newest first. */
export function Releases({ releases, crashes }: { releases: readonly IncidentRelease[]; crashes: number }) {
  if (releases.length === 0) return <p className="dim">No transcript names its kernel release.</p>;
  const ordered = [...releases].sort((a, b) => compareReleases(b.release, a.release));
  const most = Math.max(1, ...releases.map((row) => row.crashes));
  const first = releases.length > 1 ? firstRelease(releases) : null;
  const silent = crashes - releases.reduce((sum, row) => sum + row.crashes, 0);
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
            <ReleaseRow key={row.release} row={row} most={most} isFirst={row.release === first} />
          ))}
        </tbody>
      </table>
      {silent > 0 && (
        <p className="dim">{counted(silent, 'crash', 'crashes')} on other releases or none named.</p>
      )}
    </div>
  );
}

function ReleaseRow({ row, most, isFirst }: { row: IncidentRelease; most: number; isFirst: boolean }) {
  return (
    <tr>
      <td>
        <Link
          to="/incidents"
          search={{ release: row.release }}
          className="mono nowrap"
          title={`Open incidents on ${row.release}`}
        >
          {row.release}
        </Link>
        {isFirst && <span className="dim"> · seen here first</span>}
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
  );
}
