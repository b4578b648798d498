import { text } from '../messages.ts';
import { useApp, useCall } from '../state/context.ts';
import { kShortcuts } from '../state/shortcuts.ts';
import { Dialog } from './dialog.tsx';

export function ShortcutsDialog() {
  const { dialog } = useCall();
  const { preferences } = useApp();
  return (
    <Dialog
      title={text.shortcuts.title}
      onClose={() => {
        dialog.value = null;
      }}
    >
      {!preferences.shortcuts.value && <p class="dialog-text">{text.shortcuts.off}</p>}
      <dl class="keys">
        <Row words={text.shortcuts.talk} keys={[text.shortcuts.space]} />
        {kShortcuts.map(({ action, keys }) => (
          <Row
            key={action}
            words={text.shortcuts.actions[action]}
            keys={keys.map((key) => key.toUpperCase())}
          />
        ))}
        <Row words={text.shortcuts.escape} keys={[text.shortcuts.escapeKey]} />
      </dl>
    </Dialog>
  );
}

function Row({ words, keys }: { words: string; keys: readonly string[] }) {
  return (
    <div class="key-row">
      <dt>{words}</dt>
      <dd>
        {keys.map((key, index) => (
          <>
            {index > 0 && ` ${text.shortcuts.or} `}
            <kbd key={key}>{key}</kbd>
          </>
        ))}
      </dd>
    </div>
  );
}
