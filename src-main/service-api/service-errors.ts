// Which error of IoT Hub's each of ours is: its status, its name in `iothub-errorcode`, and its number.
import { randomUUID } from 'node:crypto';
import type { AppError, ErrorCode, ErrorKind } from '#base/errors.ts';
import { errorBody, trackingIdFrom, type ServiceErrorBody } from '#contract/service-error-body.ts';

export interface ServiceError {
  readonly status: number;
  readonly name: string;
  readonly number: number;
}

const byCode: Partial<Record<ErrorCode, ServiceError>> = {
  'auth.refused': { status: 401, name: 'IotHubUnauthorizedAccess', number: 401002 },
  'deployment.condition': { status: 400, name: 'InvalidConfigurationTargetCondition', number: 400401 },
  'deployment.content': { status: 400, name: 'InvalidConfigurationContent', number: 400402 },
  'deployment.exists': { status: 409, name: 'ConfigurationAlreadyExists', number: 409401 },
  'deployment.in-charge': { status: 400, name: 'InvalidOperation', number: 400003 },
  'deployment.limit': { status: 413, name: 'ConfigurationCountLimitExceeded', number: 413101 },
  'deployment.metrics': { status: 400, name: 'InvalidConfigurationCustomMetricsQuery', number: 400404 },
  'deployment.immutable': { status: 400, name: 'CannotModifyImmutableConfigurationContent', number: 400403 },
  'deployment.unknown': { status: 404, name: 'ConfigurationNotFound', number: 404401 },
  'device.disabled': { status: 403, name: 'OperationNotAllowedInCurrentState', number: 403000 },
  'device.exists': { status: 409, name: 'DeviceAlreadyExists', number: 409001 },
  'device.offline': { status: 404, name: 'DeviceNotOnline', number: 404103 },
  'device.queue-full': { status: 403, name: 'DeviceMaximumQueueDepthExceeded', number: 403004 },
  'device.unknown': { status: 404, name: 'DeviceNotFound', number: 404001 },
  'etag.mismatch': { status: 412, name: 'PreconditionFailed', number: 412001 },
  'method.timeout': { status: 504, name: 'GatewayTimeout', number: 504101 },
  'module.exists': { status: 409, name: 'ModuleAlreadyExistsOnDevice', number: 409301 },
  'module.unknown': { status: 404, name: 'ModuleNotFound', number: 404010 },
  'request.media-type': { status: 415, name: 'GenericUnsupportedMediaType', number: 415000 },
  'request.method': { status: 405, name: 'GenericMethodNotAllowed', number: 405000 },
  'request.too-large': { status: 413, name: 'MessageTooLarge', number: 413001 },
  'request.unknown': { status: 404, name: 'GenericNotFound', number: 404000 },
  'request.version': { status: 400, name: 'InvalidProtocolVersion', number: 400001 },
  throttled: { status: 429, name: 'ThrottlingException', number: 429001 },
  'twin.too-large': { status: 413, name: 'MessageTooLarge', number: 413001 },
};

/** What has no name of its own in IoT Hub: the request is wrong, the hub is not ready, or we are. */
const byKind: Readonly<Record<ErrorKind, ServiceError>> = {
  refused: { status: 400, name: 'ArgumentInvalid', number: 400004 },
  unready: { status: 503, name: 'ServiceUnavailable', number: 503001 },
  broken: { status: 500, name: 'ServerError', number: 500001 },
};

export function serviceErrorOf(error: AppError): ServiceError {
  return byCode[error.code] ?? byKind[error.kind];
}

/** A bug of ours is told as one, without its inner words: those go to the log, under the same tracking id. */
export function serviceErrorBody(error: AppError, trackingId: string): ServiceErrorBody {
  const { name, number } = serviceErrorOf(error);
  const sentence =
    error.kind === 'broken'
      ? `The hub failed on this request: its log has the details under ${trackingId.slice(0, 32)}.`
      : error.message;
  return errorBody({ name, number }, sentence, trackingId);
}

export function newTrackingId(nowMs: number): string {
  return trackingIdFrom(randomUUID(), nowMs);
}
