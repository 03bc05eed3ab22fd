import { describe, expect, it } from 'vitest';
import { STRINGS, timeline } from '../timeline.js';
import { foreignKeyBench } from './foreign-key-bench.js';

describe('the left side of an inner foreign-key join', () => {
  it('asks for a value when a row comes or changes, and ends the subscription when it goes', () => {
    const { feed, asked } = foreignKeyBench('join');
    feed('a=x:1@1 a=x:2@2 a=-@3 a=-@4', 'l');
    expect(asked()).toBe('x<-a:3@1 x<-a:3@2 x<-a:1#@3');
  });

  it('ends the subscription to the old key and asks for the new one in any case', () => {
    const { feed, asked } = foreignKeyBench('join');
    feed('a=x:1@1 a=y:1@2', 'l');
    expect(asked()).toBe('x<-a:3@1 x<-a:0@2 y<-a:2@2');
  });

  it('drops rows without a foreign key, counted each time, and ends the subscription they had', () => {
    const { feed, asked, driver } = foreignKeyBench('join');
    feed('a=:1@1 a=x:1@2 a=:2@3 a=:3@4', 'l');
    expect(asked()).toBe('x<-a:3@2 x<-a:1@3');
    expect(driver.metrics.drops).toEqual({ 'null-key': 3 });
  });
});

describe('the left side of a left foreign-key join', () => {
  it('asks for an answer in any case, with a foreign key or without', () => {
    const { feed, asked, driver } = foreignKeyBench('leftJoin');
    feed('a=x:1@1 a=x:2@2 a=:3@3 a=:4@4 a=y:5@5 a=z:5@6 a=-@7 a=-@8', 'l');
    expect(asked()).toBe('x<-a:2@1 x<-a:2@2 x<-a:0@3 -<-a:2@3 -<-a:2@4 y<-a:2@5 y<-a:0@6 z<-a:2@6 z<-a:0#@7 -<-a:2#@7');
    expect(driver.metrics.drops).toEqual({});
  });
});

it('says so when the extractor forgot to return', () => {
  const { feed } = timeline((_, builder) => {
    const table = builder.table('l', STRINGS);
    return table.join(table, (() => undefined) as never, (value) => value).toStream();
  });
  expect(() => feed('a=1@1', 'l')).toThrow(/foreign-key extractor returned undefined/);
});
