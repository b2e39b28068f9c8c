import styles from './analysis.module.css';

/** What each word of confidence means; a word that came later shows itself, without a meaning. */
const MEANINGS: Readonly<Record<string, string>> = {
  certain: 'the text shows it, no other explanation is left',
  likely: 'what an engineer would act on',
  hint: 'worth a look',
};

/** How sure a claim is: a shape that fills up, and the word. */
export function ConfidenceMark({ confidence }: { confidence: string }) {
  return (
    <span className={styles.confidence} data-confidence={confidence} title={MEANINGS[confidence]}>
      <svg width={10} height={10} viewBox="0 0 10 10" aria-hidden="true" focusable="false">
        <circle cx={5} cy={5} r={4} fill={confidence === 'certain' ? 'currentColor' : 'none'} />
        <circle cx={5} cy={5} r={4} fill="none" stroke="currentColor" strokeWidth={1.5} />
        {confidence === 'likely' && <path d="M5 1a4 4 0 010 8z" fill="currentColor" />}
      </svg>
      {confidence}
    </span>
  );
}
