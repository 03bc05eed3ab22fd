/** Turns what kafkajs throws into our errors: what may pass, what will not. */
import { BrokerError } from '../../errors/broker-error.js';
import { MillraceError } from '../../errors/error.js';
import { brokerErrorFor, kafkaErrorInfo } from '../wire/error-codes.js';

/** Node's codes for a TLS handshake that cannot succeed by trying again. */
const TLS_CODE = /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/;

const UNSUPPORTED_MECHANISM = 33;
const ILLEGAL_SASL_STATE = 34;

export interface Circumstances {
  /** `host:port` of the broker. */
  readonly address: string;
  /** What was being done, e.g. `Connecting`. */
  readonly what: string;
  /** The socket is gone: kafkajs reports that as refused credentials when it happens during the handshake. */
  readonly lost: boolean;
  /** The mechanism of `kafka.sasl`, whose code may have run to get credentials; null without. */
  readonly sasl: string | null;
  /** What the broker offers instead, where it said so. */
  readonly offeredMechanisms: readonly string[] | null;
}

export function brokerErrorFrom(
  error: unknown,
  { address, what, lost, sasl, offeredMechanisms }: Circumstances,
): Error {
  if (MillraceError.is(error)) return error;
  if (!(error instanceof Error))
    return new BrokerError('fatal', `${what} (broker ${address}) failed: ${String(error)}`);
  const { name, message } = error;
  // A number for protocol errors, a text such as ECONNREFUSED for connection errors.
  const code = 'code' in error ? error.code : undefined;
  const options = { cause: error };

  if (typeof code === 'string' && TLS_CODE.test(code)) {
    return new BrokerError(
      'fatal',
      `the TLS handshake with broker ${address} failed: ${message}. Check kafka.ssl, and that this port speaks TLS.`,
      { ...options, code: 'BROKER_AUTHENTICATION' },
    );
  }
  if (lost || name === 'KafkaJSConnectionError' || name === 'KafkaJSConnectionClosedError') {
    const reason = message.replace(/^Connection error: /, '');
    // Node's error for several addresses of a host at once has no message, only a code.
    return new BrokerError(
      'retriable',
      `${what} (broker ${address}) failed: ${reason !== '' || typeof code !== 'string' ? reason : code}`,
      options,
    );
  }
  if (name === 'KafkaJSSASLAuthenticationError') {
    return new BrokerError(
      'fatal',
      `broker ${address} did not accept the credentials: ${message}. Check kafka.sasl (mechanism, username, password).`,
      { ...options, code: 'BROKER_AUTHENTICATION' },
    );
  }
  if (sasl !== null && code === UNSUPPORTED_MECHANISM) {
    const offered = offeredMechanisms ?? [];
    const instead = offered.length === 0 ? 'none that it names' : offered.join(', ');
    return new BrokerError(
      'fatal',
      `broker ${address} does not offer the SASL mechanism ${sasl.toUpperCase()} of kafka.sasl; it offers ${instead}`,
      { ...options, kafkaCode: UNSUPPORTED_MECHANISM, code: 'BROKER_AUTHENTICATION' },
    );
  }
  if (sasl !== null && code === ILLEGAL_SASL_STATE) {
    return new BrokerError(
      'fatal',
      `broker ${address}: this port does not use SASL. Leave kafka.sasl out, or take the port of the broker's SASL listener.`,
      { ...options, kafkaCode: ILLEGAL_SASL_STATE, code: 'BROKER_AUTHENTICATION' },
    );
  }
  if (name === 'KafkaJSProtocolError' && typeof code === 'number') {
    return kafkaErrorInfo(code).class === 'retriable'
      ? new BrokerError('retriable', `${what} (broker ${address}) failed: ${message}`, { ...options, kafkaCode: code })
      : brokerErrorFor(code, `${what} (broker ${address})`, options);
  }
  if (sasl !== null && !name.startsWith('KafkaJS')) {
    // The service that gives the token may be back the next time.
    return new BrokerError('retriable', `getting the credentials for broker ${address} failed: ${message}`, {
      ...options,
      code: 'BROKER_AUTHENTICATION',
    });
  }
  return new BrokerError('fatal', `${what} (broker ${address}) failed: ${message}`, options);
}
