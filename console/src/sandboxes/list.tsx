import type {VNode} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import type {Sandbox} from '../api/types';
import {link} from '../router';
import {Action} from '../ui/action';
import {bytes, moment, span} from '../ui/format';
import {Icon} from '../ui/icon';
import {Empty, Shown} from '../ui/states';
import {Ago, useNow} from '../ui/time';
import {Create} from './create';
import {Lifecycle} from './lifecycle';
import {useSandboxes} from './sandboxes';
import {State} from './state';

const STATES = ['running', 'paused', 'stopped', 'creating', 'failed'];
const PAUSE_IN_TYPING_MS = 250;

/** All sandboxes of the organization. */
export function List(): VNode {
  const [typed, setTyped] = useState('');
  const [search, setSearch] = useState('');
  const [state, setState] = useState('');
  const [creating, setCreating] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed.trim()), PAUSE_IN_TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const listing = useSandboxes({search, state});
  const filtered = search !== '' || state !== '';

  return (
    <>
      <header class="bar">
        <h1>Sandboxes</h1>
        <input
          type="search"
          aria-label="Search by name"
          placeholder="Search by name"
          value={typed}
          onInput={event => setTyped(event.currentTarget.value)}
        />
        <select aria-label="State" value={state} onChange={event => setState(event.currentTarget.value)}>
          <option value="">All states</option>
          {STATES.map(one => <option key={one}>{one}</option>)}
        </select>
        <button type="button" class="primary push" onClick={() => setCreating(true)}>
          <Icon name="plus" /> Create sandbox
        </button>
      </header>
      <Shown of={listing}>
        {sandboxes => sandboxes.length === 0
          ? (
            <Empty title={filtered ? 'No sandbox is like that' : 'There are no sandboxes yet'}>
              {!filtered && <p>Create one here, or with <code>POST /api/v1/sandboxes</code>: it appears at once.</p>}
            </Empty>
          )
          : <Table sandboxes={sandboxes} />}
      </Shown>
      {listing.more && <Action class="more" act={listing.more}>Show more</Action>}
      {creating && <Create onClose={() => setCreating(false)} />}
    </>
  );
}

function Table({sandboxes}: {readonly sandboxes: readonly Sandbox[]}): VNode {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="List of sandboxes">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">State</th>
            <th scope="col">Template</th>
            <th scope="col">Resources</th>
            <th scope="col">Created</th>
            <th scope="col">Ends</th>
            <th scope="col"><span class="hidden">Actions</span></th>
          </tr>
        </thead>
        <tbody>
          {sandboxes.map(sandbox => <Row key={sandbox.id} sandbox={sandbox} />)}
        </tbody>
      </table>
    </div>
  );
}

function Row({sandbox}: {readonly sandbox: Sandbox}): VNode {
  return (
    <tr>
      <th scope="row">
        <a href={link(['sandboxes', sandbox.id])}>{sandbox.name}</a>
        <div class="faint mono">{sandbox.id}</div>
      </th>
      <td><State state={sandbox.state} /></td>
      <td>{sandbox.templateId ?? (sandbox.snapshotId ? <span class="mono">{sandbox.snapshotId}</span> : '–')}</td>
      <td class="number">{sandbox.cpu} CPU · {bytes(sandbox.memory * 1024 * 1024)}</td>
      <td><Ago at={sandbox.createdAt} /></td>
      <td><Ends sandbox={sandbox} /></td>
      <td class="end"><Lifecycle sandbox={sandbox} small /></td>
    </tr>
  );
}

/** When it will stop, or why it did. */
export function Ends({sandbox}: {readonly sandbox: Sandbox}): VNode {
  const now = useNow();
  if (sandbox.state === 'running' && sandbox.expiresAt) {
    return <time dateTime={sandbox.expiresAt} title={moment(sandbox.expiresAt)}>in {span(Date.parse(sandbox.expiresAt) - now)}</time>;
  }
  if (sandbox.state === 'failed') {
    return <span class="bad">{sandbox.errorReason ?? 'failed'}</span>;
  }
  return <span class="faint">{sandbox.state === 'running' ? 'never' : sandbox.endReason ?? '–'}</span>;
}

