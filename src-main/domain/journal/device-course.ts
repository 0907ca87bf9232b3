// How a device stood over time, as far as the journal tells: connected or not, what became of its configuration, and the state of each
// module as its agent reported it. What was told last holds until something else is told, and not while nobody could tell.
import { isJsonObject, ownValue, type Json } from '#base/json.ts';
import type { JournalEntry, JournalKind } from '#domain/records/journal-event.ts';
import { childOf, numberAt, textAt } from '#domain/updates/module-standing.ts';

/** What a row says about a lane: small, so that thousands of rows are held as their signs alone. */
export type CourseSign =
  | { readonly atMs: number; readonly lane: 'connection' | 'configuration'; readonly state: string }
  /** Null: it is gone, or nothing is told of it any more. */
  | { readonly atMs: number; readonly lane: `module:${string}`; readonly state: string | null }
  /** Of each lane at once. */
  | { readonly atMs: number; readonly lane: 'modules' | 'everything'; readonly state: null }
  /** The hub itself: while it is off nobody knows anything. */
  | { readonly atMs: number; readonly lane: 'hub'; readonly state: 'on' | 'off' };

export interface CourseMarker {
  readonly atMs: number;
  readonly seq: number;
  readonly kind: JournalKind;
  readonly deploymentId: string | null;
  /** Of a new revision; of an attempt. */
  readonly number: number | null;
}

export interface CourseSegment {
  readonly fromMs: number;
  /** Null: it goes on. */
  readonly toMs: number | null;
  /** `stale:running`: running when it was last told of, and nobody could tell since. `hub-off`: not even who was connected. */
  readonly state: string;
}

export interface CourseLane {
  readonly id: string;
  readonly segments: readonly CourseSegment[];
}

/** The kinds that say something about it. */
export const courseKinds: readonly JournalKind[] = [
  'device-created',
  'device-deleted',
  'device-connected',
  'device-disconnected',
  'configuration-changed',
  'configuration-refused',
  'manifest-set',
  'rollout-sent',
  'reported-changed',
];

/** The rows about the hub that say when nobody could tell; they name no device. */
export const hubCourseKinds: readonly JournalKind[] = ['hub-started', 'hub-stopped'];

const agentId = '$edgeAgent';
const mostModules = 40;
const hubOff = 'hub-off';
const stale = 'stale:';
/** A report is the smallest patch: of a new version with the outcome of the one before, the version alone. */
const answered = 'answered';

/** Those of IoT Edge's codes that are no failure: an agent that is shut down says so, and one that was given nothing. */
const outcomes: ReadonlyMap<number, string> = new Map([
  [200, 'applied'],
  [406, 'agent-off'],
  [417, 'empty'],
]);

type SignedEntry = Pick<JournalEntry, 'kind' | 'atMs' | 'moduleId' | 'detail'>;

const signsOf: Readonly<Partial<Record<JournalKind, (entry: SignedEntry) => readonly CourseSign[]>>> = {
  // An id may be used again: what is told of the one before ends.
  'device-created': ({ atMs }) => [{ atMs, lane: 'everything', state: null }],
  'device-deleted': ({ atMs }) => [{ atMs, lane: 'everything', state: null }],
  'device-connected': (entry) => presenceSigns(entry, 'connected'),
  'device-disconnected': (entry) => presenceSigns(entry, 'disconnected'),
  'configuration-changed': ({ atMs, detail }) =>
    isSent(detail['desired']) ? [{ atMs, lane: 'configuration', state: 'sent' }] : [],
  'manifest-set': ({ atMs }) => [{ atMs, lane: 'configuration', state: 'sent' }],
  'configuration-refused': ({ atMs }) => [{ atMs, lane: 'configuration', state: 'refused' }],
  'reported-changed': ({ atMs, moduleId, detail }) =>
    moduleId === agentId ? reportedSigns(atMs, detail['patch']) : [],
  'hub-started': ({ atMs }) => [{ atMs, lane: 'hub', state: 'on' }],
  'hub-stopped': ({ atMs }) => [{ atMs, lane: 'hub', state: 'off' }],
};

/** A revision may change nothing of what the agent is given, and is then not answered. */
function isSent(desired: Json | undefined): boolean {
  return Array.isArray(desired) && desired.some((section) => textAt(section, 'moduleId') === agentId);
}

/**
 * The signs of one row. A report of `$edgeAgent` with `{modules: {web: {runtimeStatus: 'failed'}}}` → `module:web` is `failed`;
 * rows of other modules' own twins say nothing.
 */
export function courseSignsIn(entry: SignedEntry): readonly CourseSign[] {
  return ownValue(signsOf, entry.kind)?.(entry) ?? [];
}

/** What of a row is marked at its moment; null for most. */
export function courseMarkerIn({ kind, atMs, seq, deploymentId, detail }: JournalEntry): CourseMarker | null {
  if (kind === 'configuration-changed')
    return { atMs, seq, kind, deploymentId: textAt(detail, 'base'), number: numberAt(detail, 'revision') };
  if (kind === 'rollout-sent') return { atMs, seq, kind, deploymentId, number: numberAt(detail, 'attempt') };
  const isPlain = kind === 'manifest-set' || kind === 'device-created' || kind === 'device-deleted';
  return isPlain ? { atMs, seq, kind, deploymentId: null, number: null } : null;
}

/** Of the device itself or its agent: of an edge device the agent alone may be connected. */
function presenceSigns({ atMs, moduleId }: SignedEntry, state: string): readonly CourseSign[] {
  return moduleId === null || moduleId === agentId ? [{ atMs, lane: 'connection', state }] : [];
}

