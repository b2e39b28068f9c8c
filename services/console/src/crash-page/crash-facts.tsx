import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { CrashReading, CrashSummary } from '../api/models';
import { CopyText } from '../feedback/copy-text';
import { durationText } from '../time/relative-time';
import { ExactMoment } from '../time/moment';
import styles from './crash-page.module.css';
import { taintLetters } from './taint-letters';

type Reading = CrashReading['reading'];

/** What is known of machine, kernel, task and times; what the texts do not say is said to be unknown. */
export function CrashFacts({ crash, primary }: { crash: CrashSummary; primary: CrashReading | null }) {
  const reading = primary?.reading ?? null;
  return (
    <dl className={styles.facts}>
      <Fact name="happened">
        <ExactMoment at={crash.occurredAt} absent="the transcripts do not say" />
      </Fact>
      <Fact name="received">
        <ExactMoment at={crash.receivedAt} />
      </Fact>
      <Fact name="processed">
        <ExactMoment at={crash.processedAt} />
      </Fact>
      <Fact name="host">
        <Link to="/hosts/$id" params={{ id: crash.hostId }} className="mono">
          {crash.hostName ?? crash.hostId}
        </Link>
        {crash.hostName !== null && crash.hostName !== crash.hostId && <small>{crash.hostId}</small>}
      </Fact>
      <Fact name="model">{crash.model}</Fact>
      <Fact name="hardware">{reading?.hardware}</Fact>
      <Fact name="release">
        {crash.kernelRelease === null ? null : (
          <code>
            {crash.kernelRelease}
            {reading?.arch == null ? '' : ` (${reading.arch})`}
          </code>
        )}
      </Fact>
      <Fact name="taint">{reading?.taint == null ? null : <Taint taint={reading.taint} />}</Fact>
      {reading !== null && <TaskFacts reading={reading} />}
      <Fact name="boot">
        {crash.bootId === null ? null : (
          <>
            <code>{crash.bootId.slice(0, 8)}</code> <CopyText text={crash.bootId} what="boot id" />
          </>
        )}
      </Fact>
      <Fact name="uptime">{reading?.uptimeSeconds == null ? null : durationText(reading.uptimeSeconds)}</Fact>
    </dl>
  );
}

function TaskFacts({ reading }: { reading: Reading }) {
  const task = [
    reading.comm === null ? null : reading.comm,
    reading.pid === null ? null : `pid ${reading.pid}`,
    reading.cpu === null ? null : `CPU ${reading.cpu}`,
  ].filter((part) => part !== null);
  return (
    <>
      <Fact name="exception">
        {reading.exception === null ? 'no trap' : <code>{reading.exception}</code>}
      </Fact>
      <Fact name="fault">{reading.fault === null ? null : <Fault fault={reading.fault} />}</Fact>
      <Fact name="task">{task.length === 0 ? null : <code>{task.join(' · ')}</code>}</Fact>
    </>
  );
}

function Fault({ fault }: { fault: NonNullable<Reading['fault']> }) {
  return (
    <code>
      {fault.function}
      {fault.offset === null ? '' : `+${fault.offset} (+0x${fault.offset.toString(16)})`}
      {fault.module === null ? '' : ` [${fault.module}]`}
      {fault.address === null ? '' : ` at ${fault.address}`}
      {!fault.ofCrash && <small>not of the crash: what was interrupted, or another CPU</small>}
    </code>
  );
}

function Taint({ taint }: { taint: string }) {
  const letters = taintLetters(taint);
  if (letters.length === 0) return 'not tainted';
  return letters.map(({ letter, meaning }) => (
    <span key={letter} className={styles.taint}>
      <code>{letter}</code> <span className="dim">{meaning}</span>
    </span>
  ));
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children ?? <span className="dim">not said</span>}</dd>
    </div>
  );
}
