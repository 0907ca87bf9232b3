// Routes: which sources and sinks there are, what each takes, and for every refusal where it is, why, and how to mend it.
import { describe, expect, test } from 'vitest';
import { longestRoute, parseRoute, takesMessage, type Route } from '#domain/routes/route.ts';
import { routedMessage, type RoutedMessage } from '#domain/routes/route-message.ts';

function aRoute(text: string): Route {
  const route = parseRoute(text);
  if (!route.ok) throw new Error(`${text}: ${route.problems[0]?.message}`);
  return route.value;
}

function from(moduleId: string | null, output?: string): RoutedMessage {
  const properties: Record<string, string> = output === undefined ? {} : { '$.on': output };
  return routedMessage({ deviceId: 'd', moduleId, properties, text: () => '' });
}

const senders = { device: from(null), m1: from('m1'), 'm1/out1': from('m1', 'out1'), 'M2/out2': from('M2', 'out2') };

describe('sources', () => {
  const all = ['device', 'm1', 'm1/out1', 'M2/out2'];
  test.each([
    ['/*', all],
    ['/', all],
    ['/messages', all],
    ['/messages/', all],
    ['/MESSAGES/*', all],
    ['/messages/modules', ['m1', 'm1/out1', 'M2/out2']],
    ['/messages/modules/*', ['m1', 'm1/out1', 'M2/out2']],
    ['/messages/modules/m1', ['m1', 'm1/out1']],
    ['/messages/modules/m1/*', ['m1', 'm1/out1']],
    ['/messages/modules/m', []],
    ['/messages/modules/m2/*', ['M2/out2']],
    ['/messages/modules/m1/outputs', ['m1/out1']],
    ['/messages/modules/m1/outputs/*', ['m1/out1']],
    ['/messages/modules/M1/outputs/OUT1', ['m1/out1']],
    ['/messages/modules/m1/outputs/out2', []],
    ['/messages/modules/$edgeAgent/*', []],
  ])('when a route is from %s, it takes what comes from %j', (source, taken) => {
    const route = aRoute(`FROM ${source} INTO $upstream`);
    const took = Object.entries(senders).flatMap(([name, message]) => (takesMessage(route, message) ? [name] : []));
    expect(took).toEqual(taken);
    expect(route.source.isProducedHere).toBe(true);
  });

  test.each(['/twinChangeNotifications', '/twinChangeNotifications/*', '/deviceLifecycleEvents'])(
    'when a route is from %s, it is sound, and known to take nothing here',
    (source) => {
      const route = aRoute(`FROM ${source} INTO $upstream`);
      expect(route.source.isProducedHere).toBe(false);
      expect(Object.values(senders).some((message) => takesMessage(route, message))).toBe(false);
    },
  );
});

