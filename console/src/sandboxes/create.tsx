import type {ComponentChildren, VNode} from 'preact';
import {useState} from 'preact/hooks';
import {ApiError, call} from '../api/client';
import type {Config, Sandbox} from '../api/types';
import {go} from '../router';
import {Dialog} from '../ui/dialog';
import {Failed, useResource} from '../ui/states';
import {complain, reason, tell} from '../ui/toast';

type Reach = 'internet' | 'none' | 'listed';

interface Wish {
  readonly name: string;
  readonly template: string;
  readonly cpu: string;
  readonly memoryMB: string;
  readonly disk: string;
  readonly reach: Reach;
  readonly hosts: string;
  readonly hours: string;
  readonly idleMinutes: string;
  readonly ephemeral: boolean;
}

const FIRST: Wish = {
  name: '',
  template: '',
  cpu: '1',
  memoryMB: '1024',
  disk: '10',
  reach: 'internet',
  hosts: '',
  hours: '1',
  idleMinutes: '30',
  ephemeral: false,
};

const NETWORK = /^[0-9a-fA-F.:]+(\/\d+)?$/;

/** What is a network by its looks is one; the rest are names. */
function network(wish: Wish): Record<string, unknown> {
  if (wish.reach === 'internet') {
    return {allowInternet: true};
  }
  if (wish.reach === 'none') {
    return {allowInternet: false};
  }
  const hosts = wish.hosts.split(/[\s,]+/).filter(Boolean);
  const networks = hosts.filter(host => NETWORK.test(host));
  const names = hosts.filter(host => !NETWORK.test(host));
  return {allowedCIDRs: networks, ...(names.length > 0 ? {allowedDomains: names} : {})};
}

function request(wish: Wish): Record<string, unknown> {
  return {
    ...(wish.name ? {name: wish.name} : {}),
    ...(wish.template ? {template: wish.template} : {}),
    resources: {cpu: Number(wish.cpu), memoryMB: Number(wish.memoryMB), disk: Number(wish.disk)},
    network: network(wish),
    timeoutMs: Math.round(Number(wish.hours) * 3_600_000),
    autoStopMinutes: Number(wish.idleMinutes),
    ephemeral: wish.ephemeral,
    waitForReady: false,
  };
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly children: ComponentChildren;
}

function Field({label, hint, children}: FieldProps): VNode {
  return (
    <label class="field">
      <span>{label} {hint && <span class="faint">{hint}</span>}</span>
      {children}
    </label>
  );
}

/** The form by which a sandbox is made; the list and its own view show how it comes to be. */
export function Create({onClose}: {onClose(): void}): VNode {
  const config = useResource(signal => call<Config>('GET', '/config', {signal}), []);
  const [wish, setWish] = useState(FIRST);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ApiError | null>(null);
  const change = (part: Partial<Wish>): void => setWish(before => ({...before, ...part}));

  const create = async (): Promise<void> => {
    setBusy(true);
    setRefused(null);
    try {
      const sandbox = await call<Sandbox>('POST', '/sandboxes', {json: request(wish)});
      tell(`${sandbox.name} is being made`);
      onClose();
      go(['sandboxes', sandbox.id]);
    } catch (failure) {
      if (failure instanceof ApiError) {
        setRefused(failure);
      } else {
        complain(failure);
      }
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog title="Create a sandbox" onClose={onClose}>
      <form
        onSubmit={event => {
          event.preventDefault();
          void create();
        }}
      >
        <div class="columns">
          <Field label="Name" hint="optional">
            <input
              autofocus
              name="name"
              pattern="[a-z0-9][a-z0-9\-]*[a-z0-9]"
              minLength={3}
              maxLength={63}
              title="3 to 63 of a-z, 0-9 and -"
              spellcheck={false}
              value={wish.name}
              onInput={event => change({name: event.currentTarget.value})}
            />
          </Field>
          <Field label="Template">
            <select value={wish.template || (config.value?.defaultTemplate ?? '')} onChange={event => change({template: event.currentTarget.value})}>
              {(config.value?.templates ?? []).map(template => <option key={template}>{template}</option>)}
            </select>
          </Field>
        </div>
        <div class="columns">
          <Field label="CPU" hint="cores">
            <input type="number" required min="1" max="96" step="any" value={wish.cpu} onInput={event => change({cpu: event.currentTarget.value})} />
          </Field>
          <Field label="Memory" hint="MB">
            <input type="number" required min="256" max="393216" value={wish.memoryMB} onInput={event => change({memoryMB: event.currentTarget.value})} />
          </Field>
          <Field label="Disk" hint="GB">
            <input type="number" required min="1" max="2048" value={wish.disk} onInput={event => change({disk: event.currentTarget.value})} />
          </Field>
        </div>
        <div class="columns">
          <Field label="Network">
            <select value={wish.reach} onChange={event => change({reach: event.currentTarget.value as Reach})}>
              <option value="internet">the internet</option>
              <option value="listed">only what is listed</option>
              <option value="none">nothing</option>
            </select>
          </Field>
          <Field label="Lifetime" hint="hours, 0 is for ever">
            <input type="number" required min="0" max="24" step="any" value={wish.hours} onInput={event => change({hours: event.currentTarget.value})} />
          </Field>
          <Field label="Stop when idle" hint="minutes, 0 is never">
            <input type="number" required min="0" max="1440" value={wish.idleMinutes} onInput={event => change({idleMinutes: event.currentTarget.value})} />
          </Field>
        </div>
        {wish.reach === 'listed' && (
          <Field label="Reachable" hint="names such as pypi.org or *.example.org, networks such as 203.0.113.0/24">
            <textarea rows={2} required spellcheck={false} value={wish.hosts} onInput={event => change({hosts: event.currentTarget.value})} />
          </Field>
        )}
        <label class="check">
          <input type="checkbox" checked={wish.ephemeral} onChange={event => change({ephemeral: event.currentTarget.checked})} />
          Ephemeral: deleted where another is stopped
        </label>
        {config.failure !== null && <Failed failure={config.failure} onRetry={config.reload} />}
        {refused && (
          <div class="refused" role="alert">
            <strong>{refused.name}</strong> {reason(refused)}
            {refused.requestId && <div class="faint">request <code>{refused.requestId}</code></div>}
          </div>
        )}
        <div class="actions">
          <button type="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="primary" disabled={busy} aria-busy={busy}>Create</button>
        </div>
      </form>
    </Dialog>
  );
}
