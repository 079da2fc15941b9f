export { StackError } from './errors.ts';
export { type Infrastructure, type InfrastructureOptions, startInfrastructure } from './infrastructure.ts';
export { consoleReport, type Report, silentReport } from './report.ts';
export { type TemporaryDataDir, temporaryDataDir } from './temporary.ts';
