/** A door of its own for CBOR, so that only who uses it needs the package behind it. */
export { cbor } from './serde/cbor/cbor.js';
