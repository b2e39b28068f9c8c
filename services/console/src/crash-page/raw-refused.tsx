import styles from './crash-page.module.css';

/** Why the raw transcript does not open, and what would. */
export function RawRefused() {
  return (
    <section className={styles.refused} aria-label="Raw transcript">
      <h2>Raw transcript</h2>
      <p>
        This token lacks the scope <code>raw</code>. Raw transcripts hold command lines and stack memory, so
        they need a scope of their own, and every look is in the audit. Sign in with a token that has it;
        whoever holds an <code>admin</code> token can make one.
      </p>
    </section>
  );
}

/** Why a story stands without its transcript. */
export function StoryAlone() {
  return (
    <>
      The transcript is not beside them: this token lacks the scope <code>raw</code>.
    </>
  );
}

/** Why there is no text to show, though all that was read of it is there. */
export function RawGone({ because }: { because: string }) {
  return (
    <section className={styles.refused} aria-label="Raw transcript">
      <h2>Raw transcript</h2>
      <p>{because}</p>
    </section>
  );
}
