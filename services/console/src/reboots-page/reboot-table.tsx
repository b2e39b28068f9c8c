import { Link } from '@tanstack/react-router';
import type { Reboot } from '../api/models';
import { ScrollX } from '../feedback/scroll-x';
import { Moment } from '../time/moment';
import { REBOOT_STATES } from './reboots-view';

interface Props {
  readonly reboots: readonly Reboot[];
  /** The page is that of the host already. */
  readonly ofOneHost?: boolean;
}

/** Boots that broke off, with the crash that explains each where one does. */
export function RebootTable({ reboots, ofOneHost = false }: Props) {
  return (
    <ScrollX label="Boots that broke off">
      <table className="data">
        <thead>
          <tr>
            <th scope="col">Back</th>
            {!ofOneHost && <th scope="col">Host</th>}
            <th scope="col">Release that broke off</th>
            <th scope="col">Last heartbeat</th>
            <th scope="col">State</th>
            <th scope="col">Boot</th>
          </tr>
        </thead>
        <tbody>
          {reboots.map((reboot) => (
            <Row key={reboot.id} reboot={reboot} ofOneHost={ofOneHost} />
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

function Row({ reboot, ofOneHost }: { reboot: Reboot; ofOneHost: boolean }) {
  const { hostId, hostName, bootId, release, aliveAt, backAt, state, crashId } = reboot;
  const { word, meaning } = REBOOT_STATES[state];
  return (
    <tr>
      <td>
        <Moment at={backAt} />
      </td>
      {!ofOneHost && (
        <td>
          <Link to="/hosts/$id" params={{ id: hostId }} className="mono nowrap" data-row-link={reboot.id}>
            {hostName ?? hostId}
          </Link>
        </td>
      )}
      <td className="mono nowrap">{release ?? <span className="dim">not said</span>}</td>
      <td>
        <Moment at={aliveAt} absent="none came" />
      </td>
      <td className="nowrap">
        {word}{' '}
        {crashId === null ? (
          <span className="dim">{meaning}</span>
        ) : (
          <Link to="/crashes/$id" params={{ id: crashId }}>
            by this crash
          </Link>
        )}
      </td>
      <td className="mono" title={bootId}>
        {bootId.slice(0, 8)}
      </td>
    </tr>
  );
}
