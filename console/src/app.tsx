import type {VNode} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import {call} from './api/client';
import {live, useEventStream} from './api/events';
import type {User} from './api/types';
import {Audit} from './audit/audit';
import {link, route, type Route} from './router';
import {Detail} from './sandboxes/detail';
import {List} from './sandboxes/list';
import {end, session} from './session';
import {Mark, SignIn} from './signin';
import {useStore} from './store';
import {Questions} from './ui/dialog';
import {Icon} from './ui/icon';
import {Empty, useResource} from './ui/states';
import {Toasts} from './ui/toast';

export function App(): VNode {
  const {key} = useStore(session);
  return (
    <>
      {key === null ? <SignIn /> : <Desk key={key} />}
      <Questions />
      <Toasts />
    </>
  );
}

/** What is shown to who has signed in. */
function Desk(): VNode {
  useEventStream();
  const user = useResource(signal => call<User>('GET', '/users/me', {signal}), []);
  const now = useStore(route);
  const main = useRef<HTMLElement>(null);
  const view = viewOf(now);
  const place = now.parts.slice(0, 3).join('/');
  useEffect(() => {
    document.title = `${[...now.parts].slice(0, 3).reverse().join(' · ') || 'sandboxes'} – Elevo Workspace`;
    window.scrollTo(0, 0);
  }, [place]);

  return (
    <div class="desk">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>Skip to the content</button>
      <header class="top">
        <span class="brand"><Mark /> Elevo Workspace</span>
        <nav aria-label="Console">
          <a href={link(['sandboxes'])} aria-current={view.of === 'sandboxes' ? 'page' : undefined}>Sandboxes</a>
          <a href={link(['audit'])} aria-current={view.of === 'audit' ? 'page' : undefined}>Audit</a>
          <a href="/swagger-ui">API</a>
        </nav>
        <Live />
        <span class="faint who" title={user.value?.auth.scopes.join(' ')}>
          {user.value && `${user.value.name ?? user.value.id} in ${user.value.organizationId}`}
        </span>
        <button type="button" class="quiet" onClick={() => end()}><Icon name="out" /> Sign out</button>
      </header>
      <main ref={main} tabIndex={-1}>{view.shown}</main>
    </div>
  );
}

function Live(): VNode {
  const connection = useStore(live);
  const open = connection === 'open';
  return <span role="status" class={`state ${open ? 'running' : 'paused'}`}>{open ? 'live' : connection === 'ended' ? 'not live' : 'connecting'}</span>;
}

interface View {
  readonly of: 'sandboxes' | 'audit' | null;
  readonly shown: VNode;
}

function viewOf({parts, query}: Route): View {
  const [first = 'sandboxes', id, tab = 'overview'] = parts;
  if (first === 'sandboxes') {
    return {of: 'sandboxes', shown: id === undefined ? <List /> : <Detail key={id} id={id} tab={tab} query={query} />};
  }
  if (first === 'audit') {
    return {of: 'audit', shown: <Audit query={query} />};
  }
  return {of: null, shown: <Empty title="There is no such page"><p><a href={link(['sandboxes'])}>All sandboxes</a></p></Empty>};
}
