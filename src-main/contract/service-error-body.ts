// The body of an error as IoT Hub's REST API words it, wherever in the hub a request is refused: `ErrorCode:<name>;<sentence>` and
// a tracking id. SDKs cut the message at its semicolons and show the second part, so a sentence never holds one.

export interface ServiceErrorBody {
  readonly Message: string;
  readonly ExceptionMessage: string;
  readonly errorCode: number;
}

interface NamedError {
  readonly name: string;
  readonly number: number;
}

export function errorBody({ name, number }: NamedError, sentence: string, trackingId: string): ServiceErrorBody {
  return {
    Message: `ErrorCode:${name};${sentence.replaceAll(';', ',')}`,
    ExceptionMessage: `Tracking ID:${trackingId}`,
    errorCode: number,
  };
}

/** `<32 hex>-G:0-TimeStamp:11/21/2026 08:15:00`, as IoT Hub's support would ask for it, from a UUID. */
export function trackingIdFrom(uuid: string, nowMs: number): string {
  const [date = '', time = ''] = new Date(nowMs).toISOString().split('T');
  const [year, month, day] = date.split('-');
  return `${uuid.replaceAll('-', '').toUpperCase()}-G:0-TimeStamp:${month}/${day}/${year} ${time.slice(0, 8)}`;
}
