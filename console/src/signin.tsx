import type {VNode} from 'preact';
import {useState} from 'preact/hooks';
import {ApiError, call} from './api/client';
import type {User} from './api/types';
import {begin, session} from './session';
import {useStore} from './store';
import {reason} from './ui/toast';

/** Where one says who one is. The key is tried before it is kept. */
export function SignIn(): VNode {
  const {ended} = useStore(session);
  const [key, setKey] = useState('');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ApiError | null>(null);

  const enter = async (): Promise<void> => {
    setBusy(true);
    setRefused(null);
    try {
      await call<User>('GET', '/users/me', {key: key.trim()});
      begin(key.trim());
    } catch (failure) {
      setRefused(failure instanceof ApiError ? failure : new ApiError(0, 0, 'UNUSABLE_KEY', 'This cannot be a key', null, {}));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main class="gate">
      <form
        onSubmit={event => {
          event.preventDefault();
          void enter();
        }}
      >
        <h1><Mark /> Elevo Workspace</h1>
        {ended && <p class="refused" role="alert">You were signed out: {ended}</p>}
        <label class="field">
          API key
          <input
            autofocus
            required
            type="password"
            name="key"
            autocomplete="off"
            spellcheck={false}
            placeholder="ewk_…"
            value={key}
            aria-invalid={refused !== null}
            aria-describedby="refused"
            onInput={event => setKey(event.currentTarget.value)}
          />
        </label>
        <div id="refused" role="alert">
          {refused && (
            <div class="refused">
              <strong>{refused.name}</strong> {reason(refused)}
              {refused.requestId && <div class="faint">request <code>{refused.requestId}</code></div>}
            </div>
          )}
        </div>
        <button type="submit" class="primary" disabled={busy} aria-busy={busy}>Sign in</button>
        <p class="faint">It is kept in this tab until you close it or sign out. A run on this machine prints its key, and keeps it in <code>.elevo/admin.key</code>.</p>
      </form>
    </main>
  );
}

export function Mark(): VNode {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" class="mark">
      <path d="M3 5.5 10 2l7 3.5v9L10 18l-7-3.5zM3 5.5 10 9l7-3.5M10 9v9" />
    </svg>
  );
}
