import type {ComponentChildren, VNode} from 'preact';
import type {Sandbox} from '../api/types';
import {Metrics} from '../metrics/metrics';
import {bytes, span} from '../ui/format';
import {Ago} from '../ui/time';
import {Ends} from './list';
import {Port} from './port';

function network(sandbox: Sandbox): string {
  if (sandbox.networkBlockAll) {
    return 'nothing';
  }
  return sandbox.networkAllowList ? sandbox.networkAllowList.join(', ') || 'only what is listed by name' : 'the internet';
}

function enforced(sandbox: Sandbox): string {
  const held = Object.entries(sandbox.enforced).filter(([, holds]) => holds).map(([limit]) => limit);
  return held.join(', ') || 'none';
}

function Fact({name, children}: {readonly name: string; readonly children: ComponentChildren}): VNode {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

export function Overview({sandbox}: {readonly sandbox: Sandbox}): VNode {
  const labels = Object.entries(sandbox.labels);
  return (
    <>
      <section class="panel" aria-label="Facts">
        <dl class="facts">
          <Fact name="Id"><code>{sandbox.id}</code></Fact>
          <Fact name="Made of">{sandbox.templateId ?? sandbox.snapshotId ?? '–'}</Fact>
          <Fact name="Isolation">{sandbox.isolation}</Fact>
          <Fact name="Limits that hold">{enforced(sandbox)}</Fact>
          <Fact name="Resources">{sandbox.cpu} CPU, {bytes(sandbox.memory * 1024 * 1024)}, {sandbox.disk} GB of disk</Fact>
          <Fact name="Reaches">{network(sandbox)}</Fact>
          <Fact name="User"><code>{sandbox.user}</code> in <code>{sandbox.workDir}</code></Fact>
          <Fact name="Created"><Ago at={sandbox.createdAt} /></Fact>
          <Fact name="Last used"><Ago at={sandbox.lastActivityAt} /></Fact>
          <Fact name="Ends"><Ends sandbox={sandbox} />{sandbox.endedBy && sandbox.state !== 'running' && <span class="faint"> by {sandbox.endedBy}{sandbox.endDetail && `: ${sandbox.endDetail}`}</span>}</Fact>
          <Fact name="When idle">
            {sandbox.autoStopMinutes === 0 ? 'goes on' : `${sandbox.autoPause ? 'paused' : sandbox.ephemeral ? 'deleted' : 'stopped'} after ${span(sandbox.autoStopMinutes * 60_000)}`}
          </Fact>
          {sandbox.health && <Fact name="Health">{sandbox.health}</Fact>}
          {labels.length > 0 && (
            <Fact name="Labels">{labels.map(([key, value]) => <span key={key} class="label">{key}={value}</span>)}</Fact>
          )}
        </dl>
        {sandbox.state === 'running' && <Port sandbox={sandbox} />}
      </section>
      <Metrics sandbox={sandbox} />
    </>
  );
}
