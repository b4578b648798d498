import { text } from '../messages.ts';
import type { App } from '../state/app.ts';
import type { CallView } from '../state/call_view.ts';
import type { MenuGroup } from './menu.tsx';

export function layoutMenu(call: CallView, app: App): MenuGroup[] {
  const { layout } = app.preferences;
  const hints = {
    auto: text.layout.autoHint,
    grid: text.layout.gridHint,
    speaker: text.layout.speakerHint,
  };
  return [
    {
      heading: text.controls.layout,
      items: (['auto', 'grid', 'speaker'] as const).map((choice) => ({
        label: text.layout[choice],
        hint: hints[choice],
        checked: layout.value === choice,
        onSelect: () => {
          layout.value = choice;
          call.stage.pinned.value = undefined;
        },
      })),
    },
  ];
}
