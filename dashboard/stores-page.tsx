/** The stores of the application, wherever they are: a key is looked up, a range shown, windows seen over time. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { heatMapOf } from './heat-map.js';
import { HeatTable } from './heat-table.js';
import { RowsTable } from './rows-table.js';
import { addressOf, listStores, readRows, type ListedStore, type Rows, type Wanted } from './store-reader.js';

const NOTHING: Wanted = { key: '', prefix: '', from: '', to: '', since: null, until: null };

export function StoresPage({ token }: { readonly token: string | null }): JSX.Element {
  const [stores, setStores] = useState<readonly ListedStore[] | null>(null);
  const [store, setStore] = useState<ListedStore | null>(null);
  const [wanted, setWanted] = useState<Wanted>(NOTHING);
  const [rows, setRows] = useState<Rows | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const map = useMemo(() => (store?.kind === 'window' && rows !== null ? heatMapOf(rows.rows) : null), [store, rows]);

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

  const look = (of: ListedStore, what: Wanted, before: Rows | null): void => {
    const address = addressOf(of, what, before?.next ?? null);
    if (address === null) {
      setProblem('Versions are looked up by their key.');
      return;
    }
    readRows(address, token).then(
      (found) => {
        setProblem(null);
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
          more={() => {
            look(store, wanted, rows);
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
