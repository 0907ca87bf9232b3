// The three kinds of error of the house, and the one list of codes.
// `refused` goes to the person in words, `unready` is retried, `broken` is our own bug.

export type ErrorKind = 'refused' | 'unready' | 'broken';

/** Every code the product can raise. The wires map them to their own (IoT Hub's `ErrorCode:…`). */
export type ErrorCode =
  | 'agent.engine'
  | 'agent.image'
  | 'agent.create-options'
  | 'auth.refused'
  /** One is made already. */
  | 'backup.busy'
  | 'backup.cancelled'
  | 'configuration.flag'
  | 'console.refused'
  | 'deployment.condition'
  | 'deployment.content'
  | 'deployment.exists'
  | 'deployment.immutable'
  | 'deployment.in-charge'
  | 'deployment.limit'
  | 'deployment.metrics'
  | 'deployment.unknown'
  | 'device.disabled'
  | 'device.exists'
  | 'device.invalid'
  | 'device.offline'
  | 'device.queue-full'
  | 'device.unknown'
  | 'etag.mismatch'
  | 'group.in-use'
  | 'group.unknown'
  /** A file or folder that cannot be read as images. */
  | 'image.archive'
  /** A manifest points at content that is not here. */
  | 'image.blob-missing'
  /** A device asks for what its configuration does not name. */
  | 'image.denied'
  /** Content that has another digest than was said, or a digest that is none. */
  | 'image.digest'
  | 'image.in-use'
  | 'image.manifest'
  | 'image.name'
  | 'image.quota'
  /** A registry that images are fetched from: not reached, or it gives none. */
  | 'image.registry'
  | 'image.unknown'
  | 'image.upload'
  | 'internal'
  | 'method.timeout'
  | 'module.exists'
  /** Its module holds the switch that was asked for. */
  | 'module.held'
  | 'module.unknown'
  | 'preview.cancelled'
  | 'preview.gone'
  | 'query.invalid'
  | 'query.too-many-groups'
  | 'request.invalid'
  | 'request.media-type'
  | 'request.method'
  | 'request.range'
  | 'request.too-large'
  | 'request.unknown'
  | 'request.version'
  | 'revision.unknown'
  | 'rollback.exists'
  | 'rollback.invalid'
  | 'rollout.exists'
  | 'rollout.final'
  | 'rollout.invalid'
  | 'rollout.unfit'
  | 'rollout.unknown'
  | 'site-ca.damaged'
  | 'store.corrupt'
  | 'store.full'
  | 'store.locked'
  | 'store.newer'
  | 'store.unwritable'
  | 'throttled'
  | 'twin.invalid'
  | 'twin.too-large';

interface ErrorDetail {
  /** The element the error is about: a device id, a module name, a file. */
  readonly subject?: string;
  readonly cause?: unknown;
}

export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly code: ErrorCode;
  readonly subject: string | undefined;

  constructor(kind: ErrorKind, code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.code = code;
    this.subject = detail.subject;
  }
}

/** The request cannot be honoured as asked; `message` says what, where and how to mend it. */
export function refused(code: ErrorCode, message: string, detail?: ErrorDetail): AppError {
  return new AppError('refused', code, message, detail);
}

/** The world is not there yet (offline, busy, disk full): retry with backoff. */
export function unready(code: ErrorCode, message: string, detail?: ErrorDetail): AppError {
  return new AppError('unready', code, message, detail);
}

/** An invariant of ours failed. */
export function broken(message: string, detail?: ErrorDetail): AppError {
  return new AppError('broken', 'internal', message, detail);
}

/** Whatever was thrown, as one of ours: an unknown error is `broken`, with its cause kept. */
export function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError('broken', 'internal', message, { cause: thrown });
}
