// Methods that Lanyard's agent and IoT Edge's know, what each does and takes, and what came of a call in words.
import type { Json } from '#base/json.ts';

export interface KnownMethod {
  readonly name: string;
  readonly word: string;
  readonly payload: Json;
}

/** Of `$edgeAgent`. */
export const agentMethods: readonly KnownMethod[] = [
  { name: 'ping', word: 'Answers when the agent is there', payload: null },
  {
    name: 'RestartModule',
    word: 'Stops a module and starts it again',
    payload: { schemaVersion: '1.0', id: 'module' },
  },
  {
    name: 'GetModuleLogs',
    word: 'The newest lines of the logs of modules',
    payload: { schemaVersion: '1.0', items: [{ id: '.*', filter: { tail: 20 } }], contentType: 'text' },
  },
  { name: 'GetAttemptLog', word: 'What the agent wrote of an attempt', payload: { version: 1, attempt: 1, offset: 0 } },
  { name: 'SwitchNow', word: 'Lets a change that waits go on', payload: { version: 1, attempt: 1, isForced: false } },
];

/** Codes of answers, by what IoT Edge's and Lanyard's agents mean by them; of others a module decides. */
export function methodStatusWords(status: number): { readonly word: string; readonly isGood: boolean } {
  if (status >= 200 && status < 300) return { word: `${status} · done`, isGood: true };
  switch (status) {
    case 400:
      return { word: '400 · the payload was not understood', isGood: false };
    case 404:
      return { word: '404 · there is no such method, module or attempt there', isGood: false };
    case 409:
      return { word: '409 · something on the device stands in its way', isGood: false };
    case 501:
      return { word: '501 · this method is not known there', isGood: false };
    default:
      return {
        word: `${status} · ${status >= 500 ? 'it failed on the device' : 'as the module means it'}`,
        isGood: false,
      };
  }
}

/** Why no answer came, and what can be done: IoT Hub's numbers beside, for they stand in its documents. */
export function callProblem(code: string): { readonly next: string } | null {
  switch (code) {
    case 'device.offline':
      return {
        next: 'It is not called later: wait until it is connected and call again, or give it time to connect above. (IoT Hub: 404103)',
      };
    case 'method.timeout':
      return {
        next: 'It may still do it. Give it more time, or see whether the module that takes this method runs. (IoT Hub: 504101)',
      };
    case 'module.unknown':
      return { next: 'Choose a module that is registered on this device. (IoT Hub: 404010)' };
    case 'throttled':
      return { next: 'Wait until some of the open calls have ended. (IoT Hub: 429001)' };
    case 'request.too-large':
      return { next: 'A payload has 128 KB at most: send less, or in parts.' };
    default:
      return null;
  }
}
