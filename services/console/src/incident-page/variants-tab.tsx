import type { IncidentVariant } from '../api/models';
import { countText } from '../count/count-text';
import { CopyText } from '../feedback/copy-text';
import { Empty } from '../feedback/empty';
import { Signature } from '../signature/signature';
import { Moment } from '../time/moment';
import { CountBar } from './count-bar';

/** The exact signatures inside the incident: same bug, other builds and offsets. */
export function VariantsTab({ variants, family }: { variants: readonly IncidentVariant[]; family: string }) {
  if (variants.length === 0) return <Empty title="No crash here names an exact place yet." />;
  const most = Math.max(1, ...variants.map((row) => row.crashes));
  return (
    <div className="scroll-x">
      <table className="data">
        <caption className="sr-only">Variants</caption>
        <thead>
          <tr>
            <th scope="col">Signature</th>
            <th scope="col">Exact key</th>
            <th scope="col" className="number">
              Crashes
            </th>
            <th scope="col">
              <span className="sr-only">Share</span>
            </th>
            <th scope="col">First seen</th>
            <th scope="col">Last seen</th>
          </tr>
        </thead>
        <tbody>
          {variants.map((row) => (
            <tr key={row.exactKey}>
              <td>
                <Signature title={row.title} family={family} />
              </td>
              <td className="nowrap">
                <code>{row.exactKey.slice(0, 11)}…</code> <CopyText text={row.exactKey} what="exact key" />
              </td>
              <td className="number">{countText(row.crashes)}</td>
              <td>
                <CountBar count={row.crashes} most={most} />
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
