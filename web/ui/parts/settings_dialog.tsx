import { ChevronDown } from 'lucide';
import { useEffect, useId, useState } from 'preact/hooks';
import { text } from '../messages.ts';
import { useApp, useCall } from '../state/context.ts';
import type { Receive } from '../state/slot_plan.ts';
import type { SelfView } from '../state/stage_plan.ts';
import type { ThemeChoice } from '../state/preferences.ts';
import { DevicePickers } from './device_pickers.tsx';
import { Dialog } from './dialog.tsx';
import { Icon } from './icon.tsx';
import { LevelBar } from './level_bar.tsx';
import { Switch } from './switch.tsx';

export function SettingsDialog() {
  const { dialog } = useCall();
  const { media, preferences } = useApp();
  useEffect(() => void media.refresh(), []);
  return (
    <Dialog
      title={text.settings.title}
      onClose={() => {
        dialog.value = null;
      }}
    >
      <div class="settings">
        <section>
          <h3>{text.settings.general}</h3>
          <NameField />
          <Choice<Receive>
            label={text.settings.receive}
            value={preferences.receive.value}
            options={[
              ['best', text.settings.receiveBest],
              ['saver', text.settings.receiveSaver],
              ['audio', text.settings.receiveAudio],
            ]}
            onChoose={(value) => {
              preferences.receive.value = value;
            }}
          />
          <Switch
            label={text.settings.shortcuts}
            on={preferences.shortcuts.value}
            onChange={(on) => {
              preferences.shortcuts.value = on;
            }}
          />
        </section>
        <section>
          <h3>{text.settings.devices}</h3>
          <DevicePickers />
          <LevelBar track={media.microphone.value} />
        </section>
        <section>
          <h3>{text.settings.look}</h3>
          <Choice<ThemeChoice>
            label={text.theme.label}
            value={preferences.theme.value}
            options={[
              ['system', text.theme.system],
              ['light', text.theme.light],
              ['dark', text.theme.dark],
            ]}
            onChoose={(value) => {
              preferences.theme.value = value;
            }}
          />
          <Choice<SelfView>
            label={text.settings.selfView}
            value={preferences.selfView.value}
            options={[
              ['auto', text.settings.selfViewAuto],
              ['tile', text.settings.selfViewTile],
              ['floating', text.settings.selfViewFloating],
              ['hidden', text.settings.selfViewHidden],
            ]}
            onChoose={(value) => {
              preferences.selfView.value = value;
            }}
          />
          <Switch
            label={text.settings.mirror}
            on={preferences.mirror.value}
            onChange={(on) => {
              preferences.mirror.value = on;
            }}
          />
        </section>
      </div>
    </Dialog>
  );
}

/** Renames when the field is left or Enter is pressed, not with every letter. */
function NameField() {
  const { session } = useCall();
  const { preferences } = useApp();
  const id = useId();
  const [name, setName] = useState(session.room.self.value.name);
  const apply = () => {
    const wanted = name.trim();
    if (!wanted || wanted === session.room.self.value.name) return;
    preferences.name.value = wanted;
    void session.rename(wanted);
  };
  return (
    <div class="setting">
      <label for={id}>{text.lobby.name}</label>
      <input
        id={id}
        class="field"
        type="text"
        maxLength={64}
        value={name}
        autocomplete="name"
        enterkeyhint="done"
        onInput={(event) => setName(event.currentTarget.value)}
        onBlur={apply}
        onKeyDown={(event) => {
          if (event.key === 'Enter') apply();
        }}
      />
    </div>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [Value, string])[];
  readonly onChoose: (value: Value) => void;
}

function Choice<Value extends string>({ label, value, options, onChoose }: ChoiceProps<Value>) {
  const id = useId();
  return (
    <div class="setting">
      <label for={id}>{label}</label>
      <div class="select">
        <select
          id={id}
          class="field"
          value={value}
          onChange={(event) => onChoose(event.currentTarget.value as Value)}
        >
          {options.map(([option, words]) => (
            <option key={option} value={option}>
              {words}
            </option>
          ))}
        </select>
        <Icon of={ChevronDown} class="select-mark" />
      </div>
    </div>
  );
}
