// The routes of a device: both forms of an entry, priorities, times to live, each sink once, and what cannot be read is told.
import { describe, expect, test } from 'vitest';
import type { Json } from '#base/json.ts';
import { routedMessage } from '#domain/routes/route-message.ts';
import { deliveriesOf, readRoute, readRouteTable } from '#domain/routes/route-table.ts';

const upstream = 'FROM /* INTO $upstream';
const into = (module: string, input = 'in', condition = '') =>
  `FROM /* ${condition} INTO BrokeredEndpoint("/modules/${module}/inputs/${input}")`;
const aMessage = (properties: Record<string, string> = {}) =>
  routedMessage({ deviceId: 'd', moduleId: 'm', properties, text: () => '' });
const twoHoursMs = 7_200_000;

describe('a table', () => {
  test('when routes have priorities, the most urgent stand first, and those without one last, as written', () => {
    const { routes, unreadable } = readRouteTable({
      routes: {
        plain: upstream,
        nine: { route: upstream, priority: 9 },
        other: { route: upstream },
        zero: { route: upstream, priority: 0, timeToLiveSecs: 60 },
      },
    });
    expect(routes.map(({ name, priority, timeToLiveMs }) => [name, priority, timeToLiveMs])).toEqual([
      ['zero', 0, 60_000],
      ['nine', 9, twoHoursMs],
      ['plain', 10, twoHoursMs],
      ['other', 10, twoHoursMs],
    ]);
    expect(unreadable).toEqual([]);
  });

  test.each<[Json | undefined, number | null]>([
    [undefined, twoHoursMs],
    [{}, twoHoursMs],
    ['soon', twoHoursMs],
    [{ timeToLiveSecs: 0 }, twoHoursMs],
    [{ timeToLiveSecs: 'x' }, twoHoursMs],
    [{ timeToLiveSecs: 30 }, 30_000],
    [{ timeToLiveSecs: -1 }, null],
  ])('when storeAndForwardConfiguration is %j, messages wait %s ms', (storeAndForwardConfiguration, timeToLiveMs) => {
    const routes = { a: upstream, own: { route: upstream, timeToLiveSecs: 5 } };
    const rest = storeAndForwardConfiguration === undefined ? {} : { storeAndForwardConfiguration };
    const table = readRouteTable({ routes, ...rest });
    expect(table.routes.map((route) => route.timeToLiveMs)).toEqual([timeToLiveMs, 5000]);
  });

  test.each<[string, Record<string, Json>]>([
    ['no routes', {}],
    ['routes that are none', { routes: 'all' }],
    ['a list', { routes: [upstream] }],
  ])('when there are %s, it is empty', (_, desired) => {
    expect(readRouteTable(desired)).toEqual({ routes: [], unreadable: [] });
  });

  test('when some cannot be read, they are told with all that is wrong, and the others hold', () => {
    const table = readRouteTable({
      routes: {
        good: upstream,
        ['__proto__']: upstream,
        syntax: 'FROM /*',
        both: { route: 'FROM /*', priority: 10.5, timeToLiveSecs: -1 },
        priority: { route: upstream, priority: 10.5 },
        text: { priority: '1' },
        number: 7,
      },
    });
    expect(table.routes.map(({ name }) => name)).toEqual(['good', '__proto__']);
    expect(table.unreadable.map(({ name, problems }) => [name, problems.map(({ at }) => at)])).toEqual([
      ['syntax', [7]],
      ['both', [7, 'priority', 'timeToLiveSecs']],
      ['priority', ['priority']],
      ['text', ['route', 'priority']],
      ['number', ['']],
    ]);
  });

  test('when an entry is read alone, its problems say what is expected', () => {
    const entry = readRoute({ route: upstream, timeToLiveSecs: 4_294_967_296 });
    expect(entry.ok ? '' : entry.problems[0]?.message).toMatch(/whole number of seconds from 0 to 4294967295/);
    expect(readRoute({ route: upstream, timeToLiveSecs: 4_294_967_295, priority: 9 }).ok).toBe(true);
  });
});

const sinksOf = (routes: Record<string, Json>, properties: Record<string, string> = {}) =>
  deliveriesOf(readRouteTable({ routes }), aMessage(properties)).map(({ sink, priority }) => [
    sink.kind === 'upstream' ? '$upstream' : `${sink.moduleId}/${sink.input}`,
    priority,
  ]);

describe('deliveries', () => {
  test('when several routes lead to one sink, it gets the message once, by the most urgent that takes it', () => {
    const routes = {
      slow: into('a'),
      fast: { route: into('a', 'in', `WHERE urgent = 'yes'`), priority: 0 },
      other: { route: into('a', 'in2'), priority: 5 },
      up: upstream,
      again: upstream,
    };
    expect(sinksOf(routes)).toEqual([
      ['a/in2', 5],
      ['a/in', 10],
      ['$upstream', 10],
    ]);
    expect(sinksOf(routes, { urgent: 'yes' })).toEqual([
      ['a/in', 0],
      ['a/in2', 5],
      ['$upstream', 10],
    ]);
  });

  test('when no route takes it, it goes nowhere', () => {
    expect(sinksOf({ never: into('a', 'in', 'WHERE false') })).toEqual([]);
  });
});
