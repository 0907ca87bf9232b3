// The rules of changing a twin, from the service side and from the device, over a real store.
import { describe, expect, it } from 'vitest';
import { createHubParts, deviceId, deviceIdentity, moduleIdentity } from '#test/support/hub-parts.ts';

function withDevice() {
  const parts = createHubParts();
  parts.registry.createDevice({ deviceId: deviceId('d1') }, 'service');
  return parts;
}

describe('patch', () => {
  it('when tags and desired are patched, the twin, its etag version and two journal entries carry the change', () => {
    const { twins, journal } = withDevice();
    const twin = twins.patch(deviceIdentity('d1'), { tags: { site: 'north' }, desired: { rate: 5 } }, 1, 'service');
    expect(twin).toMatchObject({ version: 2, tags: { site: 'north' }, desired: { value: { rate: 5 }, version: 2 } });
    expect(twins.get(deviceIdentity('d1'))).toEqual(twin);
    expect(journal('tags-changed', 'desired-changed')).toMatchObject([
      { actor: 'service', detail: { patch: { site: 'north' }, version: 2 } },
      { actor: 'service', detail: { patch: { rate: 5 }, version: 2 } },
    ]);
  });

  it('when the twin has changed since, it is refused and stays', () => {
    const { twins } = withDevice();
    twins.patch(deviceIdentity('d1'), { tags: { a: 1 } }, 1, 'service');
    expect(() => twins.patch(deviceIdentity('d1'), { tags: { a: 2 } }, 1, 'service')).toThrow(
      expect.objectContaining({ code: 'etag.mismatch' }),
    );
    expect(twins.get(deviceIdentity('d1')).tags).toEqual({ a: 1 });
  });

  it('when a patch names neither tags nor desired, nothing is written: no row changes without a journal entry', () => {
    const { twins } = withDevice();
    expect(twins.patch(deviceIdentity('d1'), {}, '*', 'service').version).toBe(1);
    expect(twins.get(deviceIdentity('d1')).version).toBe(1);
  });

  it('when one part is wrong, neither part is written and every problem is told', () => {
    const { twins, journal } = withDevice();
    const change = { tags: { fine: 1 }, desired: { 'a.b': 1, 'c d': 2 } };
    expect(() => twins.patch(deviceIdentity('d1'), change, '*', 'service')).toThrow(/a\.b.*c d/);
    expect(twins.get(deviceIdentity('d1'))).toMatchObject({ version: 1, tags: {} });
    expect(journal('tags-changed')).toEqual([]);
  });

  it('when a fetched section is sent back whole, its bookkeeping is no part of the change', () => {
    const { twins, journal } = withDevice();
    const desired = { a: 1, $version: 7, $metadata: { $lastUpdated: 'x' } };
    twins.patch(deviceIdentity('d1'), { desired }, '*', 'service');
    expect(journal('desired-changed')).toMatchObject([{ detail: { patch: { a: 1 }, version: 2 } }]);
    expect(Object.keys(journal('desired-changed')[0]?.detail['patch'] ?? {})).toEqual(['a']);
  });

  it('when the identity is unknown, the refusal says which part of it', () => {
    const { twins } = withDevice();
    expect(() => twins.get(deviceIdentity('d2'))).toThrow(expect.objectContaining({ code: 'device.unknown' }));
    expect(() => twins.get(moduleIdentity('d1', 'm'))).toThrow(expect.objectContaining({ code: 'module.unknown' }));
  });
});

describe('replace', () => {
  it('when desired is replaced, the journal carries the patch that takes a device there', () => {
    const { twins, journal } = withDevice();
    twins.patch(deviceIdentity('d1'), { tags: { t: 1 }, desired: { a: 1, b: { c: 1, d: 2 } } }, '*', 'service');
    const twin = twins.replace(deviceIdentity('d1'), { desired: { b: { c: 1 } } }, '*', 'service');
    expect(twin).toMatchObject({ tags: { t: 1 }, desired: { value: { b: { c: 1 } }, version: 3 } });
    expect(journal('desired-changed').at(-1)?.detail).toEqual({ patch: { a: null, b: { d: null } }, version: 3 });
  });
});

describe('report', () => {
  it('when a device reports, the answer carries the version on disk and the journal its patch', async () => {
    const { twins, journal } = withDevice();
    await expect(twins.report(deviceIdentity('d1'), { temperature: 20 })).resolves.toEqual({ version: 2 });
    expect(twins.get(deviceIdentity('d1'))).toMatchObject({ version: 1, reported: { value: { temperature: 20 } } });
    expect(journal('reported-changed')).toMatchObject([
      { actor: 'device', deviceId: 'd1', moduleId: null, detail: { patch: { temperature: 20 }, version: 2 } },
    ]);
  });

  it('when a report was taken before, it is answered with the version of then and not taken twice', async () => {
    const { twins, journal } = withDevice();
    const d1 = deviceIdentity('d1');
    await twins.report(d1, { on: true }, { requestId: 'r1', versionTaken: () => null });
    await twins.report(d1, { on: false }, { requestId: 'r2', versionTaken: () => null });
    await expect(twins.report(d1, { on: true }, { requestId: 'r1', versionTaken: () => 2 })).resolves.toEqual({
      version: 2,
    });
    expect(twins.get(d1).reported).toMatchObject({ value: { on: false }, version: 3 });
    expect(journal('reported-changed')).toMatchObject([
      { detail: { requestId: 'r1' } },
      { detail: { requestId: 'r2' } },
    ]);
  });

  it('when reports share a transaction, each builds on the one before and a wrong one fails alone', async () => {
    const { twins } = withDevice();
    const answers = await Promise.allSettled([
      twins.report(deviceIdentity('d1'), { a: 1 }),
      twins.report(deviceIdentity('d1'), { 'b.c': 1 }),
      twins.report(deviceIdentity('d1'), { d: 1 }),
    ]);
    expect(answers).toMatchObject([
      { value: { version: 2 } },
      { status: 'rejected', reason: { code: 'twin.invalid' } },
      { value: { version: 3 } },
    ]);
    expect(twins.get(deviceIdentity('d1')).reported.value).toEqual({ a: 1, d: 1 });
  });

  it('when the report is too large, the code says so', async () => {
    const { twins } = withDevice();
    const large = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`k${index}`, 'x'.repeat(4000)]));
    await expect(twins.report(deviceIdentity('d1'), large)).rejects.toMatchObject({ code: 'twin.too-large' });
  });
});
