import type { AuditReport } from '@orderflow/contracts';

type Line = AuditReport['checks'][number];

/** Pure: one report of several regions' audits, each finding with its region; green only if all are. */
export function ofAllRegions(
  audits: readonly { readonly region: string; readonly report: AuditReport | undefined }[],
  scope: AuditReport['scope'],
): AuditReport {
  const seen = audits.flatMap(({ region, report }) => (report ? [{ region, report }] : []));
  const away = audits.flatMap(({ region, report }) => (report ? [] : [region]));
  const reports = seen.map(({ report }) => report);
  const sum = (of: (report: AuditReport) => number) => reports.reduce((total, report) => total + of(report), 0);
  const suspects = reports.flatMap((report) => (report.suspects ? [report.suspects] : []));
  return {
    green: away.length === 0 && reports.length > 0 && reports.every(({ green }) => green),
    startedAt: reports.map(({ startedAt }) => startedAt).sort()[0] ?? new Date(0).toISOString(),
    ms: Math.max(0, ...reports.map(({ ms }) => ms)),
    scope,
    orders: sum(({ orders }) => orders),
    checks: linesOf(reports.flatMap(({ checks }) => checks)),
    violations: seen.flatMap(({ region, report }) => report.violations.map((one) => ({ ...one, region }))),
    violationsFound: sum(({ violations, violationsFound = violations.length }) => violationsFound),
    ...(away.length > 0 && { regionsAway: away }),
    ...(suspects.length > 0 && {
      suspects: {
        found: suspects.reduce((total, { found }) => total + found, 0),
        notReadAgain: suspects.reduce((total, { notReadAgain }) => total + notReadAgain, 0),
        stillMoving: suspects.reduce((total, { stillMoving }) => total + stillMoving, 0),
      },
    }),
  };
}

/** One line for each check: what all regions examined and found. It was skipped only where every one of them skipped it. */
function linesOf(all: readonly Line[]): Line[] {
  const checks = Map.groupBy(all, ({ check }) => check);
  return [...checks.values()].map((lines) => {
    const { check, area, skipped } = lines[0] as Line;
    const sum = (of: (line: Line) => number) => lines.reduce((total, line) => total + of(line), 0);
    const notJudged = sum((line) => line.notJudged ?? 0);
    return {
      ...{ check, area, examined: sum(({ examined }) => examined), violations: sum(({ violations }) => violations) },
      ...(lines.some(({ unanswered }) => unanswered) && { unanswered: true }),
      ...(notJudged > 0 && { notJudged }),
      ...(skipped !== undefined && lines.every((line) => line.skipped !== undefined) && { skipped }),
    };
  });
}
