import type {VNode} from 'preact';
import {call, path} from '../api/client';
import type {Sandbox, SandboxState} from '../api/types';
import {Action} from '../ui/action';
import {confirmed} from '../ui/dialog';
import {Icon} from '../ui/icon';
import {tell} from '../ui/toast';

/** A shell at a terminal takes no notice of SIGTERM: who watches need not wait for it half a minute. */
const TO_END_MS = 5000;

type Verb = 'start' | 'stop' | 'pause' | 'resume' | 'restart' | 'delete';

const WHILE: Readonly<Record<SandboxState, readonly Verb[]>> = {
  creating: ['delete'],
  running: ['pause', 'stop', 'restart', 'delete'],
  paused: ['resume', 'stop', 'delete'],
  stopped: ['start', 'delete'],
  failed: ['start', 'delete'],
  deleted: [],
};

const ICONS = {
  start: 'play',
  resume: 'play',
  stop: 'stop',
  pause: 'pause',
  restart: 'restart',
  delete: 'trash',
} as const;

const DONE: Readonly<Record<Verb, string>> = {
  start: 'started',
  resume: 'resumed',
  stop: 'stopped',
  pause: 'paused',
  restart: 'restarted',
  delete: 'deleted',
};

/** What is lost by it, for what cannot be taken back. */
function loss(verb: Verb, sandbox: Sandbox): string | null {
  const ends = 'Everything that runs in it ends';
  switch (verb) {
    case 'stop':
      return sandbox.ephemeral ? `${ends}, and it is deleted: it is ephemeral.` : `${ends}. Its files stay.`;
    case 'restart':
      return `${ends}. Its files stay.`;
    case 'delete':
      return `${sandbox.state === 'running' ? `${ends}. ` : ''}Its files are gone for good.`;
    case 'start':
    case 'resume':
    case 'pause':
      return null;
  }
}

function capital(verb: Verb): string {
  return verb.charAt(0).toUpperCase() + verb.slice(1);
}

async function act(verb: Verb, sandbox: Sandbox): Promise<void> {
  const lost = loss(verb, sandbox);
  if (lost && !(await confirmed(`${capital(verb)} ${sandbox.name}?`, lost, capital(verb)))) {
    return;
  }
  if (verb === 'delete') {
    await call('DELETE', path('sandboxes', sandbox.id), {query: {force: true}});
  } else {
    await call('POST', path('sandboxes', sandbox.id, verb), verb === 'stop' ? {json: {timeoutMs: TO_END_MS}} : {});
  }
  tell(`${sandbox.name} ${DONE[verb]}`);
}

function verbs(sandbox: Sandbox): readonly Verb[] {
  return WHILE[sandbox.state].filter(verb => verb !== 'start' || sandbox.state !== 'failed' || sandbox.recoverable);
}

interface LifecycleProps {
  readonly sandbox: Sandbox;
  /** Icons alone, for a row of a table. */
  readonly small?: boolean;
}

/** What can be done with a sandbox in the state that it is in. The event of the change brings the new state. */
export function Lifecycle({sandbox, small = false}: LifecycleProps): VNode {
  return (
    <div class="actions">
      {verbs(sandbox).map(verb => (
        <Action
          key={verb}
          class={`${small ? 'quiet icon' : ''} ${verb === 'delete' ? 'danger' : ''}`}
          label={`${capital(verb)} ${sandbox.name}`}
          act={() => act(verb, sandbox)}
        >
          <Icon name={ICONS[verb]} />
          {!small && capital(verb)}
        </Action>
      ))}
    </div>
  );
}