describe('forms', () => {
  test.each([
    ['SELECT * FROM /* INTO $upstream', { kind: 'upstream' }],
    ['  select *from/messages/* where a = "b" into $UPSTREAM  ', { kind: 'upstream' }],
    ['FROM /*\r\n\tINTO\n$upstream', { kind: 'upstream' }],
    ['FROM /* INTO BrokeredEndpoint("/modules/m2/inputs/in1")', { kind: 'input', moduleId: 'm2', input: 'in1' }],
    [
      `FROM /* INTO brokeredendpoint ( ' modules/M-2/INPUTS/in.1/ ' )`,
      { kind: 'input', moduleId: 'M-2', input: 'in.1' },
    ],
    [`FROM /* WHERE x = '*/' INTO $upstream`, { kind: 'upstream' }],
  ])('when it is %s, it is read', (text, sink) => expect(aRoute(text).sink).toEqual(sink));

  test('when there is a condition, it decides, and what is unknown is not taken', () => {
    const message = routedMessage({ deviceId: 'd', moduleId: null, properties: { t: '20' }, text: () => '' });
    const takes = (condition: string) => takesMessage(aRoute(`FROM /* WHERE ${condition} INTO $upstream`), message);
    expect([takes('as_number(t) > 10'), takes('as_number(t) > 30'), takes(`u = 'x'`), takes(`not (u = 'x')`)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('refusals of the whole', () => {
  const where = 'FROM /* WHERE ';
  test.each([
    ['', 0, /empty: write FROM/],
    [' \n', 0, /empty/],
    ['FORM /* INTO $upstream', 0, /begins with FROM/],
    ['  SELECT FROM /* INTO $upstream', 2, /begins with FROM/],
    ['SELECT a FROM /* INTO $upstream', 0, /begins with FROM/],
    ['FROM INTO $upstream', 5, /source is missing after FROM: write/],
    ['FROM ', 5, /source is missing/],
    ['FROM /foo/* INTO $upstream', 5, /no message comes from \/foo\/\*: write/],
    ['FROM /messages/events INTO $upstream', 5, /no message comes from/],
    ['FROM /messages/modules/m/inputs/i INTO $upstream', 5, /no message comes from/],
    ['FROM /messages/modules/m/outputs/a/b INTO $upstream', 5, /no message comes from/],
    ['FROM /messages/modules/*/outputs/a INTO $upstream', 5, /stands only at the end/],
    ['FROM /*', 7, /sink is missing: add INTO/],
    ['FROM /* INTO', 12, /no sink/],
    ['FROM /* $upstream', 8, /WHERE or INTO has to follow/],
    ['FROM /* INTO upstream', 13, /no sink upstream: write \$upstream/],
    ['FROM /* INTO $cloud', 13, /no sink \$cloud/],
    ['FROM /* INTO $upstream now', 23, /remove now/],
    ['FROM /* INTO BrokeredEndpoint', 29, /input is missing/],
    ['FROM /* INTO BrokeredEndpoint("/modules/m/inputs/i"', 30, /input is missing: write Brokered/],
    ['FROM /* INTO BrokeredEndpoint["/modules/m/inputs/i"]', 29, /unexpected character \[/],
    ['FROM /* INTO BrokeredEndpoint, "/modules/m/inputs/i")', 31, /input is missing/],
    ['FROM /* INTO BrokeredEndpoint("/modules/m")', 30, /input is missing/],
    ['FROM /* INTO BrokeredEndpoint("/a/m/c/i")', 30, /input is missing/],
    ['FROM /* INTO BrokeredEndpoint("/modules//inputs/i")', 30, /input is missing/],
    ['FROM /* INTO BrokeredEndpoint("/modules/a b/inputs/i")', 30, /input is missing/],
    ['FROM /* INTO BrokeredEndpoint("/modules/m/inputs/i', 30, /text is not closed: add "/],
    [`${where}INTO $upstream`, 14, /missing before INTO: write one/],
    [`${where}a = INTO $upstream`, 18, /missing before INTO/],
    [`${where}a =`, 17, /missing before the end/],
    [`${where}(a = 'x'`, 22, /\( at 14 is not closed: add \) or an operator before the end/],
    [`${where}a = 'x'`, 21, /sink is missing/],
    [`${where}a = 'x' b = 'y' INTO $upstream`, 22, /operator is missing before b/],
    [`${where}a == 'x' INTO $upstream`, 17, /missing before =/],
    ['x'.repeat(longestRoute + 1), longestRoute, /at most 8192 characters, this one has 8193/],
  ])('when it is %s, the refusal is at %d', (text, at, message) => {
    const route = parseRoute(text);
    expect(route.ok ? [] : route.problems).toEqual([
      { code: 'deployment.route', at, message: expect.stringMatching(message) as string },
    ]);
  });
});

describe('refusals in a condition', () => {
  test.each([
    // Signs and names.
    [`a != 'x`, 5, /not closed: add ' at its end/],
    [`a = 'it''s'`, 4, /not closed.*quote is written \\'/],
    [`a!='x'`, 0, /a! would be the name of a property: put blanks/],
    ['a+b = 1', 0, /put blanks around/],
    ['3-4 = 1', 0, /put blanks/],
    [`a||b = 'x'`, 0, /put blanks/],
    ['a \\ b', 2, /backslash/],
    ['a = ;', 4, /unexpected character ;: remove/],
    ['a[0] = 1', 1, /unexpected character \[/],
    [`'a\\x'`, 0, /not closed/],
    ['0x1FFFFFFFFFFFFFF = 1', 0, /larger than a number/],
    ['{a} = 1', 1, /between braces stands a system property/],
    ['{$a = 1', 4, /the { at \d+ is not closed/],
    ['(1 = 1', 7, /the \( at 14 is not closed: add \) or an operator before INTO/],
    ['(1 = 1) )', 8, /operator is missing before \)/],
    ['abs(1', 6, /not closed/],
    ['abs(1,) = 1', 6, /missing before \)/],
    [', = 1', 0, /missing before ,/],
    ['$body.a..b = 1', 0, /no path into a body/],
    ['$body.a[] = 1', 0, /no path into a body/],
    ['$body.a[1:2] = 1', 9, /unexpected character :/],
    ['$body.a[0][1] = 1', 0, /no path into a body/],
    ['$a[0] = 1', 0, /only a value of the body has an index/],
    ['TRUE', 0, /TRUE would be the name of a property: write true in small letters/],
    ['a = Null', 4, /write null/],
    // Kinds.
    ['a > 3', 2, /a text is never > a number: write as_number/],
    ['3 = a', 2, /a number is never = a text: write as_number/],
    ['a = null', 2, /write NOT is_defined\( \) to ask whether a property/],
    ['a = undefined', 2, /write NOT is_defined/],
    ['true = a', 5, /put NOT \( \) around/],
    [`not a = 'x'`, 0, /NOT stands before what is true or false, not a text: write NOT \(a = b\)/],
    ['not undefined', 0, /not undefined/],
    ['a and true', 2, /AND takes what is true or false, not a text: compare it/],
    ['true or 3', 5, /OR takes what is true or false, not a number/],
    ['a + 1 = 2', 2, /\+ takes numbers, not a text: write as_number\( \) around it/],
    ['1 * true = 2', 2, /\* takes numbers, not true or false\./],
    ['1 - null = 2', 2, /not null/],
    ['$body.a % 2 = 1', 8, /write as_number\( \) around the value of the body/],
    ['- $body.a = 1', 0, /a minus takes a number, not a value of the body/],
    ['- a = 1', 0, /write as_number/],
    [`1 || 'a' = 'x'`, 2, /\|\| joins texts, not a number: write OR/],
    [`'a' || true = 'x'`, 4, /\|\| joins texts, not true or false/],
    [`a ?? 'x' = 'y'`, 2, /\?\? takes two of a kind, not a text and true or false: put \( \)/],
    ['a ?? 3', 2, /two of a kind/],
    // Functions.
    ['absolute(1) = 1', 0, /no function absolute: the known ones are abs, as_number/],
    ['constructor(1) = 1', 0, /no function constructor/],
    ['twin_change_includes(a)', 0, /no route is given here/],
    ['abs() = 1', 0, /abs takes 1 value: write/],
    ['abs(1, 2) = 1', 0, /abs takes 1 value/],
    ['power(1) = 1', 0, /power takes 2 values/],
    [`substring('a') = 'a'`, 0, /takes 2 or 3 values/],
    [`concat('a') = 'a'`, 0, /takes 2 or more values/],
    ['is_null()', 0, /takes 1 value/],
    ['is_null(1, 2)', 0, /takes 1 value/],
    ['as_number() = 1', 0, /takes 1 value/],
    ['as_number(1, 2) = 1', 0, /takes 1 value/],
    ['as_number(true) = 1', 0, /takes a text or a number, not true or false/],
    ['abs(a) = 1', 0, /abs takes a number there, not a text: write as_number/],
    [`substring('a', 'b') = 'a'`, 0, /takes a number there, not a text/],
    ['length(12) = 1', 0, /length takes a text there, not a number\./],
    [`concat('a', 'b', null) = 'x'`, 0, /takes a text there, not null/],
  ])('when it is %s, the refusal is at %d', (condition, at, message) => {
    const route = parseRoute(`FROM /* WHERE ${condition} INTO $upstream`);
    const [first] = route.ok ? [] : route.problems;
    expect(first).toEqual({ code: 'deployment.route', at: 14 + at, message: expect.stringMatching(message) as string });
  });

  test('when several parts do not fit, all are told, and nothing follows from one that was', () => {
    const route = parseRoute(`FROM /* WHERE a > 1 and (length(2) + abs(b)) = 3 and not (c + 1) = - d INTO $upstream`);
    expect(route.ok ? [] : route.problems.map(({ at }) => at)).toEqual([16, 25, 37, 60, 67]);
  });
});

function nested(levels: number, open: string, close: string) {
  return parseRoute(`FROM /* WHERE ${open.repeat(levels)}true${close.repeat(levels)} INTO $upstream`);
}

describe('bad input', () => {
  test.each([
    ['parentheses', '(', ')'],
    ['NOTs', 'not ', ''],
    ['calls', 'is_bool(', ')'],
  ])('when %s nest 100 deep, they are read; deeper, they are refused', (_, open, close) => {
    expect(nested(100, open, close).ok).toBe(true);
    const refused = nested(101, open, close);
    expect(refused.ok ? '' : refused.problems[0]?.message).toMatch(/more than 100 levels/);
  });

  test.each([
    ['a megabyte', 'FROM /* WHERE ' + '('.repeat(1_000_000)],
    ['ten thousand open texts', `FROM /* WHERE ${`'a" `.repeat(2000)}`],
    ['open comments', `FROM /* WHERE ${'/*'.repeat(4000)}`],
    ['a chain of ORs', `FROM /* WHERE ${'true or '.repeat(1000)}true INTO $upstream`],
    ['a name without end', `FROM /* WHERE ${'a'.repeat(8100)} INTO $upstream`],
    ['half a character', `FROM /* WHERE '\ud800' = a INTO $upstream`],
  ])('when it is %s, it is answered', (_, text) => {
    const route = parseRoute(text);
    if (route.ok) expect(typeof takesMessage(route.value, from('m1'))).toBe('boolean');
    else expect(route.problems).not.toEqual([]);
  });
});
