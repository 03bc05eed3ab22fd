import { describe, expect, it } from 'vitest';
import { string } from '../../src/serde/string.js';
import type { OtherEncoding } from '../../src/serde/text-encoding.js';
import { hexOf, readHex, unwritable } from './bytes-of.js';

const TEXTS = ['a', 'zoë', '\u20ac', '\ud83d\ude00', 'a\ud83db', '\ude00', 'x\ud83d', ''];

/** What Java writes for these texts. */
const WRITTEN: Readonly<Record<OtherEncoding, string>> = {
  'utf-16': 'feff0061 feff007a006f00eb feff20ac feffd83dde00 feff0061fffd0062 fefffffd feff0078fffd ',
  'utf-16be': '0061 007a006f00eb 20ac d83dde00 0061fffd0062 fffd 0078fffd ',
  'utf-16le': '6100 7a006f00eb00 ac20 3dd800de 6100fdff6200 fdff 7800fdff ',
  'iso-8859-1': '61 7a6feb 3f 3f 613f62 3f 783f ',
  'us-ascii': '61 7a6f3f 3f 3f 613f62 3f 783f ',
};

/** What Java reads, as UTF-16 units. */
const READ: readonly (readonly [OtherEncoding, string])[] = [
  ['utf-16', 'feff0061=0061 fffe6100=0061 0061=0061 006100=0061.fffd d83d0061=fffd de000061=fffd.0061'],
  ['utf-16', 'd83dde00=d83d.de00 d83d=fffd 00=fffd feff= 80ff=80ff e9=fffd fffe00d8=fffd d83dde=fffd 3dd8=3dd8'],
  ['utf-16', 'feff0061feff0062=0061.feff.0062 fffe6100fffe=0061.feff 006100d8=0061.00d8 0061d8=0061.fffd'],
  ['utf-16be', 'feff0061=feff.0061 fffe6100=fffe.6100 006100=0061.fffd d83d0061=fffd de000061=fffd.0061 d83dde=fffd'],
  [
    'utf-16le',
    'feff0061=fffe.6100 fffe6100=feff.0061 006100=6100.fffd fffe00d8=feff.fffd 3dd8=fffd 3dd800de=d83d.de00',
  ],
  ['utf-16le', 'd83dde=3dd8.fffd 0061d8=6100.fffd 00=fffd'],
  ['iso-8859-1', 'feff0061=00fe.00ff.0000.0061 e9=00e9'],
  ['us-ascii', 'feff0061=fffd.fffd.0000.0061 3dd8=003d.fffd'],
];

function units(text: string): string {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, '0')).join('.');
}

describe('string in other encodings', () => {
  it.each(Object.entries(WRITTEN))('writes %s as Java does', (encoding, hex) => {
    const serde = string({ encoding: encoding as OtherEncoding });
    expect(TEXTS.map((text) => hexOf(serde, text)).join(' ')).toBe(hex);
  });

  it.each(READ)('reads %s as Java does: %s', (encoding, pairs) => {
    for (const pair of pairs.split(' ')) {
      const [hex = '', expected] = pair.split('=');
      expect(`${hex}=${units(readHex(string({ encoding }), hex))}`).toBe(`${hex}=${expected ?? ''}`);
    }
  });

  it('holds in stores what is read again', () => {
    expect(string({ encoding: 'us-ascii' }).normalize?.('zoë')).toBe('zo?');
  });

  it('knows its encodings, and that values are texts', () => {
    expect(string({ encoding: 'utf-8' })).toBe(string());
    expect(() => string({ encoding: 'latin1' as 'utf-8' })).toThrow(/one of utf-8, utf-16, .* not text "latin1"/);
    expect(() => hexOf(string({ encoding: 'utf-16' }), 5 as unknown as string)).toThrow(unwritable(/a text/));
  });
});
