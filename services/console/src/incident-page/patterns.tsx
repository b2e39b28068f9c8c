import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Parent, Patterns as PatternsAnswer } from '../api/models';
import { patternsQuery } from '../api/queries';
import { counted, countText } from '../count/count-text';
import { Failure } from '../feedback/failure';
import { ScrollX } from '../feedback/scroll-x';
import { SkeletonRows } from '../feedback/skeleton-rows';

const FIRST_OTHERS = 5;

const BLAMED = {
  hardware: 'The machine is to blame.',
  model: 'The model or its firmware is to blame.',
  software: 'The software is to blame.',
  unknown: 'Machine, model or software: not clear.',
} as const;

/** What its hosts share that the fleet does not, whom that blames, and the groups that it belongs to. */
export function Patterns({ number }: { number: string }) {
  const { data, error, isPending, refetch } = useQuery(patternsQuery(number));
  if (isPending) return <SkeletonRows rows={3} heightPx={28} />;
  if (data === undefined)
    return (
      <Failure what="What its hosts share could not be loaded" error={error} onRetry={() => void refetch()} />
    );
  return (
    <>
      <p>
        <strong>{BLAMED[data.attribution.verdict]}</strong>
      </p>
      {data.attribution.parts.length > 0 && (
        <ul>
          {data.attribution.parts.map(({ speaksFor, text }) => (
            <li key={text}>
              For {speaksFor}: {text}.
            </li>
          ))}
        </ul>
      )}
      <Unusual unusual={data.unusual} />
      {data.parents.map((parent) => (
        <Group key={parent.key} parent={parent} own={number} />
      ))}
    </>
  );
}

function Unusual({ unusual }: { unusual: PatternsAnswer['unusual'] }) {
  const { facets, crashedHosts, fleetHosts, isSample, looked } = unusual;
  const compared = `${counted(crashedHosts, 'crashed host', 'crashed hosts')} against ${countText(fleetHosts)}${isSample ? ', a sample of the fleet' : ''}`;
  if (crashedHosts === 0)
    return <p className="dim">The census knows none of its hosts, so they cannot be compared.</p>;
  if (facets.length === 0)
    return (
      <p className="dim">
        Nothing unusual among {countText(looked)} values of {compared}.
      </p>
    );
  return (
    <>
      <ScrollX label="What its hosts have more often than the fleet">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">Unusual</th>
              <th scope="col">Value</th>
              <th scope="col" className="number">
                Crashed
              </th>
              <th scope="col" className="number">
                Fleet
              </th>
              <th scope="col" className="number">
                Times
              </th>
              <th scope="col" className="number">
                q
              </th>
            </tr>
          </thead>
          <tbody>
            {facets.map((row) => (
              <tr key={`${row.facet} ${row.value}`}>
                <td>{row.facet}</td>
                <td>
                  <code>{row.value}</code>
                </td>
                <td className="number">{countText(row.crashed)}</td>
                <td className="number">{countText(row.fleet)}</td>
                <td className="number">{row.lift.toFixed(1)}</td>
                <td className="number">{row.qValue.toPrecision(2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      <p className="dim">
        Of {countText(looked)} values of {compared}; q is the share of false finds up to that row.
      </p>
    </>
  );
}

function Group({ parent, own }: { parent: Parent; own: string }) {
  const others = parent.incidents.filter((one) => one.number !== own);
  const more = parent.incidentCount - 1 - Math.min(others.length, FIRST_OTHERS);
  return (
    <>
      <p>
        Together with others: <strong>{parent.title}</strong> ({counted(parent.crashes, 'crash', 'crashes')},{' '}
        {counted(parent.hosts, 'host', 'hosts')}).
      </p>
      <ul>
        {others.slice(0, FIRST_OTHERS).map((one) => (
          <li key={one.number}>
            <Link to="/incidents/$number" params={{ number: one.number }}>
              {one.number}
            </Link>{' '}
            <code>{one.title}</code> {counted(one.crashes, 'crash', 'crashes')}
          </li>
        ))}
        {more > 0 && (
          <li>
            <Link to="/groups">{counted(more, 'more incident', 'more incidents')}</Link>
          </li>
        )}
      </ul>
    </>
  );
}
