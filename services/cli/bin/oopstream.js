#!/usr/bin/env node
'use strict';
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const bundled = join(__dirname, '../../../node_modules/.bin/node');
// The machine's own node may be older than what the program is built for; the checkout brings one along.
if (
  Number(process.versions.node.split('.')[0]) < 22 &&
  existsSync(bundled) &&
  !process.env.OOPSTREAM_BIN_REEXEC
) {
  const done = spawnSync(bundled, [__filename, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, OOPSTREAM_BIN_REEXEC: '1' },
  });
  process.exitCode = done.status ?? 1;
} else {
  require('../dist/main.js');
}
