import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { IncidentHost } from '../api/models';
import { countText, shareText } from '../count/count-text';
import { Moment } from '../time/moment';
import { CountBar } from './count-bar';

const FIRST_ROWS = 8;

/** Where: the hosts with most crashes, and how many of all they are. */
export function Hosts({ hosts, all }: { hosts: readonly IncidentHost[]; all: number }) {
  const [open, setOpen] = useState(false);
  const most = Math.max(1, ...hosts.map((row) => row.crashes));
  const shown = open ? hosts : hosts.slice(0, FIRST_ROWS);
  return (
    <>
      <div className="scroll-x">
        <table className="data">
          <caption className="sr-only">Hosts that it was seen on</caption>
          <thead>
            <tr>
              <th scope="col">Host</th>
              <th scope="col">Model</th>
              <th scope="col" className="number">
                Crashes
              </th>
              <th scope="col">
                <span className="sr-only">Share</span>
              </th>
              <th scope="col" className="number">
                Fatal
              </th>
              <th scope="col">Last seen</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <HostRow key={row.hostId} row={row} most={most} />
            ))}
          </tbody>
        </table>
      </div>
      {hosts.length > FIRST_ROWS && (
        <Button variant="subtle" onClick={() => setOpen(!open)} aria-expanded={open}>
          {open ? 'Fewer hosts' : `${hosts.length - FIRST_ROWS} more hosts`}
        </Button>
      )}
      {all > hosts.length && (
        <p className="dim">
          The {hosts.length} hosts with most crashes, of {countText(all)}.
        </p>
      )}
    </>
  );
}

function HostRow({ row, most }: { row: IncidentHost; most: number }) {
  return (
    <tr>
      <td>
        <Link
          to="/hosts/$id"
          params={{ id: row.hostId }}
          className="mono nowrap"
          title={`What crashed on ${row.name ?? row.hostId} (${row.hostId})`}
        >
          {row.name ?? row.hostId}
        </Link>
      </td>
      <td>{row.model ?? <span className="dim">not said</span>}</td>
      <td className="number">{countText(row.crashes)}</td>
      <td>
        <CountBar count={row.crashes} most={most} />
      </td>
      <td className="number">{shareText(row.fatalCrashes, row.crashes)}</td>
      <td>
        <Moment at={row.lastSeenAt} />
      </td>
    </tr>
  );
}
