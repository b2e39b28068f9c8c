import type { Migration } from '../migrate';
import { accessSql } from './0001-access';
import { receiptSql } from './0002-receipt';
import { crashSql } from './0003-crash';
import { incidentSql } from './0004-incident';
import { alertSql } from './0005-alert';
import { retentionSql } from './0006-retention';
import { replaySql } from './0007-replay';
import { transcriptWalkSql } from './0008-transcript-walk';
import { analysisSql } from './0009-analysis';
import { censusSql } from './0010-census';

/** In order; only ever appended to. */
export const MIGRATIONS: readonly Migration[] = [
  { id: 1, name: 'access', sql: accessSql },
  { id: 2, name: 'receipt', sql: receiptSql },
  { id: 3, name: 'crash', sql: crashSql },
  { id: 4, name: 'incident', sql: incidentSql },
  { id: 5, name: 'alert', sql: alertSql },
  { id: 6, name: 'retention', sql: retentionSql },
  { id: 7, name: 'replay', sql: replaySql },
  { id: 8, name: 'transcript-walk', sql: transcriptWalkSql },
  { id: 9, name: 'analysis', sql: analysisSql },
  { id: 10, name: 'census', sql: censusSql },
];
