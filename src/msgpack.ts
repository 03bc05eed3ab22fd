/** A door of its own for MessagePack, so that only who uses it needs the package behind it. */
export { messagePack } from './serde/msgpack/message-pack.js';
