import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { IncidentDetail } from '../api/models';
import { HARDWARE_BANDS } from '../analysis/hardware-band';
import { counted, countText } from '../count/count-text';
import { CountBar } from './count-bar';
import styles from './incident-page.module.css';

/** Why: what the crashes' texts say, with counts; each word leads to every incident of which it is said. */
export function Verdicts({ detail }: { detail: IncidentDetail }) {
  const { verdicts, hardware, incident } = detail;
  const analysed = hardware.reduce((sum, row) => sum + row.crashes, 0);
  const silent = incident.crashes - analysed;
  if (verdicts.length === 0)
    return <p className="dim">No crash of it was analysed: all are older than analyses.</p>;
  return (
    <>
      <div className={styles.facets}>
        <Facet
          caption="Verdicts"
          head="Verdict"
          rows={verdicts.map(({ verdict, crashes }) => ({
            crashes,
            word: (
              <Link
                to="/incidents"
                search={{ verdict, status: 'all' }}
                title="All incidents with this verdict"
              >
                <code>{verdict}</code>
              </Link>
            ),
          }))}
        />
        <Facet
          caption="Hardware to blame"
          head="Hardware to blame"
          rows={hardware.map(({ likelihood, crashes }) => ({
            crashes,
            word: <Band likelihood={likelihood} />,
          }))}
        />
      </div>
      {silent > 0 && <p className="dim">{counted(silent, 'crash was', 'crashes were')} not analysed.</p>}
    </>
  );
}

function Band({ likelihood }: { likelihood: string }) {
  const band = HARDWARE_BANDS.find((candidate) => candidate === likelihood);
  if (band === undefined) return likelihood;
  return (
    <Link
      to="/incidents"
      search={{ hardware: band, status: 'all' }}
      title={`All incidents for which hardware is ${band} to blame`}
    >
      {band}
    </Link>
  );
}

interface FacetProps {
  readonly caption: string;
  readonly head: string;
  readonly rows: readonly { readonly word: ReactNode; readonly crashes: number }[];
}

function Facet({ caption, head, rows }: FacetProps) {
  const most = Math.max(1, ...rows.map((row) => row.crashes));
  return (
    <table className="data">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{head}</th>
          <th scope="col" className="number">
            Crashes
          </th>
          <th scope="col">
            <span className="sr-only">Share</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            <td>{row.word}</td>
            <td className="number">{countText(row.crashes)}</td>
            <td>
              <CountBar count={row.crashes} most={most} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
