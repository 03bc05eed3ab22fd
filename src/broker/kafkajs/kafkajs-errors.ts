/** Turns what kafkajs throws into our errors: what may pass, what will not. */
import { BrokerError } from '../../errors/broker-error.js';
import { MillraceError } from '../../errors/error.js';
import { brokerErrorFor, kafkaErrorInfo } from '../wire/error-codes.js';

/** Node's codes for a TLS handshake that cannot succeed by trying again. */
const TLS_CODE = /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/;

export interface Circumstances {
  /** `host:port` of the broker. */
  readonly address: string;
  /** What was being done, e.g. `Connecting`. */
  readonly what: string;
  /** The socket is gone: kafkajs reports that as refused credentials when it happens during the handshake. */
  readonly lost: boolean;
  /** The user's code may have run to get credentials. */
  readonly sasl: boolean;
}

export function brokerErrorFrom(error: unknown, { address, what, lost, sasl }: Circumstances): Error {
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
      `The TLS handshake with broker ${address} failed: ${message}. Check kafka.ssl, and that this port speaks TLS.`,
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
      `Broker ${address} did not accept the credentials: ${message}. Check kafka.sasl (mechanism, username, password).`,
      { ...options, code: 'BROKER_AUTHENTICATION' },
    );
  }
  if (name === 'KafkaJSProtocolError' && typeof code === 'number') {
    return kafkaErrorInfo(code).class === 'retriable'
      ? new BrokerError('retriable', `${what} (broker ${address}) failed: ${message}`, { ...options, kafkaCode: code })
      : brokerErrorFor(code, `${what} (broker ${address})`, options);
  }
  if (sasl && !name.startsWith('KafkaJS')) {
    // The service that gives the token may be back the next time.
    return new BrokerError('retriable', `Getting the credentials for broker ${address} failed: ${message}`, {
      ...options,
      code: 'BROKER_AUTHENTICATION',
    });
  }
  return new BrokerError('fatal', `${what} (broker ${address}) failed: ${message}`, options);
}
