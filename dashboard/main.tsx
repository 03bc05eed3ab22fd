/** The dashboard's door: the page around the pages, the token, and where the numbers come from. */
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { told, type Model } from './model.js';
import { watch, type Contact } from './watch.js';
import { EventsPage } from './events-page.js';
import { HealthPage } from './health-page.js';
import { StoresPage } from './stores-page.js';
import { TasksPage } from './tasks-page.js';
import { TokenForm } from './token-form.js';
import { TopologyPage } from './topology-page.js';
import { StateBar, Warnings } from './state-bar.js';

const TOKEN = 'millrace-token';

interface DashboardPage {
  readonly id: string;
  readonly title: string;
  readonly show: (model: Model, token: string | null) => JSX.Element;
}

const PAGES: readonly DashboardPage[] = [
  { id: 'topology', title: 'Topology', show: (model) => <TopologyPage model={model} /> },
  { id: 'tasks', title: 'Tasks', show: (model) => <TasksPage model={model} /> },
  { id: 'stores', title: 'Stores', show: (_, token) => <StoresPage token={token} /> },
  { id: 'events', title: 'Events', show: (model) => <EventsPage model={model} /> },
  { id: 'health', title: 'Health', show: (model) => <HealthPage model={model} /> },
];

function pageOfAddress(): string {
  const id = location.hash.replace(/^#\/?/, '');
  return PAGES.some((page) => page.id === id) ? id : 'topology';
}

function App(): JSX.Element {
  const [token, setToken] = useState(() => sessionStorage.getItem(TOKEN));
  const [contact, setContact] = useState<Contact>('waiting');
  const [model, setModel] = useState<Model | null>(null);
  const [shown, setShown] = useState(pageOfAddress);

  useEffect(() => {
    const turn = (): void => {
      setShown(pageOfAddress());
    };
    addEventListener('hashchange', turn);
    return () => {
      removeEventListener('hashchange', turn);
    };
  }, []);
  useEffect(
    () =>
      watch(
        token,
        (data) => {
          setModel((before) => told(before, data));
        },
        setContact,
      ),
    [token],
  );
  const page = PAGES.find(({ id }) => id === shown);
  const name = model?.introduction.applicationId;
  useEffect(() => {
    document.title = [page?.title, name, 'Millrace'].filter((part) => part !== undefined).join(' · ');
  }, [page, name]);

  if (contact === 'refused') {
    return (
      <TokenForm
        wrong={token !== null}
        given={(one) => {
          sessionStorage.setItem(TOKEN, one);
          setToken(one);
        }}
      />
    );
  }
  return (
    <>
      <header>
        <p class="name">
          <span class="brand">Millrace</span> {name ?? ''}
        </p>
        <nav aria-label="Pages">
          {PAGES.map(({ id, title }) => (
            <a key={id} href={`#/${id}`} aria-current={id === shown ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
      </header>
      {model !== null && <StateBar model={model} />}
      <Warnings model={model} contact={contact} />
      <main>
        <h1>{page?.title}</h1>
        {model === null ? <p>Waiting for the instance.</p> : page?.show(model, token)}
      </main>
    </>
  );
}

const place = document.getElementById('app');
if (place !== null) render(<App />, place);
