// What the palette finds, and in which order.
import { describe, expect, test } from 'vitest';
import type { DeploymentRow, DeviceRow } from '#contract/console-rows.ts';
import { findItems, type PaletteItem, screenItems, siteItems } from '#renderer/frame/palette-items.ts';
import { fitOf, searchWords } from '#renderer/words/word-match.ts';

const kept = <Row>(row: Row) => ({ row, number: 0, round: 1 });

function itemsOf(devices: readonly string[], deployments: readonly string[] = [], rollouts: readonly string[] = []) {
  return siteItems(
    {
      devices: new Map(devices.map((deviceId) => [deviceId, kept({ deviceId } as DeviceRow)])),
      deployments: new Map(deployments.map((id) => [id, kept({ id } as DeploymentRow)])),
    },
    rollouts,
  );
}

const words = (items: readonly PaletteItem[], text: string) => findItems(items, text).items.map(({ word }) => word);

describe('how well a name fits', () => {
  test('when names fit in different ways, whole goes before beginning, part and order of letters', () => {
    const names = ['xpressx', 'press-3', 'p-r-e-s-s', 'line-press', 'press', 'lamp'];
    expect(words(itemsOf(names), 'press')).toEqual(['press', 'press-3', 'line-press', 'xpressx', 'p-r-e-s-s']);
  });

  test('when a name is very long, it still fits better whole than another in letters', () => {
    const long = `press${'-'.repeat(5_000)}`;
    expect(fitOf(long, ['press'])).toBeGreaterThan(fitOf('p-r-e-s-s', ['press']) ?? 0);
  });

  test('when several words are typed, all of them have to fit', () => {
    expect(words(itemsOf(['line-01-press', 'line-02-press', 'line-02-pump']), ' 02 PRESS ')).toEqual(['line-02-press']);
    expect(searchWords('  ')).toEqual([]);
  });
});

describe('what is found', () => {
  test('when nothing is typed, the screens are there and the fleet is not', () => {
    const found = findItems([...screenItems(), ...itemsOf(['press-3'])], '');
    expect(found.items.length).toBe(screenItems().length);
    expect(found.items.map(({ word }) => word)).toContain('Devices');
  });

  test('when a device, a deployment and a rollout have one name, each is found with its own address', () => {
    const { items } = findItems(itemsOf(['a b'], ['a b'], ['a b']), 'a b');
    expect(items.map(({ kind, deed }) => [kind, 'path' in deed && deed.path])).toEqual([
      ['device', '/devices/a%20b'],
      ['deployment', expect.stringMatching(/^\/deployments.*a%20b$/)],
      ['rollout', '/rollouts/a%20b'],
    ]);
  });

  test('when thousands fit, the best fifty are shown and all are counted', () => {
    const names = Array.from({ length: 10_000 }, (_, at) => `press-${at}`);
    const found = findItems(itemsOf(names), 'press-77');
    expect(found.items[0]?.word).toBe('press-77');
    expect(found.items).toHaveLength(50);
    expect(found.count).toBeGreaterThan(111);
  });
});
