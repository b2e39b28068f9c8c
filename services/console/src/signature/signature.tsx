import { familyTone } from './family-tone';
import styles from './signature.module.css';
import { splitSignature } from './split-signature';

/** The hero of every page: whole, monospaced, its parts told apart by weight, its exception coloured by family. */
export function Signature({
  title,
  family,
  large = false,
}: {
  title: string;
  family: string;
  large?: boolean;
}) {
  return (
    <span className={styles.signature} data-large={large || undefined} data-tone={familyTone(family)}>
      {splitSignature(title).map((part, index) => (
        <span key={index} className={styles[part.role]}>
          {part.text}
        </span>
      ))}
    </span>
  );
}
