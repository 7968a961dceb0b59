import type {VNode} from 'preact';
import {useState} from 'preact/hooks';
import {call, path} from '../api/client';
import type {Sandbox, SignedUrl} from '../api/types';
import {complain} from '../ui/toast';

/** Opens what listens on a port inside, in a tab of its own. */
export function Port({sandbox}: {readonly sandbox: Sandbox}): VNode {
  const [port, setPort] = useState('3000');
  const open = async (): Promise<void> => {
    // Opened at once, since a browser allows it right after a click only.
    const tab = window.open('about:blank');
    try {
      const {url} = await call<SignedUrl>('GET', path('sandboxes', sandbox.id, 'preview-url'), {query: {port}});
      if (tab) {
        tab.opener = null;
        tab.location.href = url;
      }
    } catch (failure) {
      tab?.close();
      throw failure;
    }
  };
  return (
    <form
      class="inline"
      onSubmit={event => {
        event.preventDefault();
        open().catch(complain);
      }}
    >
      <label>
        Port <input type="number" min="1" max="65535" required value={port} onInput={event => setPort(event.currentTarget.value)} />
      </label>
      <button type="submit">Open in a tab</button>
    </form>
  );
}
