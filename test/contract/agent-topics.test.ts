// What the agent asks its hub for, both ways: topics that agree, and answers in which every module's name is a name.
import { describe, expect, test } from 'vitest';
import {
  moduleKeysAnswer,
  moduleKeysAnswerTopic,
  moduleKeysRequest,
  moduleKeysRequestTopic,
  parseModuleKeysAnswer,
  parseModuleKeysRequest,
} from '#contract/agent-topics.ts';

describe('the topics of module keys', () => {
  test('when one end writes them, the other reads them', () => {
    expect(parseModuleKeysRequest(moduleKeysRequestTopic('7'))).toEqual({ requestId: '7' });
    expect(parseModuleKeysAnswer(moduleKeysAnswerTopic(200, '7'))).toEqual({ status: 200, requestId: '7' });
  });

  test.each(['$lanyard/modules/GET/', '$lanyard/modules/GET/?$rid=', moduleKeysRequestTopic('x'.repeat(65_000))])(
    'when a request is %.40s, it is none',
    (topic) => {
      expect(parseModuleKeysRequest(topic)).toBeUndefined();
    },
  );
});

describe('the answer', () => {
  test.each(['web', '__proto__', 'constructor'])('when it holds the key of %s, the agent reads it', (name) => {
    const text = `{"modules":{"${name}":{"primaryKey":"a2V5"}},"unknown":[]}`;
    const { modules } = moduleKeysAnswer.parse(JSON.parse(text));
    expect(Object.entries(modules)).toEqual([[name, { primaryKey: 'a2V5' }]]);
  });

  test.each([
    [{ httpsPort: 8443 }, true],
    [{ httpsPort: 0 }, false],
    [{ httpsPort: '8443' }, false],
  ])('when the site is %j, it is read: %s', (site, isRead) => {
    expect(moduleKeysAnswer.safeParse({ modules: {}, unknown: [], site }).success).toBe(isRead);
  });

  test.each(['{"modules":[],"unknown":[]}', '{"modules":{"a":{"primaryKey":1}},"unknown":[]}', '{"modules":{}}'])(
    'when it is %s, it is refused',
    (text) => {
      expect(moduleKeysAnswer.safeParse(JSON.parse(text)).success).toBe(false);
    },
  );
});

test('when more keys are asked for than a deployment has modules, or of no module id, the request is refused', () => {
  const many = Array.from({ length: 51 }, (_, index) => `m${index}`);
  expect(moduleKeysRequest.safeParse({ modules: many }).success).toBe(false);
  expect(moduleKeysRequest.safeParse({ modules: ['a/b'] }).success).toBe(false);
});
