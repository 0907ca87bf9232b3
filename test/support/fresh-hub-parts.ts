// Hub parts for each test of a file by themselves: made before it, stopped and closed behind it, so that no test has to.
import { afterEach, beforeEach } from 'vitest';
import { createHubParts, type HubParts } from './hub-parts.ts';

interface FreshHubParts extends HubParts {
  /** For tests that play many games: ends these parts and goes on with new ones. */
  renew(): Promise<void>;
}

/** Always those of the test that runs; `begin` is called with each new ones before the test sees them. */
export function freshHubParts(begin: (parts: HubParts) => unknown = () => undefined): FreshHubParts {
  let current: HubParts | undefined;

  async function start(): Promise<void> {
    current = createHubParts();
    await begin(current);
  }
  async function stop(): Promise<void> {
    await current?.controller.stop();
    current?.store.close();
    current = undefined;
  }
  function now(): HubParts {
    if (current === undefined) throw new Error('hub parts are there only while a test runs');
    return current;
  }

  beforeEach(start);
  afterEach(stop);
  return {
    get clock() {
      return now().clock;
    },
    get store() {
      return now().store;
    },
    get log() {
      return now().log;
    },
    get registry() {
      return now().registry;
    },
    get twins() {
      return now().twins;
    },
    get deployments() {
      return now().deployments;
    },
    get controller() {
      return now().controller;
    },
    journal: (...kinds) => now().journal(...kinds),
    async renew() {
      await stop();
      await start();
    },
  };
}

/** The same with the evaluation controller running. */
export function runningHubParts(): FreshHubParts {
  return freshHubParts(({ controller }) => controller.start());
}
