import type {ComponentChildren, VNode} from 'preact';
import type {Sandbox} from '../api/types';
import {ApiError} from '../api/client';
import {Browser} from '../files/browser';
import {Processes} from '../processes/processes';
import {link} from '../router';
import {Terminals} from '../terminal/terminals';
import {Empty, Shown} from '../ui/states';
import {Lifecycle} from './lifecycle';
import {Overview} from './overview';
import {useSandbox} from './sandboxes';
import {State} from './state';

const TABS = ['overview', 'terminal', 'files', 'processes'] as const;
type Tab = (typeof TABS)[number];

function isTab(name: string): name is Tab {
  return (TABS as readonly string[]).includes(name);
}

interface DetailProps {
  readonly id: string;
  readonly tab: string;
  readonly query: URLSearchParams;
}

/** One sandbox: what it is, and what is inside. */
export function Detail({id, tab, query}: DetailProps): VNode {
  const resource = useSandbox(id);
  const current = isTab(tab) ? tab : 'overview';
  // Its files and terminals are gone with it, so what was shown must not stay.
  const gone = resource.failure instanceof ApiError && resource.failure.status === 404;
  if (gone) {
    return (
      <Empty title="This sandbox is not there">
        <p>It never was, or it has been deleted.</p>
        <p><a href={link(['sandboxes'])}>All sandboxes</a></p>
      </Empty>
    );
  }
  return (
    <Shown of={resource}>
      {sandbox => (
        <>
          <header class="bar">
            <h1>
              <a href={link(['sandboxes'])}>Sandboxes</a> <span class="faint" aria-hidden="true">/</span> {sandbox.name}
            </h1>
            <State state={sandbox.state} />
            <div class="push"><Lifecycle sandbox={sandbox} /></div>
          </header>
          <nav class="tabs" aria-label="Parts of the sandbox">
            {TABS.map(name => (
              <a key={name} href={link(['sandboxes', id, name])} aria-current={name === current ? 'page' : undefined}>
                {name.charAt(0).toUpperCase() + name.slice(1)}
              </a>
            ))}
          </nav>
          {current === 'overview'
            ? <Overview sandbox={sandbox} />
            : <Inside sandbox={sandbox}>{inside(current, sandbox, query)}</Inside>}
        </>
      )}
    </Shown>
  );
}

function inside(tab: Exclude<Tab, 'overview'>, sandbox: Sandbox, query: URLSearchParams): VNode {
  switch (tab) {
    case 'terminal':
      return <Terminals sandbox={sandbox} />;
    case 'files':
      return <Browser sandbox={sandbox} path={query.get('path') ?? sandbox.workDir} file={query.get('file')} />;
    case 'processes':
      return <Processes sandbox={sandbox} pid={Number(query.get('pid')) || null} />;
  }
}

/** What is inside can be reached while it runs. */
function Inside({sandbox, children}: {readonly sandbox: Sandbox; readonly children: ComponentChildren}): VNode {
  if (sandbox.state === 'running') {
    return <>{children}</>;
  }
  return (
    <Empty title={sandbox.state === 'creating' ? 'It is being made…' : `It is ${sandbox.state}`}>
      <p>What is inside can be reached while it runs.</p>
    </Empty>
  );
}
