// Errors of the registry as its clients read them: OCI's codes and body, our one sentence as the message.
import type { AppError, ErrorCode } from '#base/errors.ts';
import type { TargetReading } from './registry-path.ts';

export interface RegistryFailure {
  readonly status: number;
  /** OCI distribution-spec, "Error codes". */
  readonly code: string;
}

const unknownOf: Partial<Record<TargetReading['kind'], string>> = {
  blob: 'BLOB_UNKNOWN',
  manifest: 'MANIFEST_UNKNOWN',
  upload: 'BLOB_UPLOAD_UNKNOWN',
};
const invalidOf: Partial<Record<TargetReading['kind'], string>> = {
  manifest: 'MANIFEST_INVALID',
  upload: 'BLOB_UPLOAD_INVALID',
};
const failures: Partial<Record<ErrorCode, RegistryFailure>> = {
  'auth.refused': { status: 401, code: 'UNAUTHORIZED' },
  'image.blob-missing': { status: 404, code: 'MANIFEST_BLOB_UNKNOWN' },
  'image.denied': { status: 403, code: 'DENIED' },
  'image.digest': { status: 400, code: 'DIGEST_INVALID' },
  'image.in-use': { status: 405, code: 'UNSUPPORTED' },
  'image.manifest': { status: 400, code: 'MANIFEST_INVALID' },
  'image.name': { status: 400, code: 'NAME_INVALID' },
  'image.quota': { status: 403, code: 'DENIED' },
  'image.upload': { status: 400, code: 'BLOB_UPLOAD_INVALID' },
  'request.method': { status: 405, code: 'UNSUPPORTED' },
  'request.range': { status: 416, code: 'BLOB_UPLOAD_INVALID' },
  'request.too-large': { status: 413, code: 'SIZE_INVALID' },
  'request.unknown': { status: 404, code: 'UNSUPPORTED' },
  // Not 507: of a 5xx Docker and skopeo show the status alone and try again; of this they show the sentence, and stop.
  'store.full': { status: 403, code: 'DENIED' },
  throttled: { status: 429, code: 'TOOMANYREQUESTS' },
};

/** `kind`: what the request was about. */
export function registryFailureOf(error: AppError, kind: TargetReading['kind']): RegistryFailure {
  if (error.code === 'image.unknown') return { status: 404, code: unknownOf[kind] ?? 'NAME_UNKNOWN' };
  const known = failures[error.code];
  if (known !== undefined) return known;
  return error.kind === 'broken'
    ? { status: 500, code: 'UNKNOWN' }
    : { status: error.kind === 'unready' ? 503 : 400, code: invalidOf[kind] ?? 'UNSUPPORTED' };
}

export function registryErrorBody(error: AppError, { code }: RegistryFailure): object {
  const message = error.kind === 'broken' ? 'The hub failed by a fault of its own: its log tells more.' : error.message;
  return { errors: [{ code, message, detail: error.subject ?? null }] };
}
