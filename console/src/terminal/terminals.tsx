import type {VNode} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import {call, path} from '../api/client';
import type {Page, Sandbox, Terminal} from '../api/types';
import {Action} from '../ui/action';
import {confirmed} from '../ui/dialog';
import {Icon} from '../ui/icon';
import {Empty, Shown, useResource} from '../ui/states';
import {complain} from '../ui/toast';
import {Screen} from './screen';

/** The terminals of a sandbox. They live on without anybody looking at them. */
export function Terminals({sandbox}: {readonly sandbox: Sandbox}): VNode {
  const list = useResource(
    async signal => {
      const {data} = await call<Page<Terminal>>('GET', path('sandboxes', sandbox.id, 'pty'), {signal});
      return data.filter(terminal => terminal.active);
    },
    [sandbox.id],
  );
  const [chosen, setChosen] = useState<number | null>(null);
  const begun = useRef(false);

  const open = async (): Promise<void> => {
    const made = await call<Terminal>('POST', path('sandboxes', sandbox.id, 'pty'), {json: {shellArgs: ['-l']}});
    setChosen(made.pid);
    list.reload();
  };
  const close = async (terminal: Terminal): Promise<void> => {
    if (await confirmed(`Close terminal ${terminal.pid}?`, 'What runs in it is hung up.', 'Close')) {
      await call('DELETE', path('sandboxes', sandbox.id, 'pty', terminal.pid));
      list.reload();
    }
  };
  // Whoever comes for a terminal and finds none has come for a new one.
  useEffect(() => {
    if (list.value?.length === 0 && !begun.current) {
      begun.current = true;
      open().catch(complain);
    }
  }, [list.value]);

  return (
    <Shown of={list}>
      {terminals => {
        const current = terminals.find(({pid}) => pid === chosen) ?? terminals.at(-1);
        return (
          <section class="terminals" aria-label="Terminals">
            <div class="bar">
              <div class="segments" role="group" aria-label="Open terminals">
                {terminals.map(({pid, shell}) => (
                  <button key={pid} type="button" aria-pressed={pid === current?.pid} onClick={() => setChosen(pid)}>
                    {shell.split('/').at(-1)} {pid}
                  </button>
                ))}
              </div>
              <Action class="quiet icon" label="New terminal" act={open}><Icon name="plus" /></Action>
              {current && (
                <Action class="quiet icon" label={`Close terminal ${current.pid}`} act={() => close(current)}><Icon name="close" /></Action>
              )}
              <span class="faint push">Shift+Escape leaves the terminal</span>
            </div>
            {current
              ? <Screen key={current.pid} sandboxId={sandbox.id} pid={current.pid} onEnd={list.reload} />
              : <Empty title="No terminal is open" />}
          </section>
        );
      }}
    </Shown>
  );
}
