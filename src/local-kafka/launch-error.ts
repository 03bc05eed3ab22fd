/** Why no local Kafka could be had. */
import { MillraceError } from '../errors/error.js';

/** No broker was found or could be started. The message lists what was tried, why each failed, and what to install. */
export class LaunchError extends MillraceError {
  constructor(message: string, cause?: unknown) {
    super('LAUNCH_FAILED', message, { cause });
  }
}