function reportedSigns(atMs: number, patch: Json | undefined): readonly CourseSign[] {
  const code = numberAt(childOf(patch, 'lastDesiredStatus'), 'code');
  const isAnswered = code !== null || numberAt(patch, 'lastDesiredVersion') !== null;
  const state = code === null ? answered : (outcomes.get(code) ?? `failed:${code}`);
  const result: CourseSign[] = isAnswered ? [{ atMs, lane: 'configuration', state }] : [];
  const modules = isJsonObject(patch) ? ownValue(patch, 'modules') : undefined;
  return modules === undefined ? result : [...result, ...moduleSigns(atMs, modules)];
}

function moduleSigns(atMs: number, modules: Json): readonly CourseSign[] {
  // A patch that takes the whole section away takes every module away.
  if (!isJsonObject(modules)) return [{ atMs, lane: 'modules', state: null }];
  return Object.entries(modules)
    .slice(0, mostModules)
    .flatMap(([name, module]): CourseSign[] => {
      if (isJsonObject(module) && ownValue(module, 'runtimeStatus') === undefined) return [];
      const state = textAt(module, 'runtimeStatus');
      return [{ atMs, lane: `module:${name}`, state: state === null ? null : state.slice(0, 32) }];
    });
}

/**
 * The lanes, connection and configuration first, then modules by name; those without a segment are left out. Signs come oldest
 * first; those before `fromMs` say how it stood then. At most forty modules are told of.
 */
export function courseLanes(signs: readonly CourseSign[], fromMs: number): readonly CourseLane[] {
  const lanes = new Map<string, CourseSegment[]>([
    ['connection', []],
    ['configuration', []],
  ]);
  let outcome: string | null = null;
  for (const sign of signs) {
    if (sign.lane === 'hub') {
      markHub(lanes, sign);
      continue;
    }
    if (sign.lane === 'everything') outcome = null;
    if (sign.lane === 'configuration' && /^(?:applied|failed)/.test(sign.state)) outcome = sign.state;
    const isAnswer = sign.lane === 'configuration' && sign.state === answered;
    // Nobody knows how: it stays as it was.
    if (isAnswer && outcome === null) continue;
    const state = isAnswer ? outcome : sign.state;
    for (const lane of lanesNamed(lanes, sign.lane)) turnTo(lane, sign.atMs, state);
    if (sign.lane === 'connection') markStale(lanes, sign);
  }
  return [...lanes]
    .map(([id, segments]) => ({ id, segments: segments.filter(({ toMs }) => toMs === null || toMs >= fromMs) }))
    .filter(({ segments }) => segments.length > 0)
    .sort((one, other) => rankOf(one.id) - rankOf(other.id) || (one.id < other.id ? -1 : 1));
}

/** Those a sign is about; a module is given its lane with its first sign, while there is room for one. */
function lanesNamed(
  lanes: Map<string, CourseSegment[]>,
  id: Exclude<CourseSign['lane'], 'hub'>,
): readonly CourseSegment[][] {
  if (id === 'everything') return [...lanes.values()];
  if (id === 'modules') return [...lanes].filter(([name]) => isOfModule(name)).map(([, lane]) => lane);
  const known = lanes.get(id);
  if (known !== undefined) return [known];
  if (lanes.size >= mostModules + 2) return [];
  const lane: CourseSegment[] = [];
  lanes.set(id, lane);
  return [lane];
}

function turnTo(lane: CourseSegment[], atMs: number, state: string | null): void {
  const last = lane.at(-1);
  if (last !== undefined && last.toMs === null && last.state === state) return;
  // A clock that was set back makes no segment end before it begins, nor begin before the last one ended.
  const turnedAtMs = last === undefined ? atMs : Math.max(last.toMs ?? last.fromMs, atMs);
  if (last !== undefined && last.toMs === null) lane[lane.length - 1] = { ...last, toMs: turnedAtMs };
  if (state !== null) lane.push({ fromMs: turnedAtMs, toMs: null, state });
}

interface LaneTurn {
  readonly atMs: number;
  readonly state: string;
}

/** Who is not connected tells nothing: its modules are as they were told last, and only that is known. */
function markStale(lanes: Map<string, CourseSegment[]>, { atMs, state }: LaneTurn): void {
  for (const [id, lane] of lanes) if (isOfModule(id)) turnStale(lane, atMs, state !== 'connected');
}

/** While the hub is off nobody knows who is connected; when it is back, nobody is at first. */
function markHub(lanes: Map<string, CourseSegment[]>, { atMs, state }: LaneTurn): void {
  for (const [id, lane] of lanes) {
    const last = lane.at(-1);
    if (last === undefined || last.toMs !== null) continue;
    if (id === 'connection') turnTo(lane, atMs, state === 'off' ? hubOff : 'disconnected');
    else if (state === 'off' || !isOfModule(id)) turnStale(lane, atMs, state === 'off');
  }
}

function turnStale(lane: CourseSegment[], atMs: number, isStale: boolean): void {
  const last = lane.at(-1);
  if (last === undefined || last.toMs !== null) return;
  const told = last.state.startsWith(stale) ? last.state.slice(stale.length) : last.state;
  turnTo(lane, atMs, isStale ? `${stale}${told}` : told);
}

function isOfModule(id: string): boolean {
  return id.startsWith('module:');
}

function rankOf(id: string): number {
  return id === 'connection' ? 0 : id === 'configuration' ? 1 : 2;
}
