// One twin as the device sees it: follows desired and keeps reported as wanted. A patch counts only on the version it was
// made for; after any gap, and whenever the link opens, the whole twin is asked for instead.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asAppError } from '#base/errors.ts';
import { isJsonObject, type JsonObject } from '#base/json.ts';
import { applyMergePatch, createMergePatch } from '#base/merge-patch.ts';
import { parseJson } from '#base/json-text.ts';
import { twinGetTopic, twinReportTopic } from '#contract/device-topics.ts';
import type { SessionAnswer } from './hub-session.ts';
import type { DesiredRevision } from './state-file.ts';

export interface TwinFollowerOptions {
  readonly request: (topicOf: (requestId: string) => string, text: string) => Promise<SessionAnswer>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly known: DesiredRevision | null;
  readonly onDesired: (revision: DesiredRevision) => void;
}

const retryMs = 5_000;
const refreshMs = 3_600_000;

export class TwinFollower {
  readonly #options: TwinFollowerOptions;
  #desired: DesiredRevision | null;
  /** What the hub has, as far as it acknowledged; null while not known. */
  #reported: JsonObject | null = null;
  #wanted: JsonObject | null = null;
  #isOpen = false;
  #isFetching = false;
  #sending: Promise<void> | null = null;
  #mustFetchAgain = false;
  /** The patch that the hub would not take. */
  #refused: string | null = null;
  #cancelTimer: () => void = () => undefined;

  constructor(options: TwinFollowerOptions) {
    this.#options = options;
    this.#desired = options.known;
  }

  opened(): void {
    this.#isOpen = true;
    this.#refused = null;
    void this.#fetch();
  }

  closed(): void {
    this.#isOpen = false;
    this.#reported = null;
    this.#cancelTimer();
  }

  desiredPatched(version: number, text: string): void {
    const current = this.#desired?.version ?? -1;
    // While the twin is on its way its version is not known; what is newer than it then shows as a gap.
    if (!this.#isFetching && version <= current) return;
    const patch = parseObject(text);
    if (this.#isFetching || version !== current + 1 || patch === null) return void this.#fetch();
    const value = applyMergePatch(this.#desired?.value, withoutVersion(patch));
    this.#adopt({ version, value });
  }

  /** Sends what differs from the last report, now or as soon as the link opens. Resolves when nothing is left to send. */
  async report(wanted: JsonObject): Promise<void> {
    this.#wanted = wanted;
    await this.#sendReport();
    // It may have joined one that was already past looking.
    if (this.#reported !== wanted) await this.#sendReport();
  }

  async #fetch(): Promise<void> {
    if (this.#isFetching) {
      this.#mustFetchAgain = true;
      return;
    }
    this.#isFetching = true;
    this.#mustFetchAgain = false;
    try {
      const answer = await this.#options.request(twinGetTopic, '');
      const twin = parseObject(answer.text);
      const desired = twin?.['desired'];
      const reported = twin?.['reported'];
      if (!isJsonObject(desired) || !isJsonObject(reported))
        throw new Error('the hub sent a twin without its sections');
      this.#reported = withoutVersion(reported);
      this.#adopt({ version: Number(desired['$version'] ?? 0), value: withoutVersion(desired) });
      this.#after(refreshMs);
    } catch (error) {
      // The link's own end is told by `closed`; anything else is asked again.
      this.#options.log.warn({ reason: asAppError(error).message }, 'the twin could not be read');
      this.#after(retryMs);
    }
    this.#isFetching = false;
    if (this.#mustFetchAgain && this.#isOpen) await this.#fetch();
    else await this.#sendReport();
  }

  #after(delayMs: number): void {
    this.#cancelTimer();
    if (this.#isOpen) this.#cancelTimer = this.#options.clock.after(delayMs, () => void this.#fetch());
  }

  #adopt(revision: DesiredRevision): void {
    this.#desired = revision;
    this.#options.onDesired(revision);
  }

  /** One report at a time; whoever asks meanwhile waits for the one under way, which takes up what is wanted by then. */
  #sendReport(): Promise<void> {
    this.#sending ??= this.#sendDifferences().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async #sendDifferences(): Promise<void> {
    let text = '';
    try {
      while (this.#isOpen && this.#reported !== null && this.#wanted !== null) {
        const wanted = this.#wanted;
        text = JSON.stringify(createMergePatch(this.#reported, wanted));
        if (text === '{}' || text === this.#refused) break;
        // One report must finish before the next is made from it.
        await this.#options.request(twinReportTopic, text);
        this.#reported = wanted;
      }
    } catch (error) {
      // What is refused is not sent again until it changes; what failed is sent after the twin was read anew.
      const failure = asAppError(error);
      this.#options.log.warn({ reason: failure.message }, 'the report was not taken');
      if (failure.kind === 'refused') this.#refused = text;
      else {
        this.#reported = null;
        this.#after(retryMs);
      }
    }
  }
}

function withoutVersion(section: JsonObject): JsonObject {
  const { $version: _version, $metadata: _metadata, ...value } = section;
  return value;
}

function parseObject(text: string): JsonObject | null {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : null;
  } catch {
    // A body that is no JSON is a gap: the whole twin is asked for.
    return null;
  }
}
