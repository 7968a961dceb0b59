import type {ComponentChildren, VNode} from 'preact';
import {useState} from 'preact/hooks';
import {complain} from './toast';

interface ActionProps {
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly label?: string;
  readonly disabled?: boolean;
  act(): Promise<unknown>;
}

/** A button whose work takes a while: it cannot be pressed twice, and says what went wrong. */
export function Action({children, label, disabled = false, act, ...rest}: ActionProps): VNode {
  const [busy, setBusy] = useState(false);
  return (
    <button
      type="button"
      class={rest.class ?? ''}
      aria-label={label}
      title={label}
      aria-busy={busy}
      disabled={disabled || busy}
      onClick={() => {
        setBusy(true);
        act().catch(complain).finally(() => setBusy(false));
      }}
    >
      {children}
    </button>
  );
}
