import { ScrollX } from '../feedback/scroll-x';
import type { MatchedFunction, Similarity } from './read-similarity';

/** What makes two stacks alike: each function of both, its place in either, and what it adds. */
export function MatchedFrames({ similarity, score }: { similarity: Similarity; score: number | null }) {
  const { above, comparedKey, site, missing, matched, unmatchedWeight } = similarity;
  return (
    <>
      <p>
        {score !== null && (
          <>
            Likeness <strong>{score.toFixed(2)}</strong>
            {above !== null && ` (joins from ${above.toFixed(2)})`}
          </>
        )}
        {comparedKey !== null && (
          <>
            {' '}
            with the stack of <code>{comparedKey.slice(0, 19)}…</code>
          </>
        )}
        .
        {site !== null && (
          <>
            {' '}
            Of incidents about as near, this one crashed at the same place: <code>{site}</code>.
          </>
        )}
        {missing.length > 0 && (
          <>
            {' '}
            Taken to be inlined in one build: <code>{missing.join(', ')}</code>.
          </>
        )}
      </p>
      <MatchedTable matched={matched} />
      {unmatchedWeight !== null && (
        <p className="dim">Weight of functions that only one of them has: {unmatchedWeight.toFixed(2)}.</p>
      )}
    </>
  );
}

const COLUMNS = ['Place here', 'Place there', 'Weight', 'Adds'];

function MatchedTable({ matched }: { matched: readonly MatchedFunction[] }) {
  return (
    <ScrollX label="Functions in both stacks">
      <table className="data">
        <thead>
          <tr>
            <th scope="col">Function in both</th>
            {COLUMNS.map((name) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matched.map(({ name, ours, theirs, weight, gain }) => (
            <tr key={`${name} ${ours}`}>
              <td className="mono">{name}</td>
              <td className="number">{ours}</td>
              <td className="number">{theirs}</td>
              <td className="number">{weight.toFixed(2)}</td>
              <td className="number">{gain.toFixed(2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}
