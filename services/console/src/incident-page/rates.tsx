import { useQuery } from '@tanstack/react-query';
import type { IncidentRates, RateRow } from '../api/models';
import { incidentRatesQuery } from '../api/queries';
import { countText } from '../count/count-text';
import { ScrollX } from '../feedback/scroll-x';
import { RateBar } from './rate-bar';
import { rateText, turnText } from './rate-text';

/** How often, of how many, since which build: the fleet as denominator. Says nothing where no host reports itself. */
export function Rates({ number }: { number: string }) {
  const { data } = useQuery(incidentRatesQuery(number));
  if (data === undefined || data.fleet.hosts === 0) return null;
  return <RateTable rates={data} />;
}

function RateTable({ rates }: { rates: IncidentRates }) {
  const { fleet, releases, turns } = rates;
  const crashed = releases.filter(
    (row) => row.fatal.crashes + row.survived.crashes + row.fatalOutsideCensus > 0,
  );
  const most = Math.max(0, ...crashed.map((row) => rateOf(row)?.upper ?? 0));
  return (
    <>
      <p>
        Hit {countText(fleet.hit)} of {countText(fleet.hosts)} hosts
        {fleet.share !== null && ` (${(100 * fleet.share).toFixed(2)} %)`} since {rates.since.slice(0, 10)}.
      </p>
      {crashed.length > 0 && (
        <ScrollX label="Fatal crashes for each 1,000 host-days, by release">
          <table className="data">
            <thead>
              <tr>
                <th scope="col">Release</th>
                <th scope="col" className="number">
                  Fatal in 1,000 host-days
                </th>
                <th scope="col">
                  <span className="sr-only">Interval</span>
                </th>
                <th scope="col" className="number">
                  Hosts
                </th>
                <th scope="col" className="number">
                  Host-days
                </th>
              </tr>
            </thead>
            <tbody>
              {crashed.map((row) => (
                <RateTableRow key={row.release} row={row} most={most} />
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
      {turns.map((turn) => (
        <p key={turn.branch} className="dim">
          {turnText(turn)}
        </p>
      ))}
    </>
  );
}

/** A rate out of minutes is a number of six digits that says nothing. */
function rateOf({ fatal, hostDays }: RateRow): RateRow['fatal']['per1000HostDays'] {
  return hostDays < 1 ? null : fatal.per1000HostDays;
}

function RateTableRow({ row, most }: { row: RateRow; most: number }) {
  const { release, fatal, survived, hosts, hostDays } = row;
  const rate = rateOf(row);
  return (
    <tr>
      <td className="mono nowrap">{release}</td>
      <td className="number" title={`${fatal.crashes} fatal, ${survived.crashes} survived`}>
        {hostDays > 0 && hostDays < 1 ? 'not a host-day yet' : rateText(rate)}
      </td>
      <td>{rate !== null && <RateBar rate={rate} most={most} />}</td>
      <td className="number">
        {hosts === 0 && fatal.hosts === 0 ? (
          <span className="dim">none in the census</span>
        ) : (
          `${countText(fatal.hosts)} of ${countText(Math.max(hosts, fatal.hosts))}`
        )}
      </td>
      <td className="number">{countText(Math.round(hostDays))}</td>
    </tr>
  );
}
