import type { MouseEvent } from 'react';
import type { RegisterReading } from '../api/models';
import styles from './analysis.module.css';
import { ClaimButton, type Choosing } from './claim-button';

interface Props extends Choosing {
  readonly registers: readonly RegisterReading[];
  /** Names of the registers' claims, in the same order. */
  readonly ids: readonly string[];
}

/** The registers at the trap, each with what its value reads as; each opens its bytes. */
export function RegistersTable({ registers, ids, ...choosing }: Props) {
  if (registers.length === 0) return null;
  const origins = new Set(registers.map((register) => register.origin));
  return (
    <section className={styles.section} aria-label="Registers">
      <h2>
        Registers
        {origins.size === 1 && <span className={styles.origin}>{originText([...origins][0] ?? '')}</span>}
      </h2>
      <div className="scroll-x">
        <table className={`data ${styles.registers}`}>
          <caption className="sr-only">Registers at the trap</caption>
          <thead>
            <tr>
              <th scope="col">Register</th>
              <th scope="col">Value</th>
              {origins.size > 1 && <th scope="col">From</th>}
              <th scope="col">Reads as</th>
            </tr>
          </thead>
          <tbody>
            {registers.map((register, index) => {
              const id = ids[index] ?? `register-${register.name}`;
              return (
                <tr
                  key={id}
                  id={id}
                  data-chosen={choosing.chosen?.claim.id === id || undefined}
                  onClick={(event) => chooseByRow(event, id, choosing)}
                >
                  <td>
                    <ClaimButton id={id} {...choosing}>
                      <code>{register.name}</code>
                    </ClaimButton>
                  </td>
                  <td className="mono">{register.value}</td>
                  {origins.size > 1 && <td className="dim nowrap">{register.origin}</td>}
                  <td>{register.meaning ?? <span className="dim">nothing known</span>}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The whole row takes the click; who selects the value to copy it does not choose it. */
function chooseByRow({ target }: MouseEvent, id: string, { onChoose }: Choosing): void {
  const isButton = target instanceof Element && target.closest('button') !== null;
  if (!isButton && document.getSelection()?.isCollapsed !== false) onChoose(id);
}

const originText = (origin: string): string =>
  origin === 'recovered' ? 'recovered from the stack' : `${origin} in the transcript`;
