import type {ComponentChildren, VNode} from 'preact';
import {useEffect, useMemo, useRef, useState} from 'preact/hooks';
import {ApiError} from '../api/client';
import {reason} from './toast';

export interface Resource<T> {
  readonly value: T | null;
  readonly failure: unknown;
  readonly loading: boolean;
  reload(): void;
}

/**
 * What the API answers, asked anew when a dependency changes; what was there stays until then. An answer to the same question stays, too,
 * when it cannot be had again for once: nobody loses his terminal because one request has failed.
 */
export function useResource<T>(
  load: (signal: AbortSignal) => Promise<T>,
  dependencies: readonly unknown[],
): Resource<T> {
  const [state, setState] = useState<Omit<Resource<T>, 'reload'>>({value: null, failure: null, loading: true});
  const running = useRef<AbortController | null>(null);
  const reload = useMemo(() => {
    let answered = false;
    return () => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      const settle = (next: (before: Omit<Resource<T>, 'reload'>) => Omit<Resource<T>, 'reload'>): void => {
        if (!controller.signal.aborted) {
          setState(next);
        }
      };
      settle(before => ({...before, loading: true}));
      load(controller.signal).then(
        value => {
          answered = true;
          settle(() => ({value, failure: null, loading: false}));
        },
        (failure: unknown) => settle(before => ({value: answered ? before.value : null, failure, loading: false})),
      );
    };
  }, dependencies);
  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload]);
  return {...state, reload};
}

export function Loading(): VNode {
  return <div class="notice" role="status"><span class="spinner" aria-hidden="true" /> Loading…</div>;
}

export function Empty({title, children}: {readonly title: string; readonly children?: ComponentChildren}): VNode {
  return (
    <div class="notice">
      <p class="strong">{title}</p>
      {children}
    </div>
  );
}

export function Failed({failure, onRetry}: {readonly failure: unknown; onRetry?(): void}): VNode {
  const api = failure instanceof ApiError ? failure : null;
  return (
    <div class="notice" role="alert">
      <p class="strong">{api ? api.name : 'The console failed'}</p>
      <p>{api ? reason(api) : String(failure)}</p>
      {api?.requestId && <p class="faint">request <code>{api.requestId}</code></p>}
      {onRetry && <button type="button" onClick={onRetry}>Try again</button>}
    </div>
  );
}

/** What a view shows of a resource: that it loads, that it failed, or what it is. */
export function Shown<T>({of, children}: {readonly of: Resource<T>; children(value: T): ComponentChildren}): VNode {
  if (of.value !== null) {
    return <>{children(of.value)}</>;
  }
  return of.failure ? <Failed failure={of.failure} onRetry={of.reload} /> : <Loading />;
}
