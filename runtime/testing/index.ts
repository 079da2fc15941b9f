export { archiveIn } from '../src/archive.ts';
export { archiving, tidy } from '../src/archiving.ts';
export { type CompactionStep, compacting } from '../src/compaction.ts';
export { deadlineEvent, onlyIfStillDue } from '../src/deadlines.ts';
export * from './events.ts';
export * from './eventually.ts';
export * from './silent.ts';
export * from './withheld.ts';
export * from './worker-fixture.ts';
