import {useCallback, useEffect, useRef, useState} from 'preact/hooks';
import {ApiError, call, path} from '../api/client';
import {type StatusChange, useStatusChanges} from '../api/events';
import type {Page, Sandbox} from '../api/types';
import {type Resource, useResource} from '../ui/states';
import {complain} from '../ui/toast';

const AT_ONCE = 100;

export interface Filter {
  readonly search: string;
  readonly state: string;
}

export interface Listing extends Resource<readonly Sandbox[]> {
  /** Null when there are no more. */
  readonly more: (() => Promise<void>) | null;
}

function page(filter: Filter, cursor: string, signal?: AbortSignal): Promise<Page<Sandbox>> {
  return call('GET', '/sandboxes', {
    query: {
      limit: AT_ONCE,
      cursor,
      ...(filter.search ? {search: filter.search} : {}),
      ...(filter.state ? {state: filter.state} : {}),
    },
    ...(signal ? {signal} : {}),
  });
}

function belongs(sandbox: Sandbox, filter: Filter): boolean {
  return (
    sandbox.state !== 'deleted' &&
    (!filter.state || sandbox.state === filter.state) &&
    sandbox.name.toLowerCase().includes(filter.search.toLowerCase())
  );
}

/** The newest first, as the API lists them. */
function merged(sandboxes: readonly Sandbox[], changed: Sandbox): readonly Sandbox[] {
  return [...sandboxes.filter(({id}) => id !== changed.id), changed].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

async function one(id: string): Promise<Sandbox | null> {
  try {
    return await call<Sandbox>('GET', path('sandboxes', id));
  } catch (failure) {
    if (failure instanceof ApiError && failure.status === 404) {
      return null;
    }
    throw failure;
  }
}

/** The sandboxes that a filter lets through, kept true by the events. */
export function useSandboxes(filter: Filter): Listing {
  const first = useResource(signal => page(filter, '', signal), [filter.search, filter.state]);
  const [list, setList] = useState<{sandboxes: readonly Sandbox[]; next: string | null} | null>(null);
  useEffect(() => {
    setList(first.value && {sandboxes: first.value.data, next: first.value.pagination.nextCursor ?? null});
  }, [first.value]);

  const changed = async ({sandboxId, state}: StatusChange): Promise<void> => {
    const sandbox = state === 'deleted' ? null : await one(sandboxId);
    setList(before => before && {
      ...before,
      sandboxes: sandbox && belongs(sandbox, filter)
        ? merged(before.sandboxes, sandbox)
        : before.sandboxes.filter(({id}) => id !== sandboxId),
    });
  };
  useStatusChanges(change => void changed(change).catch(complain), first.reload);

  const next = list?.next;
  const more = async (): Promise<void> => {
    const following = await page(filter, next ?? '');
    setList(before => before && {
      sandboxes: following.data.reduce(merged, before.sandboxes),
      next: following.pagination.nextCursor ?? null,
    });
  };
  return {...first, value: list?.sandboxes ?? null, more: next ? more : null};
}

/** One sandbox, kept true by the events. */
export function useSandbox(id: string): Resource<Sandbox> {
  const resource = useResource(signal => call<Sandbox>('GET', path('sandboxes', id), {signal}), [id]);
  const latest = useRef(resource);
  latest.current = resource;
  const changed = useCallback(({sandboxId}: StatusChange) => {
    const {value, reload} = latest.current;
    if (sandboxId === value?.id) {
      reload();
    }
  }, []);
  useStatusChanges(changed, resource.reload);
  return resource;
}
