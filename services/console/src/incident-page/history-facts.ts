/** What the rest of the page says already, or only machines use. */
const LEFT_OUT = new Set([
  ...['number', 'groupText', 'groupKey', 'incidentId', 'decisionId', 'undoes', 'keys'],
  ...['comparedKey', 'modelVersion'],
]);

export interface HistoryFact {
  readonly name: string;
  readonly text: string;
}

/** What an audit line says, as short texts: nothing that is empty, moments as moments, matched frames by their names. */
export function historyFacts(detail: Readonly<Record<string, unknown>>): HistoryFact[] {
  return Object.entries(detail).flatMap(([name, value]) => {
    if (LEFT_OUT.has(name)) return [];
    const text = factText(name, value);
    return text === '' ? [] : [{ name: name.replace(/Ms$/, ''), text }];
  });
}

function factText(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && name.endsWith('Ms')) return new Date(value).toISOString();
  if (Array.isArray(value)) return value.map((one) => factText('', one)).join(', ');
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return '';
  if ('function' in value && typeof value.function === 'string') return value.function;
  return historyFacts({ ...value })
    .map((fact) => (fact.name === name ? fact.text : `${fact.name} ${fact.text}`))
    .join(', ');
}
