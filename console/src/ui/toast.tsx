import type {VNode} from 'preact';
import {ApiError} from '../api/client';
import {Store, useStore} from '../store';
import {Icon} from './icon';

const GOOD_NEWS_MS = 4000;

interface Toast {
  readonly id: number;
  readonly title: string;
  readonly text: string;
  readonly requestId: string | null;
  readonly bad: boolean;
}

const toasts = new Store<readonly Toast[]>([]);
let last = 0;

function add(toast: Omit<Toast, 'id'>): number {
  const id = ++last;
  toasts.set([...toasts.value, {...toast, id}].slice(-4));
  return id;
}

function remove(id: number): void {
  toasts.set(toasts.value.filter(toast => toast.id !== id));
}

export function tell(title: string): void {
  const id = add({title, text: '', requestId: null, bad: false});
  setTimeout(() => remove(id), GOOD_NEWS_MS);
}

/** What went wrong stays until it is put away: its request id may be wanted. */
export function complain(failure: unknown): void {
  if (failure instanceof ApiError) {
    // Who is no longer signed in is told where he signs in.
    if (failure.status !== 401) {
      add({title: failure.name, text: reason(failure), requestId: failure.requestId, bad: true});
    }
  } else if (!(failure instanceof DOMException && failure.name === 'AbortError')) {
    console.error(failure);
    add({title: 'The console failed', text: String(failure), requestId: null, bad: true});
  }
}

/** What the error says, and of what is wrong in the request each part. */
export function reason(failure: ApiError): string {
  const fields = failure.details['fields'];
  const wrong = Array.isArray(fields)
    ? (fields as {field: string; message: string}[]).map(({field, message}) => `${field} ${message}`)
    : [];
  const wait = failure.details['retryAfter'];
  return [
    failure.message,
    ...wrong,
    ...(typeof wait === 'number' ? [`again in ${wait} s`] : []),
  ].join('; ');
}

export function Toasts(): VNode {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {useStore(toasts).map(toast => (
        <div key={toast.id} class={`toast ${toast.bad ? 'bad' : 'good'}`}>
          <div>
            <strong>{toast.title}</strong>
            {toast.text && <p>{toast.text}</p>}
            {toast.requestId && <p class="faint">request <code>{toast.requestId}</code></p>}
          </div>
          <button type="button" class="quiet icon" aria-label="Put away" onClick={() => remove(toast.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
