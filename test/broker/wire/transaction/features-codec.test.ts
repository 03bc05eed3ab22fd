import { expect, it } from 'vitest';
import { featuresRequest, readFeatures } from '../../../../src/broker/wire/transaction/features-codec.js';

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex');
/** No error; Produce 3 to 13; no throttling. */
const HEAD = '0000 02 0000 0003 000d 00 00000000';

it('asks with a flexible header, whose tag byte stands before the body, since the answer has a plain one', () => {
  const request = featuresRequest();
  expect(request).toMatchObject({ apiKey: 18, apiVersion: 3 });
  expect(request.flexible).toBeUndefined();
  expect(request.body.toString('hex')).toBe(
    hex(`00 09 ${Buffer.from('millrace').toString('hex')} 02 30 00`).toString('hex'),
  );
});

it('finds the finalized features among the tags, and none where a broker tells of none', () => {
  const name = Buffer.from('transaction.version').toString('hex');
  const finalized = `02 14 ${name} 0002 0001 00`;
  const size = hex(finalized).length.toString(16);
  const supported = `00 08 02 02 61 0000 0002 00`;
  const epoch = '01 08 0000000000000005';
  const body = hex(`${HEAD} 03 ${supported} ${epoch} 02 ${size} ${finalized}`);
  expect([...readFeatures(body)]).toEqual([['transaction.version', 2]]);
  expect([...readFeatures(hex(`${HEAD} 00`))]).toEqual([]);
  expect(() => readFeatures(hex('0023 01 00000000 00'))).toThrow(/UNSUPPORTED_VERSION/);
});
