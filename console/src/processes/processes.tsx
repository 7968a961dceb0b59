import type {VNode} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {call, path} from '../api/client';
import type {Page, ProcessInfo, Sandbox} from '../api/types';
import {go, link} from '../router';
import {Action} from '../ui/action';
import {confirmed} from '../ui/dialog';
import {bytes} from '../ui/format';
import {Icon} from '../ui/icon';
import {Empty, Shown, useResource} from '../ui/states';
import {Ago} from '../ui/time';
import {complain} from '../ui/toast';
import {Output} from './output';

const LOOK_MS = 3000;

interface ProcessesProps {
  readonly sandbox: Sandbox;
  readonly pid: number | null;
}

/** What the API has started inside, what became of it, and what it wrote. */
export function Processes({sandbox, pid}: ProcessesProps): VNode {
  const list = useResource(
    async signal => {
      const {data} = await call<Page<ProcessInfo>>('GET', path('sandboxes', sandbox.id, 'process'), {query: {includeExited: true}, signal});
      return [...data].sort((a, b) => b.startedAt.localeCompare(a.startedAt));
    },
    [sandbox.id],
  );
  useEffect(() => {
    const timer = setInterval(list.reload, LOOK_MS);
    return () => clearInterval(timer);
  }, [list.reload]);

  return (
    <>
      <Run sandbox={sandbox} />
      <div class="halves">
        <section class="panel" aria-label="Processes">
          <Shown of={list}>
            {processes => processes.length === 0
              ? <Empty title="Nothing runs"><p>What was started by a call or here is listed, and for ten minutes what has ended.</p></Empty>
              : <Table sandbox={sandbox} processes={processes} pid={pid} />}
          </Shown>
        </section>
        <section class="panel" aria-label="Output">
          {pid === null
            ? <Empty title="No process is chosen"><p>Choose one to see what it writes.</p></Empty>
            : <Output key={pid} sandboxId={sandbox.id} pid={pid} />}
        </section>
      </div>
    </>
  );
}

function Run({sandbox}: {readonly sandbox: Sandbox}): VNode {
  const [command, setCommand] = useState('');
  const [busy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    const {pid} = await call<{pid: number}>('POST', path('sandboxes', sandbox.id, 'process', 'spawn'), {json: {command}});
    setCommand('');
    go(['sandboxes', sandbox.id, 'processes'], {pid: String(pid)});
  };
  return (
    <form
      class="inline wide"
      onSubmit={event => {
        event.preventDefault();
        setBusy(true);
        run().catch(complain).finally(() => setBusy(false));
      }}
    >
      <input
        required
        class="mono"
        aria-label="Command"
        placeholder={`Command for ${sandbox.name}`}
        spellcheck={false}
        autocapitalize="off"
        value={command}
        onInput={event => setCommand(event.currentTarget.value)}
      />
      <button type="submit" class="primary" disabled={busy}><Icon name="play" /> Run</button>
    </form>
  );
}

interface TableProps {
  readonly sandbox: Sandbox;
  readonly processes: readonly ProcessInfo[];
  readonly pid: number | null;
}

function Table({sandbox, processes, pid}: TableProps): VNode {
  const end = async (process: ProcessInfo): Promise<void> => {
    if (await confirmed(`End process ${process.pid}?`, `${process.command} is asked to end (SIGTERM), with all of its group.`, 'End')) {
      await call('DELETE', path('sandboxes', sandbox.id, 'process', process.pid));
    }
  };
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="List of processes">
      <table>
        <thead>
          <tr>
            <th scope="col">Pid</th>
            <th scope="col">Command</th>
            <th scope="col">State</th>
            <th scope="col">Memory</th>
            <th scope="col">Started</th>
            <th scope="col"><span class="hidden">Actions</span></th>
          </tr>
        </thead>
        <tbody>
          {processes.map(process => (
            <tr key={process.pid} class={process.pid === pid ? 'chosen' : ''}>
              <td class="number">{process.pid}</td>
              <th scope="row" class="command">
                <a href={link(['sandboxes', sandbox.id, 'processes'], {pid: String(process.pid)})} class="mono" title={[process.command, ...process.args].join(' ')}>
                  {process.command}
                </a>
                {process.tag && <span class="label">{process.tag}</span>}
              </th>
              <td>
                {process.state === 'exited'
                  ? <span class={process.exitCode === 0 ? 'faint' : 'bad'}>exit {process.exitCode}</span>
                  : <span class="state running">{process.state}</span>}
              </td>
              <td class="number">{process.state === 'exited' ? '–' : bytes(process.memoryBytes)}</td>
              <td><Ago at={process.startedAt} /></td>
              <td class="end">
                {process.state !== 'exited' && (
                  <Action class="quiet icon danger" label={`End ${process.pid}`} act={() => end(process)}><Icon name="stop" /></Action>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
