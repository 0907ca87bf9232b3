// Conditions of routes put to a message: one that has a bit of everything, and how a condition turns out on it.
import { expect } from 'vitest';
import { parseRoute, takesMessage } from '#domain/routes/route.ts';
import { routedMessage, type RoutedMessage } from '#domain/routes/route-message.ts';

const weather = {
  Temperature: 50,
  Freezing: -50.4,
  Past: [20, 30, 40],
  Days: [{ Month: 'Feb', T: 40 }],
  On: true,
  Off: false,
  Nothing: null,
  Shadowed: 50,
  At: '2017-03-09T00:00:00.000Z',
  Place: { Street: 'One Way', City: 'Redmond', State: 'WA' },
};

export function aRoutedMessage(change: Partial<Parameters<typeof routedMessage>[0]> = {}): RoutedMessage {
  return routedMessage({
    deviceId: 'd1',
    moduleId: 'm1',
    properties: {
      key1: 'value1',
      key2: '3',
      KEY3: 'VALUE3',
      $to: 'application',
      City: 'Redmond',
      '$body.w.Shadowed': '100',
      '$.to': 'system',
      '$.on': 'out1',
      '$.mid': 'id-1',
      '$.cid': 'c-1',
      '$.ct': 'application/json',
      '$.ce': 'utf-8',
      constructor: 'own',
      'humidity%': '40',
      '2026-01-note': 'n',
      'a-b.c_d~e#1': 'odd',
    },
    text: () => JSON.stringify({ w: weather, ['__proto__']: { own: 1 } }),
    ...change,
  });
}

/** `condition` and, to tell false from undefined, its opposite. */
export function outcomeOf(condition: string, message = aRoutedMessage()): boolean | undefined {
  const [is, isNot] = [condition, `not (${condition})`].map((text) => {
    const route = parseRoute(`FROM /* WHERE ${text} INTO $upstream`);
    if (!route.ok) throw new Error(`${text}: ${route.problems[0]?.message}`);
    return takesMessage(route.value, message);
  });
  expect(is && isNot).toBe(false);
  return is ? true : isNot ? false : undefined;
}

export const yes = true;
export const no = false;
export const unknown = undefined;
