import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { beforeEach, describe, expect, it } from 'vitest';
import { health, healthIndicator } from '../../src/serve/health.js';
import { MEASURED } from '../observe/measured-application.js';
import { TestApplication } from './served-application.js';

let streams: TestApplication;
beforeEach(() => {
  streams = new TestApplication();
});

describe('health', () => {
  it.each([
    ['CREATED', true, false],
    ['REBALANCING', true, false],
    ['RUNNING', true, true],
    ['PENDING_SHUTDOWN', true, false],
    ['PENDING_ERROR', true, false],
    ['NOT_RUNNING', false, false],
    ['ERROR', false, false],
  ])('%s: live %s, ready %s', (state, live, ready) => {
    streams.state = state;
    expect(health(streams)).toMatchObject({ live, ready, state });
  });

  it('is not ready while stores are restored, and says how much is missing', () => {
    streams.state = 'REBALANCING';
    const { reasons } = health(streams);
    expect(reasons).toEqual(['the state is REBALANCING; 2 stores are restored, 22 records to go']);
  });

  it('is not ready while a task stands still, and says why', () => {
    streams.measured = MEASURED;
    expect(health(streams)).toEqual({
      live: true,
      ready: false,
      state: 'RUNNING',
      reasons: ['task 0_0 has stood still for 61 s: the producer is full'],
    });
  });

  it('is not ready while it is paused', () => {
    streams.isPaused = true;
    expect(health(streams)).toMatchObject({ live: true, ready: false, reasons: ['the application is paused'] });
  });
});

describe('the indicator for terminus', () => {
  it('is understood by it, up and down', async () => {
    Logger.overrideLogger(false);
    const nest = await NestFactory.createApplicationContext(TerminusModule.forRoot({ logger: false }));
    try {
      const check = nest.get(HealthCheckService);
      const asked = [healthIndicator(streams), healthIndicator(streams, { name: 'orders', asks: 'live' })];
      expect(await check.check(asked)).toMatchObject({
        status: 'ok',
        details: { millrace: { status: 'up', state: 'RUNNING' }, orders: { status: 'up' } },
      });
      streams.measured = MEASURED;
      await expect(check.check(asked)).rejects.toMatchObject({
        response: {
          status: 'error',
          error: { millrace: { status: 'down', reasons: ['task 0_0 has stood still for 61 s: the producer is full'] } },
          info: { orders: { status: 'up' } },
        },
      });
    } finally {
      await nest.close();
    }
  });
});
