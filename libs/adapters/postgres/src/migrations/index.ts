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
import { joiningSql } from './0011-joining';
import { crashMatchSql } from './0012-crash-match';
import { decisionsSql } from './0013-decisions';
import { lifeSql } from './0014-life';
import { fleetSql } from './0015-fleet';
import { stormLedgerSql } from './0016-storm-ledger';
import { replayRunsSql } from './0017-replay-runs';
import { patternsSql } from './0018-patterns';
import { scaleSql } from './0019-scale';
import { timelessSql } from './0020-timeless';
import { closedCalmSql } from './0021-closed-calm';
import { bootWindowSql } from './0022-boot-window';

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
  { id: 11, name: 'joining', sql: joiningSql },
  { id: 12, name: 'crash-match', sql: crashMatchSql },
  { id: 13, name: 'decisions', sql: decisionsSql },
  { id: 14, name: 'life', sql: lifeSql },
  { id: 15, name: 'fleet', sql: fleetSql },
  { id: 16, name: 'storm-ledger', sql: stormLedgerSql },
  { id: 17, name: 'replay-runs', sql: replayRunsSql },
  { id: 18, name: 'patterns', sql: patternsSql },
  { id: 19, name: 'scale', sql: scaleSql },
  { id: 20, name: 'timeless', sql: timelessSql },
  { id: 21, name: 'closed-calm', sql: closedCalmSql },
  { id: 22, name: 'boot-window', sql: bootWindowSql },
];
