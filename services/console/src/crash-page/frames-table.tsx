import { Link } from '@tanstack/react-router';
import type { CrashReading, Frame } from '../api/models';
import styles from './crash-page.module.css';
import { frameRoles, offsetText, type FrameRole } from './frame-text';

interface Props {
  readonly crashId: string;
  readonly reading: CrashReading;
}

/** The stack, innermost first; each frame opens its line of the transcript. */
export function FramesTable({ crashId, reading }: Props) {
  const { frames } = reading.reading;
  if (frames.length === 0) return <p className="dim">The transcript shows no stack for this crash.</p>;
  const roles = frameRoles(frames, reading.signature);
  const hasSources = frames.some((frame) => frame.source !== null);
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
          {frames.map((frame, index) => (
            <tr key={index} data-guess={!frame.reliable || undefined}>
              <td className="number dim">{index}</td>
              <td>
                <FrameName frame={frame} role={roles.get(index)} />
              </td>
              {hasSources && <td className="mono">{frame.source}</td>}
              <td className="nowrap">
                <Link
                  to="/crashes/$id"
                  params={{ id: crashId }}
                  search={{ transcript: reading.transcriptId, raw: '1', at: String(frame.span.start) }}
                  resetScroll={false}
                >
                  <span className="sr-only">frame {index} at </span>byte{' '}
                  {frame.span.start.toLocaleString('en-US')}
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function FrameName({ frame, role }: { frame: Frame; role: FrameRole | undefined }) {
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
