import type {VNode} from 'preact';
import type {SandboxState} from '../api/types';

export function State({state}: {readonly state: SandboxState}): VNode {
  return <span class={`state ${state}`}>{state}</span>;
}
