/** The stores of the application, wherever they are: a key is looked up, or what it was before, a range shown, windows seen over time. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { heatMapOf } from './heat-map.js';
import { HeatTable } from './heat-table.js';
import { RowsTable } from './rows-table.js';
import {
  addressOf,
  historyAddress,
  listStores,
  readRows,
  type ListedStore,
  type Rows,
  type Wanted,
} from './store-reader.js';

const NOTHING: Wanted = { key: '', prefix: '', from: '', to: '', since: null, until: null };

/** What is looked at of a store, and the address of it. */
const VIEWS = {
  rows: { address: addressOf, of: ['row', 'rows'], missing: 'Versions are looked up by their key.' },
  history: { address: historyAddress, of: ['change', 'changes'], missing: 'A history is that of a key.' },
} as const;

export function StoresPage({ token }: { readonly token: string | null }): JSX.Element {
  const [stores, setStores] = useState<readonly ListedStore[] | null>(null);
  const [store, setStore] = useState<ListedStore | null>(null);
  const [wanted, setWanted] = useState<Wanted>(NOTHING);
  const [rows, setRows] = useState<Rows | null>(null);
  const [view, setView] = useState<keyof typeof VIEWS>('rows');
  const [problem, setProblem] = useState<string | null>(null);
  const map = useMemo(
    () => (store?.kind === 'window' && rows !== null && view === 'rows' ? heatMapOf(rows.rows) : null),
    [store, rows, view],
  );

  useEffect(() => {
    listStores(token).then(
      (all) => {
        setStores(all);
        setStore(all[0] ?? null);
      },
      (error: unknown) => {
        setProblem(saidBy(error));
      },
    );
  }, [token]);

  const look = (of: ListedStore, what: Wanted, before: Rows | null, as: keyof typeof VIEWS = 'rows'): void => {
    const address = VIEWS[as].address(of, what, before?.next ?? null);
    if (address === null) {
      setProblem(VIEWS[as].missing);
      return;
    }
    readRows(address, token).then(
      (found) => {
        setProblem(null);
        setView(as);
        setRows(before === null ? found : { ...found, rows: [...before.rows, ...found.rows] });
      },
      (error: unknown) => {
        setProblem(saidBy(error));
        setRows(before);
      },
    );
  };

  if (stores === null) return <p role="status">{problem ?? 'Asking for the stores.'}</p>;
  if (store === null) return <p>The application has no stores that can be asked.</p>;
  return (
    <>
      <form
        class="ask"
        onSubmit={(event) => {
          event.preventDefault();
          look(store, wanted, null);
        }}
      >
        <div>
          <label for="store">Store</label>
          <select
            id="store"
            value={store.name}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setStore(stores.find(({ name }) => name === value) ?? store);
              setWanted(NOTHING);
              setRows(null);
              setProblem(null);
            }}
          >
            {stores.map(({ name, kind, global }) => (
              <option key={name} value={name}>
                {`${name} (${kind}${global ? ', global' : ''})`}
              </option>
            ))}
          </select>
        </div>
        <Fields key={store.name} kind={store.kind} wanted={wanted} changed={setWanted} />
        <button type="submit">Look up</button>
        <button
          type="button"
          disabled={wanted.key === ''}
          onClick={() => {
            look(store, wanted, null, 'history');
          }}
        >
          History of the key
        </button>
      </form>
      <div role="status">{problem !== null && <p class="problem">{problem}</p>}</div>
      {map !== null && wanted.key === '' && (
        <HeatTable
          map={map}
          chosen={(key) => {
            setWanted({ ...wanted, key });
            look(store, { ...wanted, key }, null);
          }}
        />
      )}
      {rows !== null && (
        <RowsTable
          rows={rows}
          of={VIEWS[view].of}
          more={() => {
            look(store, wanted, rows, view);
          }}
        />
      )}
    </>
  );
}

interface FieldsOf {
  readonly kind: string;
  readonly wanted: Wanted;
  readonly changed: (wanted: Wanted) => void;
}

/** What can be said of a kind of store: keys from and to, or times. */
function Fields({ kind, wanted, changed }: FieldsOf): JSX.Element {
  const text = (id: 'key' | 'prefix' | 'from' | 'to', label: string, disabled: boolean): JSX.Element => (
    <div key={id}>
      <label for={`ask-${id}`}>{label}</label>
      <input
        id={`ask-${id}`}
        autocomplete="off"
        disabled={disabled}
        value={wanted[id]}
        onInput={(event) => {
          changed({ ...wanted, [id]: event.currentTarget.value });
        }}
      />
    </div>
  );
  const time = (id: 'since' | 'until', label: string): JSX.Element => (
    <div key={id}>
      <label for={`ask-${id}`}>{label}</label>
      <input
        id={`ask-${id}`}
        type="datetime-local"
        step={1}
        onInput={(event) => {
          const at = new Date(event.currentTarget.value).getTime();
          changed({ ...wanted, [id]: Number.isNaN(at) ? null : at });
        }}
      />
    </div>
  );
  const { key, prefix } = wanted;
  if (kind !== 'keyValue') {
    return (
      <>
        {[
          text('key', kind === 'versioned' ? 'Key' : 'Key (or all)', false),
          time('since', 'Not before'),
          time('until', 'Not after'),
        ]}
      </>
    );
  }
  const hasBounds = prefix !== '' || key !== '';
  return (
    <>
      {[
        text('key', 'Key (or all)', false),
        text('prefix', 'Beginning with', key !== ''),
        text('from', 'From key', hasBounds),
        text('to', 'To key', hasBounds),
      ]}
    </>
  );
}

function saidBy(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
