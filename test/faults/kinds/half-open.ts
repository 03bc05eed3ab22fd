/** Every open connection is forgotten on the way, as a NAT or a firewall does it: nothing arrives, nobody is told. New ones work. */
import type { Fault } from '../fault.js';

function halfOpen(whose: 'one' | 'both'): Fault {
  return {
    name: `half-open-${whose}`,
    description: `all connections of ${whose === 'one' ? 'one instance' : 'both instances'} go half-open`,
    loadAfterwardsMs: 60_000,
    async run({ kafka, say }) {
      for (const name of whose === 'one' ? ['one'] : ['one', 'two']) {
        const proxy = kafka.proxy(name);
        say(`${proxy.connections().length} connections of ${name} go half-open`);
        proxy.disturb({ kind: 'halfOpen' }).end();
      }
    },
  };
}

export const halfOpenOne = halfOpen('one');
export const halfOpenBoth = halfOpen('both');
