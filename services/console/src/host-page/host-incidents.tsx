import { Link } from '@tanstack/react-router';
import type { HostDetail } from '../api/models';
import { countText } from '../count/count-text';
import { Moment } from '../time/moment';

/** What crashed on the host, one row an incident, the newest first. */
export function HostIncidents({ incidents }: Pick<HostDetail, 'incidents'>) {
  if (incidents.length === 0) return <p className="dim">Nothing that was sent from it is a crash.</p>;
  return (
    <div className="scroll-x">
      <table className="data">
        <caption className="sr-only">Crashes of this host by incident</caption>
        <thead>
          <tr>
            <th scope="col">Incident</th>
            <th scope="col">Signature</th>
            <th scope="col">State</th>
            <th scope="col" className="number">
              Crashes here
            </th>
            <th scope="col" className="number">
              Fatal
            </th>
            <th scope="col">First</th>
            <th scope="col">Last</th>
          </tr>
        </thead>
        <tbody>
          {incidents.map((row) => (
            <tr key={row.number}>
              <td className="nowrap">
                <Link to="/incidents/$number" params={{ number: row.number }} data-row-link={row.number}>
                  {row.number}
                </Link>
              </td>
              <td className="mono">{row.title}</td>
              <td>{row.status}</td>
              <td className="number">{countText(row.crashes)}</td>
              <td className="number">{countText(row.fatalCrashes)}</td>
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
