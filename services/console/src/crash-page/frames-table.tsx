import { Link } from '@tanstack/react-router';
import type { CrashReading } from '../api/models';
import styles from './crash-page.module.css';
import { frameRoles, offsetText, type FrameRole } from './frame-text';
import { stackRows, type StackRow } from './stack-rows';

/** The stack, innermost first; each frame opens its line of the transcript. */
export function FramesTable({ crashId, reading }: { crashId: string; reading: CrashReading }) {
  const rows = stackRows(reading.reading);
  if (rows.length === 0) return <p className="dim">The transcript shows no stack for this crash.</p>;
  const roles = frameRoles(
    rows.map((row) => row.frame),
    reading.signature,
  );
  const hasSources = rows.some((row) => row.frame.source !== null);
  return (
    <div className="scroll-x">
      <table className={`data ${styles.frames}`}>
        <caption className="sr-only">Stack, innermost frame first</caption>
        <thead>
          <tr>
            <th scope="col" className="number">
              #
            </th>
            <th scope="col">Function</th>
            {hasSources && <th scope="col">Source</th>}
            <th scope="col">Transcript</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={row.label} data-guess={!row.frame.reliable || undefined}>
              <td className="number dim">{row.label}</td>
              <td>
                <FrameName frame={row.frame} role={roles.get(index)} />
              </td>
              {hasSources && <td className="mono">{row.frame.source}</td>}
              <td className="nowrap">
                <Evidence crashId={crashId} reading={reading} row={row} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Evidence({ crashId, reading, row }: { crashId: string; reading: CrashReading; row: StackRow }) {
  const at = row.start ?? reading.reading.span.start;
  return (
    <Link
      to="/crashes/$id"
      params={{ id: crashId }}
      search={{
        transcript: reading.transcriptId,
        reading: String(reading.reading.span.start),
        raw: '1',
        at: String(at),
      }}
      resetScroll={false}
    >
      <span className="sr-only">frame {row.label} at </span>
      {row.start === null ? 'report' : `byte ${at.toLocaleString('en-US')}`}
    </Link>
  );
}

function FrameName({ frame, role }: { frame: StackRow['frame']; role: FrameRole | undefined }) {
  return (
    <span className={styles.frame} title={frame.address === null ? undefined : `at ${frame.address}`}>
      {!frame.reliable && (
        <span className="dim" title="The kernel marks this frame as a guess">
          ?{' '}
        </span>
      )}
      <span className={role === undefined ? undefined : styles.named}>{frame.function}</span>
      <span className="dim">{offsetText(frame)}</span>
      {frame.module !== null && <span> [{frame.module}]</span>}
      {frame.inline && <span className="dim"> inlined</span>}
      {role !== undefined && <span className={styles.role}>{role}</span>}
    </span>
  );
}
