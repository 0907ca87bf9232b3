// Twins: tags and desired from the service side under an etag, reported from the device with durable group commit.
// The section that changes is always read inside the transaction that changes it.
import type { Clock } from '#base/clock.ts';
import { refused, type AppError } from '#base/errors.ts';
import { identityKey, type Identity } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { createMergePatch } from '#base/merge-patch.ts';
import type { Result } from '#base/result.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import { problemsText } from '#domain/values/problem-text.ts';
import { patchSection, patchTags, replaceSection, withoutBookkeeping } from '#domain/values/twin-change.ts';
import type { Twin } from '#domain/values/twin.ts';
import type { TwinChange, TwinOperations } from '#hub/hub-types.ts';
import type { Store, StoreReaders, StoreWriters } from '#store/store-types.ts';
import { checkIfMatch } from './etag-check.ts';
import { requireDevice, requireModule } from './registry-lookup.ts';

interface TwinParts {
  readonly store: Store;
  readonly clock: Clock;
}

/** The values a change leads to, and the merge patches that lead there. */
interface NextTwin {
  readonly tags?: { readonly value: JsonObject; readonly patch: JsonObject };
  readonly desired?: { readonly section: Twin['desired']; readonly patch: JsonObject };
}

export function createTwinOperations({ store, clock }: TwinParts): TwinOperations {
  const { read } = store;
  const nowIso = createIsoClock(clock);
  return {
    get: (identity) => requireTwin(read, identity),
    patch: (identity, change, ifMatch, actor) =>
      store.change((write) => {
        const twin = requireTwin(read, identity);
        checkIfMatch(ifMatch, twin.version, identityKey(identity));
        return patchTwin(write, twin, { change, nowIso: nowIso(), actor });
      }),
    replace: (identity, change, ifMatch, actor) =>
      store.change((write) => {
        const twin = requireTwin(read, identity);
        checkIfMatch(ifMatch, twin.version, identityKey(identity));
        return writeTwin(write, twin, replaced(twin, change, nowIso()), actor);
      }),
    report: (identity, patch, delivery) =>
      store.reportSoon((write) => {
        const taken = delivery?.versionTaken() ?? null;
        if (taken !== null) return { version: taken };
        const current = write.reported(identity) ?? requireTwin(read, identity).reported;
        const change = { nowIso: nowIso(), section: 'reported' } as const;
        const reported = accepted(patchSection(current, patch, change), identity);
        write.updateReported(identity, reported);
        const detail = {
          patch: withoutBookkeeping(patch),
          version: reported.version,
          ...(delivery && { requestId: delivery.requestId }),
        };
        write.journal.append({ kind: 'reported-changed', actor: 'device', ...identity, detail });
        return { version: reported.version };
      }),
  };
}

/** The instant as text, made once per millisecond: a commit full of reports has few of them. */
function createIsoClock(clock: Clock): () => string {
  let atMs = Number.NaN;
  let text = '';
  return () => {
    const nowMs = clock.nowMs();
    if (nowMs !== atMs) text = new Date(nowMs).toISOString();
    atMs = nowMs;
    return text;
  };
}

export function requireTwin(read: StoreReaders, identity: Identity): Twin {
  const twin = read.twins.get(identity);
  if (twin !== undefined) return twin;
  if (identity.moduleId === null) requireDevice(read, identity.deviceId);
  else requireModule(read, identity.deviceId, identity.moduleId);
  throw refused('device.unknown', `'${identityKey(identity)}' has no twin.`, { subject: identityKey(identity) });
}

interface TwinPatch {
  readonly change: TwinChange;
  readonly nowIso: string;
  readonly actor: Actor;
}

/** A service-side patch as part of a larger change. */
export function patchTwin(write: StoreWriters, twin: Twin, { change, nowIso, actor }: TwinPatch): Twin {
  return writeTwin(write, twin, patched(twin, change, nowIso), actor);
}

/** Writes what changed, with one journal entry per part: the device link pushes desired changes from them. */
function writeTwin(write: StoreWriters, twin: Twin, next: NextTwin, actor: Actor): Twin {
  const { deviceId, moduleId } = twin;
  // A row never changes without a journal entry that says why.
  if (next.tags === undefined && next.desired === undefined) return twin;
  const changed: Twin = {
    ...twin,
    version: twin.version + 1,
    tags: next.tags?.value ?? twin.tags,
    desired: next.desired?.section ?? twin.desired,
  };
  write.twins.update(changed);
  if (next.tags !== undefined) {
    const detail = { patch: next.tags.patch, version: changed.version };
    write.journal.append({ kind: 'tags-changed', actor, deviceId, moduleId, detail });
  }
  if (next.desired !== undefined) {
    const detail = { patch: next.desired.patch, version: changed.desired.version };
    write.journal.append({ kind: 'desired-changed', actor, deviceId, moduleId, detail });
  }
  return changed;
}

function patched(twin: Twin, { tags, desired }: TwinChange, nowIso: string): NextTwin {
  const change = { nowIso, section: 'desired' } as const;
  return {
    ...(tags && { tags: { value: accepted(patchTags(twin.tags, tags), twin), patch: tags } }),
    ...(desired && {
      desired: {
        section: accepted(patchSection(twin.desired, desired, change), twin),
        patch: withoutBookkeeping(desired),
      },
    }),
  };
}

function replaced(twin: Twin, { tags, desired }: TwinChange, nowIso: string): NextTwin {
  const value = tags && accepted(patchTags({}, tags), twin);
  const section = desired && accepted(replaceSection(twin.desired, desired, { nowIso, section: 'desired' }), twin);
  return {
    ...(value && { tags: { value, patch: createMergePatch(twin.tags, value) } }),
    ...(section && { desired: { section, patch: createMergePatch(twin.desired.value, section.value) } }),
  };
}

/** The value of a twin rule's result; its problems, all of them, as one refusal. */
export function accepted<T>(result: Result<T>, identity: Identity): T {
  if (result.ok) return result.value;
  throw twinRefusal(identity, result.problems);
}

function twinRefusal(identity: Identity, problems: Extract<Result<never>, { ok: false }>['problems']): AppError {
  const code = problems.some((problem) => problem.code === 'twin.too-large') ? 'twin.too-large' : 'twin.invalid';
  const subject = identityKey(identity);
  return refused(code, `The twin of '${subject}' is left as it was: ${problemsText(problems)}`, { subject });
}
