// A device's past as lanes of a state timeline, read from its journal: its connection, and its modules as its agent reported them.
// Pure, and lenient: a report of an unknown shape costs its part of the picture and no more.
import type { DeviceJournalRow } from '#contract/console-device-page.ts';
import { childOf, numberAt, textAt } from '#domain/updates/module-standing.ts';
import { safeText } from './words/safe-text.ts';
import type { TimelineLane, TimelineLook, TimelineMarker, TimelineSegment } from './plots/timeline-layout.ts';

/** What the picture is made of. */
export const laneKinds = [
  'device-created',
  'device-connected',
  'device-disconnected',
  'hub-started',
  'hub-stopped',
  'reported-changed',
  'configuration-changed',
  'rollout-sent',
  'manifest-set',
] as const;

const mostModules = 12;
const agentId = '$edgeAgent';

const looks: Readonly<Record<string, TimelineLook>> = {
  running: 'good',
  stopped: 'off',
  backoff: 'bad',
  unhealthy: 'bad',
  failed: 'bad',
  dead: 'bad',
};

/** `rows` newest first, as the journal gives them. */
export function deviceLanes(rows: readonly DeviceJournalRow[], isEdge: boolean): readonly TimelineLane[] {
  const connection: TimelineSegment[] = [];
  const modules = new Map<string, TimelineSegment[]>();
  for (const row of rows.toReversed()) {
    // An edge device is heard through its agent.
    const isItself = isEdge ? row.moduleId === agentId : row.moduleId === null;
    if (row.kind === 'device-connected' && isItself) begin(connection, row.atMs, 'Connected', 'good');
    if (row.kind === 'device-disconnected' && isItself) begin(connection, row.atMs, 'Disconnected', 'away');
    if (row.kind === 'reported-changed' && row.moduleId === agentId) readReport(modules, row);
  }
  const lanes = [...modules].slice(0, mostModules).map(([name, segments]) => lane(`module ${name}`, name, segments));
  return connection.length === 0 ? lanes : [lane('connection', 'Connection', connection), ...lanes];
}

export function deviceMarkers(rows: readonly DeviceJournalRow[]): readonly TimelineMarker[] {
  return rows.flatMap(({ kind, atMs, deploymentId, detail }): TimelineMarker[] => {
    if (kind === 'configuration-changed') return [{ atMs, word: `Revision ${numberAt(detail, 'revision') ?? '?'}` }];
    if (kind === 'rollout-sent') return [{ atMs, word: `Rollout ${safeText(deploymentId ?? '')}` }];
    return kind === 'manifest-set' ? [{ atMs, word: 'Set by hand' }] : [];
  });
}

function lane(id: string, name: string, segments: readonly TimelineSegment[]): TimelineLane {
  return { id, name: safeText(name), segments };
}

function begin(segments: TimelineSegment[], atMs: number, word: string, look: TimelineLook): void {
  const last = segments.at(-1);
  if (last?.word === word) return;
  if (last !== undefined) segments[segments.length - 1] = { ...last, toMs: atMs };
  segments.push({ fromMs: atMs, toMs: null, word, look });
}

/** The agent reports the smallest patch: a module that is not in it is as it was, and one that is null is gone. */
function readReport(modules: Map<string, TimelineSegment[]>, { atMs, detail }: DeviceJournalRow): void {
  const reported = childOf(childOf(detail, 'patch'), 'modules');
  for (const [name, module] of Object.entries(reported)) {
    const status = module === null ? 'gone' : textAt(module, 'runtimeStatus');
    if (status === null) continue;
    const segments = modules.get(name) ?? [];
    modules.set(name, segments);
    begin(
      segments,
      atMs,
      safeText(status),
      Object.hasOwn(looks, status) ? (looks[status] ?? 'busy') : status === 'gone' ? 'off' : 'busy',
    );
  }
}
